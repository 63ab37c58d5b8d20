import { randomUUID } from 'node:crypto';
import { holdingKey } from '../../src/domain/grant.ts';
import { GENESIS } from '../../src/domain/audit.ts';
import { systemActor } from '../../src/domain/audit-drafts.ts';
import type { AuditDraft, AuditEntry } from '../../src/domain/audit.ts';
import type { Grant } from '../../src/domain/grant.ts';
import type { Holding } from '../../src/domain/holding.ts';
import { laneOf, rankOf } from '../../src/domain/message.ts';
import type { Message } from '../../src/domain/message.ts';
import { slackAttribute } from '../../src/domain/people.ts';
import { seatKey } from '../../src/domain/plan.ts';
import type { SeatKey } from '../../src/domain/plan.ts';
import { progress } from '../../src/domain/request.ts';
import type { ResourceRef } from '../../src/domain/resource.ts';
import type { PendingRequest } from '../../src/domain/request.ts';
import { hasCommitment, linkEntry, readEntry } from '../../src/store/chain.ts';
import type { AuditRow, Head } from '../../src/store/chain.ts';
import { sha256 } from '../../src/lib/hash.ts';
import { inboxLane } from '../../src/usecases/intent.ts';
import type { InboxItem } from '../../src/usecases/intent.ts';
import { stirredBy } from '../../src/usecases/homes.ts';
import type { Batch, Claimed, Store } from '../../src/usecases/store-port.ts';
import { memoryCarried } from './memory-carried.ts';
import { memoryGates } from './memory-gates.ts';
import { memoryIdentity } from './memory-identity.ts';
import { memoryReviews } from './memory-reviews.ts';
import { createLeases } from './memory-leases.ts';
import type { MemoryLease } from './memory-leases.ts';
import { searchAudit } from './memory-search.ts';
import { createTables, oldestFirst } from './memory-tables.ts';
import type { Tables } from './memory-tables.ts';

export type Outgoing = { readonly message: Message; readonly sent: boolean };

/** What a test may see of the record besides its port. */
export type MemoryStore = Store & {
  readonly tables: Tables;
  /** By key; an item that was carried out is null. */
  readonly inbox: ReadonlyMap<string, InboxItem | null>;
  readonly outbox: ReadonlyMap<string, Outgoing>;
  readonly chain: readonly AuditRow[];
  /** Who works on which lane or job, or until when nobody may. */
  readonly leases: ReadonlyMap<string, MemoryLease>;
  highest(): number | null;
  /** What opening a database does that no other process can have open: whoever held a lease is dead. */
  takeOver(): void;
  /** Somebody erases a justification. */
  eraseJustifications(): void;
};

/**
 * A record in memory that keeps the port's promises as the databases do, every call at once and whole; it passes the same
 * contract. Repeats are remembered for ever, not for days.
 */
