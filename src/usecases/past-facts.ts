import type { Json } from '../domain/canonical.ts';
import { keycloakUserId, requestId as idOf } from '../domain/ids.ts';
import type { PastQuestion, PolicySubject } from '../domain/policy.ts';
import type { PastRequest, Rebuilt } from '../domain/policy-past.ts';
import type { PolicyRecord } from '../domain/policy-record.ts';
import type { Course } from '../domain/policy-replay.ts';
import type { FactsFrom } from '../domain/policy-tally.ts';
import { roleName } from '../domain/privilege.ts';
import type { AccessRequest } from '../domain/request.ts';
import type { Directory } from './keycloak-port.ts';
import type { Store } from './store-port.ts';

/** The question of one past request, and what came of it. */
export type PastCase = {
  readonly question: PastQuestion;
  readonly before: Course;
  readonly own: Pick<Course, 'stages' | 'maxSeconds'>;
  readonly factsFrom: FactsFrom;
  /** Whether all is known of the person that policy would see. */
  readonly knowsPerson: boolean;
};

export type PastPorts = {
  readonly store: Pick<Store, 'request'>;
  /** People as they are today, for what is not on record; null: they are not asked about. */
  readonly today: ((userId: string) => Promise<Today>) | null;
};
export type Today = Pick<PolicySubject, 'groups' | 'manager'> & {
  readonly attributes: PolicySubject['attributes'] | null;
};

/** What is known of a past request; null where its record cannot be read. */
export async function factsOf(
  { store, today }: PastPorts,
  request: PastRequest,
  readRecord: (ruled: Json) => PolicyRecord | null,
): Promise<PastCase | null> {
  const row = request.requestId === null ? null : await store.request(idOf(request.requestId));
  if (request.ruled !== null) {
    const record = readRecord(request.ruled);
    return record === null ? null : recorded(record, row);
  }
  return rebuilt(request, row, today === null ? null : await today(request.subject.userId));
}

function recorded({ asked, outcome, cut }: PolicyRecord, row: AccessRequest | null): PastCase | null {
  // Whether a lease limit or a combination holds could be told wrongly.
  if (cut.includes('live') || cut.includes('bundle')) return null;
  const { own, verdict } = outcome;
  return {
    question: { ...asked, request: { ...asked.request, justification: justificationOf(row) } },
    before: {
      verdict,
      stages: verdict === 'allow' ? [] : (outcome.stages ?? own.stages),
      maxSeconds: Math.min(own.maxSeconds, outcome.maxSeconds ?? Infinity),
      tickets: outcome.tickets,
    },
    own,
    factsFrom: 'recorded',
    knowsPerson: !cut.includes('groups') && !cut.includes('attributes'),
  };
}

function rebuilt(past: Rebuilt, row: AccessRequest | null, today: Today | null): PastCase {
  const { at, door, subject, resource, requester, seconds, startsAt, bundle, recent, live, plan } = past;
  const { groups, attributes, manager } = today ?? { groups: null, attributes: null, manager: null };
  const isSameRoles = row !== null && sorted(row.roles.map(({ id }) => id)) === sorted(past.roles);
  const roles = isSameRoles ? row.roles.map(roleName) : past.roles.length === 0 ? [] : null;
  return {
    question: {
      kind: door,
      subject: { username: subject.username, groups, attributes, manager },
      resource: { kind: resource.kind, id: resource.id, path: resource.path, risk: row?.risk ?? null, roles },
      request: {
        seconds,
        startsAt: startsAt === null ? null : new Date(startsAt).toISOString(),
        justification: justificationOf(row),
        onBehalf: requester.userId !== subject.userId,
        requester: requester.username,
        bundle,
      },
      account: null,
      context: {
        ...{ now: at, ip: null, device: null, client: null, acr: null, trigger: null, action: null, grant: null },
        ...{ scopes: [], recent, live, liveCount: live.length },
      },
    },
    before: { verdict: plan.length === 0 ? 'allow' : 'approval', stages: plan, maxSeconds: null, tickets: [] },
    own: { stages: plan, maxSeconds: null },
    factsFrom: today === null ? 'rebuilt' : 'today',
    knowsPerson: groups !== null && attributes !== null,
  };
}

/** An erased one reads as an empty one. */
const justificationOf = (row: AccessRequest | null): string | null =>
  row === null || row.justification === '' ? null : row.justification;

const sorted = (texts: readonly string[]): string => [...texts].sort().join(' ');

/** How many people are kept in memory. */
const MOST_PEOPLE = 10_000;

/** People as Keycloak knows them now, each read once. */
export function peopleToday(directory: Pick<Directory, 'factsOf' | 'managerOf'>): (userId: string) => Promise<Today> {
  const known = new Map<string, Promise<Today>>();
  const read = async (userId: string): Promise<Today> => {
    const id = keycloakUserId(userId);
    const [facts, manager] = await Promise.all([directory.factsOf(id), directory.managerOf(id)]);
    return {
      groups: facts?.groups ?? null,
      attributes: facts?.attributes ?? null,
      manager: typeof manager === 'string' ? null : manager.username,
    };
  };
  return (userId) => {
    const before = known.get(userId);
    if (before !== undefined) return before;
    const [oldest] = known.keys();
    if (known.size >= MOST_PEOPLE && oldest !== undefined) known.delete(oldest);
    const now = read(userId);
    known.set(userId, now);
    return now;
  };
}
