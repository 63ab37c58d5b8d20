import { endReason } from '../domain/grant.ts';
import type { LiveGrant } from '../domain/grant.ts';
import type { CarriedSession } from './carried-store.ts';
import type { LeasesAsk, LeasesTold, TokenApproval, TokenLease } from './gate-port.ts';
import { standingApproval } from './standing-approval.ts';
import type { StandingPorts } from './standing-approval.ts';
import type { Store } from './store-port.ts';

/** So many leases go into one answer. */
const MOST_TOLD = 200;

export type TellPorts = StandingPorts & {
  readonly store: Pick<Store, 'gate' | 'liveGrantsOf' | 'carriedBy' | 'carry'>;
};

/**
 * What a token may say of the leases of its person. What only tokens carry is told to no session that is not on record for it,
 * so that it can be ended early: without a session that lasts there is nothing to end, and none of it is told.
 */
export async function tellLeases(ports: TellPorts, ask: LeasesAsk): Promise<LeasesTold> {
  const [live, approval] = await Promise.all([liveLeases(ports, ask), standingApproval(ports, ask)]);
  if (approval === null && !live.some(isInToken)) return { leases: live.map(told), approval };
  const carried = await onRecord(ports, ask, live, approval);
  // Anything may have ended while that was written.
  const still = new Set((await liveLeases(ports, ask)).map(({ id }) => id));
  const leases = live.filter((grant) => still.has(grant.id) && (!isInToken(grant) || carried.has(grant.id)));
  const stands = approval !== null && carried.has(approval.id) && ports.clock.now() < approval.endsAt;
  return { leases: leases.map(told), approval: stands ? approval : null };
}

const isInToken = ({ resource }: Pick<LiveGrant, 'resource'>): boolean => resource.inToken === true;

/** Those that are not due, the first to end first. */
async function liveLeases({ store, clock }: TellPorts, { person }: LeasesAsk): Promise<readonly LiveGrant[]> {
  const live = await store.liveGrantsOf(person.userId);
  const now = clock.now();
  return live
    .filter((grant) => endReason(grant, now) === null)
    .sort((a, b) => a.expiresAt - b.expiresAt)
    .slice(0, MOST_TOLD);
}

/** Of what only tokens carry that for which the session is on record, written where it is new. */
async function onRecord(
  { store, clock }: TellPorts,
  { session, person }: LeasesAsk,
  live: readonly LiveGrant[],
  approval: TokenApproval | null,
): Promise<ReadonlySet<CarriedSession['carries']>> {
  if (session === null) return new Set();
  const known = new Set((await store.carriedBy(session)).map(({ carries }) => carries));
  const facts = { session, userId: person.userId, toldAt: clock.now(), endedAt: null };
  const wanted: readonly CarriedSession[] = [
    ...live.filter(isInToken).map(({ id }) => ({ ...facts, carries: id, dueAt: null })),
    ...(approval === null ? [] : [{ ...facts, carries: approval.id, dueAt: approval.endsAt }]),
  ];
  const fresh = wanted.filter(({ carries }) => !known.has(carries));
  if (fresh.length > 0) await store.carry(fresh);
  const standing = (await store.carriedBy(session)).filter(
    ({ carries, dueAt, endedAt }) => endedAt === null && (dueAt === null || carries === approval?.id),
  );
  return new Set(standing.map(({ carries }) => carries));
}

const told = ({ id, resource, expiresAt, approvers, limits = {} }: LiveGrant): TokenLease => ({
  id,
  kind: resource.kind,
  resource: resource.id,
  access: resource.path,
  endsAt: expiresAt,
  approvers: approvers.map(({ username }) => username),
  limits,
  inToken: isInToken({ resource }),
});
