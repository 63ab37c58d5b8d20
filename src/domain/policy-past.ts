import type { AuditDraft } from './audit.ts';
import type { Json, JsonObject } from './canonical.ts';
import type { StageRule } from './entitlement.ts';
import type { EpochMs } from './ids.ts';
import type { PolicyContext } from './policy.ts';
import type { Resource } from './resource.ts';

const DAY_MS = 86_400_000;
/** People who ask no more are forgotten after so many entries. */
const TIDY_EVERY = 10_000;

/** A request as the audit has it: with what policy was asked (`ruled`), or with what can be put together (`rebuilt`). */
export type PastRequest = {
  readonly at: EpochMs;
  readonly requestId: string | null;
} & (
  | { readonly ruled: Exclude<Json, null> }
  | {
      readonly ruled: null;
      readonly door: 'request' | 'break-glass';
      readonly subject: { readonly userId: string; readonly username: string };
      readonly resource: Resource;
      /** UUIDs of what the resource gave. */
      readonly roles: readonly string[];
      readonly seconds: number;
      readonly startsAt: EpochMs | null;
      readonly requester: { readonly userId: string; readonly username: string };
      /** Paths of what was asked for together with it. */
      readonly bundle: readonly string[];
      readonly recent: PolicyContext['recent'];
      /** Paths of other live leases. */
      readonly live: readonly string[];
      /** Who decides, as the entitlement said. */
      readonly plan: readonly StageRule[];
    }
);
export type Rebuilt = Extract<PastRequest, { readonly ruled: null }>;

type Entry = Omit<AuditDraft, 'correlationId'>;
type Recent = { readonly id: string; readonly at: EpochMs; readonly bundle: string | null; readonly denied: boolean };

/**
 * Finds the requests among entries that are taken in order of `seq`. It keeps who holds what, and who asked for what within
 * a day, and so no more than is there at one time. Parts of a bundle are told when the last one is known: at the next
 * entry, or at the `rest`.
 */
export function pastRequests() {
  const live = new Map<string, Map<string, { readonly id: string; readonly path: string }>>();
  const recent = new Map<string, readonly Recent[]>();
  let waiting: { readonly bundle: string; readonly parts: Rebuilt[] } | null = null;
  let taken = 0;

  const rest = (): readonly PastRequest[] => {
    const parts = waiting?.parts ?? [];
    waiting = null;
    return parts.map((part) => ({
      ...part,
      bundle: parts.flatMap(({ resource }) => (resource.id === part.resource.id ? [] : [resource.path])),
    }));
  };
  const recentOf = (userId: string, at: EpochMs): readonly Recent[] =>
    (recent.get(userId) ?? []).filter((one) => one.at >= at - DAY_MS);

  const asked = (entry: Entry, door: Rebuilt['door']): readonly PastRequest[] => {
    const { at, actor, requestId, subject, resource, data } = entry;
    if (requestId === null || subject === null || resource === null) return rest();
    const bundle = text(data['bundle']);
    const before = recentOf(subject.userId, at);
    recent.set(subject.userId, [...before, { id: requestId, at, bundle, denied: false }]);
    const others = before.filter((one) => bundle === null || one.bundle !== bundle);
    const held = [...(live.get(subject.userId)?.values() ?? [])].filter(({ id }) => id !== resource.id);
    const ruled = data['ruled'] ?? null;
    if (ruled !== null) return [...rest(), { at, requestId, ruled }];
    const request: Rebuilt = {
      ...{ at, requestId, ruled: null, door, subject, resource },
      roles: texts(data['roles']),
      seconds: number(data['askedSeconds']) ?? 0,
      startsAt: number(data['startsAt']),
      requester: actor.kind === 'person' ? actor : subject,
      bundle: [],
      recent: { requests24h: others.length, denied24h: others.filter(({ denied }) => denied).length },
      live: [...new Set(held.map(({ path }) => path))],
      plan: stagesOf(data['plan']),
    };
    if (bundle === null) return [...rest(), request];
    const done = waiting?.bundle === bundle ? [] : rest();
    waiting ??= { bundle, parts: [] };
    waiting.parts.push(request);
    return done;
  };

  const take = (entry: Entry): readonly PastRequest[] => {
    const { kind, at, subject, resource, grantId, data } = entry;
    if (++taken % TIDY_EVERY === 0)
      for (const userId of recent.keys()) if (recentOf(userId, at).length === 0) recent.delete(userId);
    if (kind === 'request.submitted' || kind === 'request.allowed') return asked(entry, 'request');
    if (kind === 'request.taken') return asked(entry, 'break-glass');
    if (kind === 'request.refused')
      return [
        ...rest(),
        ...several(data['ruled']).flatMap((ruled) => (ruled === null ? [] : [{ at, requestId: null, ruled }])),
      ];
    if (kind === 'request.denied' && subject !== null) {
      const all = recentOf(subject.userId, at);
      recent.set(
        subject.userId,
        all.map((one) => (one.id === entry.requestId ? { ...one, denied: true } : one)),
      );
    }
    if (subject !== null && resource !== null && grantId !== null && kind.startsWith('grant.'))
      keepLive(live, subject.userId, grantId, data['state'] === 'live' ? resource : null);
    return rest();
  };
  return { take, rest };
}

function keepLive(
  live: Map<string, Map<string, { readonly id: string; readonly path: string }>>,
  userId: string,
  grantId: string,
  resource: Resource | null,
): void {
  const held = live.get(userId) ?? new Map<string, { readonly id: string; readonly path: string }>();
  if (resource === null) held.delete(grantId);
  else held.set(grantId, { id: resource.id, path: resource.path });
  if (held.size === 0) live.delete(userId);
  else live.set(userId, held);
}

/** The frozen plan as rules would say it. */
const stagesOf = (plan: Json | undefined): readonly StageRule[] =>
  several(plan).map((stage) => {
    const { groupPath, required } = isFields(stage) ? stage : {};
    return { approverGroup: text(groupPath) ?? 'manager', required: number(required) ?? 1 };
  });

const isFields = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
const number = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);
const several = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const texts = (value: Json | undefined): readonly string[] =>
  several(value).filter((one): one is string => typeof one === 'string');
