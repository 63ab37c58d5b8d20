import { grantEntry, personActor, systemActor } from '../domain/audit-drafts.ts';
import type { Actor } from '../domain/audit.ts';
import { effectiveUntil, isAhead, isWanted, turnsAt } from '../domain/grant.ts';
import type { EndedGrant, LiveGrant, OpenGrant } from '../domain/grant.ts';
import { endsSessionsNow } from '../domain/holding.ts';
import type { Holding, Look, Step } from '../domain/holding.ts';
import type { EpochMs } from '../domain/ids.ts';
import type { MessageBody } from '../domain/message.ts';
import { isForAnother } from '../domain/request.ts';
import { leaseLine, messagesOf, ownEntry, tellLease, toHolder, toPerson } from './answer.ts';
import type { Rows } from './converge-work.ts';
import type { Ports } from './ports.ts';
import type { Claimed } from './store-port.ts';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const ALARM_AFTER = 3;

/** Wait before try number `failures` + 1: doubling from a second up to a minute, for ever. */
const backoffMs = (failures: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 10));

/** Gives the row back without a change, to be looked at again at the given time. */
export const letGo = (holding: Holding, nextLookAt: EpochMs | null): Rows => ({
  holding: { ...holding, rowLease: null, nextLookAt },
});

/** The next try must not let a lease that falls due, or begins, before it wait. */
const sooner = (grants: readonly OpenGrant[], at: EpochMs, nextTryAt: EpochMs): EpochMs =>
  Math.min(nextTryAt, ...grants.map((grant) => turnsAt(grant, at)).filter((turn) => turn > at));

/** Keycloak did not answer, or its answer was lost: try again, never give up. */
export function afterFailure(ports: Ports, { holding, grants }: Claimed, outcome: 'unknown' | 'not_sent'): Rows {
  const at = ports.clock.now();
  const failures = holding.failures + 1;
  const nextTryAt = at + backoffMs(failures);
  const cause = `failing:${holding.key}:${holding.epoch}`;
  const message = messagesOf(cause, at, cause);
  const bodies: MessageBody[] = [];
  if (failures === 1) {
    for (const grant of grants) {
      if (isAhead(grant, at)) continue;
      bodies.push(leaseLine(grant, { line: 'trouble', nextTryAt }));
      if (grant.state === 'planned')
        bodies.push(toPerson(grant.person, { notice: 'waiting_for_keycloak', requestId: grant.requestId }));
    }
  }
  if (failures === ALARM_AFTER) {
    bodies.push({
      to: 'operators',
      alarm: { alarm: 'failing', username: holding.username, resource: holding.resource, failures },
    });
  }
  ports.log.warn('holding failing', { holding: holding.key, failures, outcome });
  return {
    holding: { ...holding, rowLease: null, failures, nextLookAt: sooner(grants, at, nextTryAt) },
    messages: bodies.map(message),
    audit: failures === 1 ? [ownEntry('holding.failing', at, cause, holding, { outcome })] : [],
  };
}

/** Keycloak refuses us: a person is needed. Never an end; it is tried again every minute. */
export function afterHold(ports: Ports, { holding, grants }: Claimed, because: string): Rows {
  const at = ports.clock.now();
  const first = holding.held === null;
  const cause = `held:${holding.key}:${holding.epoch}`;
  if (first) ports.log.error('holding held', { holding: holding.key, because });
  return {
    holding: { ...holding, rowLease: null, held: because, nextLookAt: sooner(grants, at, at + LONGEST_WAIT_MS) },
    messages: first
      ? [
          messagesOf(
            cause,
            at,
            cause,
          )({
            to: 'operators',
            alarm: { alarm: 'held', username: holding.username, resource: holding.resource, because },
          }),
        ]
      : [],
    audit: first ? [ownEntry('holding.held', at, cause, holding, { because })] : [],
  };
}

/** The sessions that carried the access are ended. */
export function afterSessions(ports: Ports, { holding, grants }: Claimed): Rows {
  const at = ports.clock.now();
  const cause = `sessions:${holding.key}:${holding.epoch}`;
  // A lease approved meanwhile is looked at next; the row says so in case we do not live to do it.
  const nextLookAt = grants.length === 0 ? null : at;
  return {
    holding: {
      ...holding,
      sessionsDue: false,
      failures: 0,
      held: null,
      nextLookAt,
      rowLease: nextLookAt === null ? null : holding.rowLease,
    },
    audit: [
      ownEntry('sessions.ended', at, cause, holding),
      ...(isTroubled(holding) ? [ownEntry('holding.recovered', at, cause, holding)] : []),
    ],
  };
}