export function createMemoryStore({
  realm,
  now,
  uuid = randomUUID,
  shared = false,
}: {
  readonly realm: string;
  readonly now: () => number;
  readonly uuid?: () => string;
  readonly shared?: boolean;
}): MemoryStore {
  const tables = createTables();
  const leases = createLeases();
  const inbox = new Map<string, InboxItem | null>();
  const outbox = new Map<string, Outgoing>();
  const salts = new Map<string, string>();
  const chain: AuditRow[] = [];
  let head: Head = { seq: 0, hash: GENESIS };
  let highest: number | null = null;

  const linked = (
    drafts: readonly AuditDraft[],
    justificationOf: (id: string) => string | null,
  ): readonly AuditRow[] => {
    let end = head;
    return drafts.map((draft) => {
      const { requestId } = draft;
      const told =
        hasCommitment(draft) && requestId !== null
          ? { ...draft, data: { ...draft.data, justification: commitment(requestId, justificationOf(requestId)) } }
          : draft;
      const row = linkEntry(told, realm, end);
      end = { seq: row.seq, hash: row.hash };
      return row;
    });
  };
  const commitment = (id: string, text: string | null): string | null => {
    if (text === null) return null;
    const salt = salts.get(id) ?? uuid().replaceAll('-', '');
    salts.set(id, salt);
    return sha256(salt + text);
  };
  const append = (rows: readonly AuditRow[]): void => {
    for (const row of rows) chain.push(row);
    const last = rows.at(-1);
    if (last !== undefined) head = { seq: last.seq, hash: last.hash };
  };
  const commit = (batch: Batch): 'committed' | 'conflict' => {
    const { inboxDone } = batch;
    const isDoneWith =
      (inboxDone !== undefined && (inbox.get(inboxDone) ?? null) === null) ||
      (batch.sent ?? []).some((key) => outbox.get(key)?.sent !== false);
    if (isDoneWith || !tables.fits(batch)) return 'conflict';
    const texts = new Map((batch.requests ?? []).map((row) => [String(row.id), row.justification]));
    const rows = linked(batch.audit, (id) => texts.get(id) ?? tables.requests.get(id)?.justification ?? null);
    tables.write(batch);
    for (const item of batch.inbox ?? []) if (!inbox.has(item.key)) inbox.set(item.key, item);
    if (inboxDone !== undefined) inbox.set(inboxDone, null);
    for (const message of [...(batch.messages ?? []), ...tables.stirred(stirredBy(batch), now())]) {
      if (!outbox.has(message.key)) outbox.set(message.key, { message, sent: false });
    }
    for (const key of batch.sent ?? []) {
      const queued = outbox.get(key);
      if (queued !== undefined) outbox.set(key, { ...queued, sent: true });
    }
    append(rows);
    return 'committed';
  };

  const instance = uuid();
  const nothing = { subject: null, resource: null, requestId: null, grantId: null };
  const created = { kind: 'instance.created', at: now(), actor: systemActor, correlationId: instance } as const;
  append(linked([{ ...created, ...nothing, data: { instance } }], () => null));

  const { requests, grants, holdings, posted } = tables;
  const claimed = (holding: Holding): Claimed => ({ holding, grants: tables.openOn(holding.key) });
  const byKey = (after: string): readonly Holding[] =>
    [...holdings.values()].filter((row) => row.key > after).sort((a, b) => (a.key < b.key ? -1 : 1));
  const isOpen = (row: Holding): boolean => row.puts + row.deletes > 0 || tables.openOn(row.key).length > 0;
  const unsent = (): readonly Outgoing[] => [...outbox.values()].filter((queued) => !queued.sent);
  const unfinished = (): readonly InboxItem[] => [...inbox.values()].filter((item) => item !== null);

  return {
    tables,
    inbox,
    outbox,
    chain,
    leases: leases.rows,
    highest: () => highest,
    takeOver: () => {
      for (const [key, row] of holdings) if (row.rowLease !== null) holdings.set(key, { ...row, rowLease: null });
      leases.forgetHolders();
    },
    eraseJustifications: () => {
      for (const [id, row] of requests) requests.set(id, { ...row, justification: '' });
    },

    shared,
    commit: answered(commit),
    receive: answered((item) => {
      if (inbox.has(item.key)) return 'known';
      inbox.set(item.key, item);
      return 'new';
    }),
    claimInbox: answered((claim) => {
      const lanes = Map.groupBy(unfinished(), inboxLane);
      return [...lanes]
        .filter(([lane]) => leases.isFree(lane, claim.now))
        .slice(0, claim.limit)
        .map(([lane, items]) => {
          leases.take(lane, claim);
          return { lane, items: items.slice(0, INBOX_LANE_MAX) };
        });
    }),
    countUnfinished: answered(() => unfinished().length),

    request: answered((id) => requests.get(id) ?? null),
    bundle: answered((id) =>
      [...requests.values()]
        .filter(({ bundle }) => bundle?.id === id)
        .sort((a, b) => (a.bundle?.part ?? 0) - (b.bundle?.part ?? 0)),
    ),
    pendingRequest: answered((userId, resource) =>
      tables.pendingTwin({ beneficiary: { userId, username: '', slack: { teamId: '', userId: '' } }, resource }),
    ),
    pendingRequestsOf: answered((slack) =>
      tables
        .pending()
        .filter(({ requester }) => slackAttribute(requester.slack) === slackAttribute(slack))
        .sort((a, b) => a.submittedAt - b.submittedAt),
    ),
    countRequestsSince: answered(
      (userId, since) =>
        new Set(
          [...requests.values()]
            .filter((row) => row.requester.userId === userId && row.submittedAt >= since)
            .map((row) => row.teamId ?? row.id),
        ).size,
    ),
    requestsFor: answered((userId, since) => {
      const recent = [...requests.values()].filter(
        (row) => row.beneficiary.userId === userId && row.submittedAt >= since,
      );
      return { requests: recent.length, denied: recent.filter(({ state }) => state === 'denied').length };
    }),
    requestsPastWaiting: answered((at, limit) =>
      tables
        .pending()
        .filter((row) => row.waitsUntil <= at)
        .sort((a, b) => a.waitsUntil - b.waitsUntil)
        .slice(0, limit),
    ),
    requestsToRemind: answered((at, limit) =>
      tables
        .pending()
        .filter((row) => row.remindAt !== null && row.remindAt <= at && row.waitsUntil > at)
        .sort((a, b) => (a.remindAt ?? 0) - (b.remindAt ?? 0))
        .slice(0, limit),
    ),

    requestsToEscalate: answered((at, limit) =>
      tables
        .pending()
        .filter((row) => row.escalateAt !== null && row.escalateAt <= at && row.waitsUntil > at)
        .sort((a, b) => (a.escalateAt ?? 0) - (b.escalateAt ?? 0))
        .slice(0, limit),
    ),

    requestsToDecide: answered((by, seats, limit) =>
      tables
        .pending()
        .filter(
          (row) =>
            seats.some((seat) => seat === seatOf(row) || seat === row.escalatedTo) &&
            ![row.requester, row.beneficiary, ...row.approvals.map((one) => one.by)].some(
              ({ userId }) => userId === by,
            ),
        )
        .sort((a, b) => a.submittedAt - b.submittedAt)
        .slice(0, limit),
    ),

    teamAsk: answered((id) => tables.teams.get(id) ?? null),
    openTeamAsk: answered(tables.openTeam),
    pendingRequestsAbout: answered((slack) =>
      tables
        .pending()
        .filter(({ requester, beneficiary }) =>
          [requester, beneficiary].some((person) => slackAttribute(person.slack) === slackAttribute(slack)),
        )
        .sort((a, b) => a.submittedAt - b.submittedAt),
    ),
    ...memoryReviews(tables),
    ...memoryIdentity(tables, realm),
    ...memoryGates(tables.gates, realm),
    ...memoryCarried(tables.carried, tables.grants),

    grant: answered((id) => grants.get(id) ?? null),
    grantOfRequest: answered((id) => [...grants.values()].find((grant) => grant.requestId === id) ?? null),
    openGrantsOf: answered((slack) =>
      oldestFirst(
        [...grants.values()].flatMap((grant) =>
          grant.state !== 'ended' && slackAttribute(grant.person.slack) === slackAttribute(slack) ? [grant] : [],
        ),
      ),
    ),
    liveGrantsOf: answered((userId) =>
      [...grants.values()].flatMap((grant) =>
        grant.state === 'live' && grant.person.userId === userId ? [grant] : [],
      ),
    ),
    leaseholders: answered((resource, but, limit) => {
      const live = [...grants.values()].filter(
        (grant) =>
          grant.state === 'live' &&
          grant.resource.kind === resource.kind &&
          grant.resource.id === resource.id &&
          grant.person.userId !== but,
      );
      const people = new Map(live.map(({ person }) => [person.userId, person.slack]));
      const first = [...people].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, limit);
      return { count: people.size, some: first.map(([, slack]) => slack) };
    }),
    lastLease: answered((userId, resource) => {
      const key = holdingKey(realm, userId, resource);
      const had = [...grants.values()].flatMap((grant) =>
        grant.state === 'ended' &&
        grant.liveAt !== null &&
        holdingKey(grant.realm, grant.person.userId, grant.resource) === key
          ? [grant]
          : [],
      );
      return had.sort((a, b) => b.endedAt - a.endedAt)[0] ?? null;
    }),
    grantsToWarn: answered((at, limit) =>
      [...grants.values()]
        .flatMap((grant) => (grant.state === 'live' && grant.warnAt !== null && grant.warnAt <= at ? [grant] : []))
        .sort((a, b) => (a.warnAt ?? 0) - (b.warnAt ?? 0))
        .slice(0, limit),
    ),
    latelyHeld: answered((slack, limit) => {
      const had = [...grants.values()].filter(
        (grant) =>
          'liveAt' in grant && grant.liveAt !== null && slackAttribute(grant.person.slack) === slackAttribute(slack),
      );
      return ranked(
        had,
        (grant) => ('liveAt' in grant ? (grant.liveAt ?? 0) : 0),
        (times) => Math.max(...times),
        limit,
      );
    }),
    commonlyHeld: answered((users, limit) => {
      const held = [...grants.values()].filter(
        ({ state, person }) => state === 'live' && users.includes(person.userId),
      );
      return ranked(
        held,
        ({ person }) => person.userId,
        (people) => new Set(people).size,
        limit,
      );
    }),
    countOpenGrants: answered(() => [...grants.values()].filter((grant) => grant.state !== 'ended').length),

    holding: answered((key) => {
      const row = holdings.get(key);
      return row === undefined ? null : claimed(row);
    }),
    openHoldings: answered((after, limit) => byKey(after).filter(isOpen).slice(0, limit).map(claimed)),
    managedResources: answered(() => [
      ...new Map(
        [...holdings.values()].flatMap(({ resource }) =>
          resource.inToken === true ? [] : [[`${resource.kind}/${resource.id}`, resource] as const],
        ),
      ).values(),
    ]),
    restingHoldings: answered((resource, users) =>
      byKey('').filter(
        (row) =>
          row.resource.kind === resource.kind &&
          row.resource.id === resource.id &&
          row.resource.inToken === resource.inToken &&
          users.includes(row.userId) &&
          row.nextLookAt === null &&
          !isOpen(row),
      ),
    ),
    claim: answered(({ replica, now: at, until, limit }) =>
      [...holdings.values()]
        .filter((row) => row.nextLookAt !== null && row.nextLookAt <= at && (row.rowLease?.until ?? 0) <= at)
        .sort((a, b) => (a.nextLookAt ?? 0) - (b.nextLookAt ?? 0))
        .slice(0, limit)
        .map((row) => {
          const mine = { ...row, epoch: row.epoch + 1, rowLease: { replica, until } };
          holdings.set(row.key, mine);
          return claimed(mine);
        }),
    ),
    nextLook: answered(() => earliest(holdings.values())),
    wakeFailed: answered((at) => {
      for (const [key, row] of holdings)
        if (row.failures > 0 && (row.nextLookAt ?? 0) > at) holdings.set(key, { ...row, nextLookAt: at });
    }),
    overdue: answered((at) => {
      const late = [...holdings.values()].filter((row) => row.nextLookAt !== null && row.nextLookAt < at);
      return { count: late.length, oldest: earliest(late) };
    }),

    posted: answered((id) =>
      [...posted.values()]
        .filter((message) => message.requestId === id)
        .sort((a, b) => a.stage - b.stage || (a.role < b.role ? -1 : 1)),
    ),
    postedAt: answered((channel, ts) =>
      [...posted.values()].filter((message) => message.channel === channel && message.ts === ts),
    ),

    claimMessages: answered((claim) => {
      const lanes = Map.groupBy(unsent(), ({ message }) => laneOf(message.body));
      const urgency = ([, queued]: Lane): number => Math.min(...queued.map(({ message }) => rankOf(message.body)));
      // The sort is stable: of the same rank the oldest comes first.
      return [...lanes]
        .filter((lane) => leases.isFree(lane[0], claim.now) && wanted[claim.of](urgency(lane)))
        .sort((a, b) => urgency(a) - urgency(b))
        .slice(0, claim.limit)
        .map(([lane, queued]) => ({
          lane,
          attempts: leases.take(lane, claim) ?? 0,
          messages: queued.slice(0, OUTBOX_LANE_MAX).map(({ message }) => message),
        }));
    }),
    claimJob: answered((job) => leases.take(job.name, job) !== null),
    release: answered(leases.release),
    countUnsent: answered(() => unsent().length),

    audit: answered((filter, offset, limit) => searchAudit(chain.map(readEntry), tables, filter, offset, limit)),
    auditEntries: () => streamed(chain),
    auditHead: answered(() => head),
    highestTime: answered(() => highest),
    saveHighestTime: answered((at) => {
      highest = Math.max(highest ?? 0, at);
    }),
    close: () => Promise.resolve(),
  };
}