/** What was seen is written down: grants live or ended, one entry each, everybody told. */
export async function afterSettle(
  ports: Ports,
  before: Claimed,
  step: Extract<Step, { do: 'settle' }>,
  look: Look | null,
): Promise<Rows> {
  const at = ports.clock.now();
  const { holding } = step;
  const cause = `settled:${holding.key}:${before.holding.epoch}:${before.holding.revision}`;
  const message = messagesOf(cause, at, cause);
  const tokenMs = step.live.length + step.ended.length === 0 ? 0 : (await ports.access.tokenSeconds()) * 1000;
  const isInToken = holding.resource.inToken === true;
  const over = new Set(step.ended.map(({ id }) => id));
  // What only tokens carry is there as long as a lease on record says so.
  const kept = isInToken
    ? before.grants.some((grant) => !over.has(grant.id) && isWanted(grant, at))
    : before.holding.owned === false || (look?.present ?? false);
  const orphan = before.grants.every((grant) => isAhead(grant, at)) && before.holding.owned === true;
  return {
    holding: { ...holding, rowLease: endsSessionsNow(holding) ? holding.rowLease : null },
    grants: [...step.live, ...step.ended],
    ...(isInToken && { carriedOver: step.ended.map((grant) => overFor(grant, at)) }),
    messages: [
      ...step.live.flatMap((grant) => liveBodies(grant, tokenMs)),
      ...step.ended.flatMap((grant) => endedBodies(grant, at, { kept, ...tokensOf(grant, at, tokenMs) })),
      ...(await toWhomAskedInVain(ports, step.ended, kept)),
    ].map(message),
    audit: [
      ...step.live.map((grant) =>
        grantEntry('grant.live', grant, systemActor, at, {
          effectiveUntil: effectiveUntil(grant, grant.expiresAt, tokenMs),
        }),
      ),
      ...step.ended.map((grant) =>
        grantEntry('grant.ended', grant, endedActor(grant), at, {
          kept,
          effectiveUntil: effectiveUntil(grant, at, tokenMs),
          ...refusedBecause(grant, look),
        }),
      ),
      ...(isTroubled(before.holding) ? [ownEntry('holding.recovered', at, cause, holding)] : []),
      ...(orphan ? [ownEntry('orphan.removed', at, cause, holding)] : []),
    ],
  };
}

/** At its expiry all tokens that say so are over with the lease; before it their sessions have to be ended. */
const overFor = ({ id, endedBy }: EndedGrant, at: EpochMs): NonNullable<Rows['carriedOver']>[number] => ({
  lease: id,
  dueAt: endedBy === 'expiry' ? null : at,
});

const isTroubled = (holding: Holding): boolean => holding.failures > 0 || holding.held !== null;

const liveBodies = (grant: LiveGrant, tokenMs: number): readonly MessageBody[] => {
  const until = effectiveUntil(grant, grant.expiresAt, tokenMs);
  return [
    ...tellLease(grant, { line: 'live', expiresAt: grant.expiresAt, effectiveUntil: until, ...markOf(grant) }),
    toHolder(grant, { notice: 'live', effectiveUntil: until }),
  ];
};

const markOf = ({ resource: { inToken } }: LiveGrant): { readonly inToken?: true } => (inToken ? { inToken } : {});

type Remains = { readonly kept: boolean; readonly tokensUntil?: EpochMs };

const tokensOf = (grant: EndedGrant, at: EpochMs, tokenMs: number): Omit<Remains, 'kept'> =>
  grant.resource.inToken === true && grant.liveAt !== null ? { tokensUntil: effectiveUntil(grant, at, tokenMs) } : {};

const endedBodies = (grant: EndedGrant, at: EpochMs, remains: Remains): readonly MessageBody[] => [
  ...tellLease(grant, { line: 'ended', endedBy: grant.endedBy, at, ...remains }),
  toHolder(grant, { notice: 'ended', ...remains }),
];

/** Whoever asked on behalf of another hears, too, when it came to nothing. */
async function toWhomAskedInVain(
  ports: Ports,
  ended: readonly EndedGrant[],
  kept: boolean,
): Promise<readonly MessageBody[]> {
  const bodies = ended
    .filter(({ liveAt }) => liveAt === null)
    .map(async (grant): Promise<readonly MessageBody[]> => {
      const request = await ports.store.request(grant.requestId);
      if (request === null || !isForAnother(request)) return [];
      return [toHolder(grant, { notice: 'ended', kept }, request.requester)];
    });
  return (await Promise.all(bodies)).flat();
}

const endedActor = (grant: EndedGrant): Actor =>
  grant.endAsked === null || grant.endAsked.by === null ? systemActor : personActor(grant.endAsked.by);

function refusedBecause(grant: EndedGrant, look: Look | null): { readonly because?: string } {
  const because = look?.refused.get(grant.id);
  return grant.endedBy === 'refused_at_activation' && because !== undefined ? { because } : {};
}

/** How late each expired lease ended. */
export function recordLateness(ports: Ports, ended: readonly EndedGrant[]): void {
  for (const grant of ended) {
    if (grant.endedBy === 'expiry' && grant.expiresAt !== null)
      ports.metrics.revoked(Math.max(0, grant.endedAt - grant.expiresAt) / 1000);
  }
}