const seatOf = (row: PendingRequest): SeatKey | null => {
  const current = progress(row);
  return current === null ? null : seatKey(current.stage);
};

/** So many of one lane are handed out at once. */
const INBOX_LANE_MAX = 100;
const OUTBOX_LANE_MAX = 1000;

const wanted = {
  words: (rank: number) => rank < 2,
  cards: (rank: number) => rank === 2,
  homes: (rank: number) => rank === 3,
};

type Lane = readonly [string, readonly Outgoing[]];

/** Done in one go when it is called; what it throws is the answer, too. */
const answered =
  <A extends readonly unknown[], T>(work: (...args: A) => T) =>
  (...args: A): Promise<T> =>
    new Promise((resolve) => resolve(work(...args)));

/** What these grants are on, by a score over each one's facts, the highest first. */
function ranked<T>(
  rows: readonly Grant[],
  fact: (grant: Grant) => T,
  score: (facts: readonly T[]) => number,
  limit: number,
): readonly ResourceRef[] {
  const byResource = Map.groupBy(rows, ({ resource }) => `${resource.kind}/${resource.id}`);
  return [...byResource]
    .map(([key, grants]) => ({ key, score: score(grants.map(fact)), refs: grants.map(({ resource }) => resource) }))
    .sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1))
    .slice(0, limit)
    .flatMap(({ refs: [first] }) => (first === undefined ? [] : [{ kind: first.kind, id: first.id }]));
}

const earliest = (rows: Iterable<Holding>): number | null => {
  const times = [...rows].flatMap((row) => row.nextLookAt ?? []);
  return times.length === 0 ? null : Math.min(...times);
};

// eslint-disable-next-line @typescript-eslint/require-await -- the port streams
async function* streamed(rows: readonly AuditRow[]): AsyncIterable<AuditEntry> {
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (row !== undefined) yield readEntry(row);
  }
}
