import type { EpochMs, GrantId, KeycloakUserId, RequestId } from './ids.ts';
import type { Person } from './people.ts';
import type { Limits } from './policy.ts';
import type { Resource } from './resource.ts';
import { beginsAt } from './request.ts';
import type { ApprovedRequest } from './request.ts';

export type EndedBy =
  | 'expiry'
  | 'release'
  | 'revocation'
  | 'drift'
  | 'not_activated'
  | 'refused_at_activation'
  | 'person_gone'
  | 'resource_gone';

/** The end was asked for before expiry: by somebody, or by Leasehold because the holder left the workspace. */
export type EndAsked =
  | { readonly endedBy: 'release' | 'revocation'; readonly by: Person; readonly at: EpochMs }
  | { readonly endedBy: 'person_gone'; readonly by: null; readonly at: EpochMs };

/** What is true of a grant in every state. `revision` is the row's compare-and-swap counter, from 1. */
export type GrantFacts = {
  readonly id: GrantId;
  readonly realm: string;
  readonly requestId: RequestId;
  /** The bundle of which its request is a part, if it is. */
  readonly bundle?: RequestId;
  readonly person: Person;
  readonly resource: Resource;
  readonly leaseSeconds: number;
  readonly endSessions: boolean;
  readonly digest: string;
  /** Keycloak users whose approvals made it, in order. */
  readonly approvers: readonly Person[];
  readonly approvedAt: EpochMs;
  /** When the lease is to begin, if that was not at approval already: before it the access is not wanted. */
  readonly startsAt: EpochMs | null;
  readonly endAsked: EndAsked | null;
  /** What policy hands on with the access; absent: nothing. */
  readonly limits?: Limits;
  readonly correlationId: string;
  readonly revision: number;
};

/** `expiresAt` is provisional: counted from the first PUT that may have landed, null before any. */
export type PlannedGrant = GrantFacts & { readonly state: 'planned'; readonly expiresAt: EpochMs | null };
/** `warnAt`: when the holder is to be told that it ends soon; null: he was told, or it is too short for that. */
export type LiveGrant = GrantFacts & {
  readonly state: 'live';
  readonly liveAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly warnAt: EpochMs | null;
};
export type EndedGrant = GrantFacts & {
  readonly state: 'ended';
  readonly liveAt: EpochMs | null;
  readonly expiresAt: EpochMs | null;
  readonly endedAt: EpochMs;
  readonly endedBy: EndedBy;
};
export type OpenGrant = PlannedGrant | LiveGrant;
export type Grant = OpenGrant | EndedGrant;

const HOUR_MS = 3_600_000;
/** The holder is told this long before the end, or at three quarters of a short lease; one still shorter says it by itself. */
const WARN_MS = 15 * 60_000;
const WARNED_SECONDS_MIN = 600;

/** The grant that an approved request becomes. */
export function planGrant(id: GrantId, request: ApprovedRequest): PlannedGrant {
  return {
    id,
    realm: request.realm,
    requestId: request.id,
    ...(request.bundle === null ? {} : { bundle: request.bundle.id }),
    person: request.beneficiary,
    resource: request.resource,
    leaseSeconds: request.leaseSeconds,
    endSessions: request.endSessions,
    digest: request.digest,
    approvers: request.approvals.map((approval) => approval.by),
    approvedAt: request.decidedAt,
    startsAt: beginsAt(request),
    endAsked: null,
    ...(request.limits && { limits: request.limits }),
    correlationId: request.correlationId,
    revision: 1,
    state: 'planned',
    expiresAt: null,
  };
}

/** The planned grant whose access was just seen in Keycloak. */
export function startLease(grant: PlannedGrant, now: EpochMs): LiveGrant {
  const { leaseSeconds } = grant;
  const expiresAt = grant.expiresAt ?? now + leaseSeconds * 1000;
  const warnAt = leaseSeconds < WARNED_SECONDS_MIN ? null : expiresAt - Math.min(WARN_MS, leaseSeconds * 250);
  return { ...grant, state: 'live', liveAt: now, expiresAt, warnAt, revision: grant.revision + 1 };
}

/**
 * Whether a grant waits for its start: it wants no access yet, and nothing is sent for it. One that is to end waits for
 * nothing; a time that is no number never comes.
 */
export const isAhead = (grant: OpenGrant, now: EpochMs): boolean =>
  grant.state === 'planned' && grant.endAsked === null && grant.startsAt !== null && !(now >= grant.startsAt);

/** Whether an open grant is a reason for the access at `now`. */
export const isWanted = (grant: OpenGrant, now: EpochMs): boolean =>
  endReason(grant, now) === null && !isAhead(grant, now);

/** Why an open grant is over at `now`, or null while it is not. */
export function endReason(grant: OpenGrant, now: EpochMs): EndedBy | null {
  if (grant.endAsked !== null) return grant.endAsked.endedBy;
  // Written so that a time that is no number ends the lease.
  if (grant.state === 'live') return now < grant.expiresAt ? null : 'expiry';
  if (grant.expiresAt !== null && now >= grant.expiresAt) return 'not_activated';
  return now >= activationDeadline(grant) ? 'not_activated' : null;
}

/** A grant that is not live by then never will be: min(lease, 1 h) after approval, or after its start where that is later. */
export const activationDeadline = (grant: GrantFacts): EpochMs =>
  (grant.startsAt ?? grant.approvedAt) + Math.min(grant.leaseSeconds * 1000, HOUR_MS);

/** The first time at which {@link endReason} has one. */
export function dueAt(grant: OpenGrant): EpochMs {
  if (grant.endAsked !== null) return grant.endAsked.at;
  if (grant.state === 'live') return grant.expiresAt;
  return Math.min(activationDeadline(grant), grant.expiresAt ?? Infinity);
}

/** When time alone changes next what a grant wants: it begins, or it is over. */
export const turnsAt = (grant: OpenGrant, now: EpochMs): EpochMs =>
  isAhead(grant, now) && grant.startsAt !== null ? grant.startsAt : dueAt(grant);

/** The key of the holding on which a grant is a reason. What only tokens carry is held apart from the same role in Keycloak. */
export const holdingKey = (realm: string, userId: KeycloakUserId, resource: Resource): string =>
  `${realm}/${userId}/${resource.kind}/${resource.id}${resource.inToken === true ? '/token' : ''}`;

/**
 * Until when a token may still say so, if the lease ends, or ended, at `endsAt` (epoch ms). What only tokens carry never
 * outlives the lease as it was approved.
 * @param tokenMs how long a token lives that is issued now
 */
export const effectiveUntil = (
  { resource, expiresAt }: Pick<Grant, 'resource' | 'expiresAt'>,
  endsAt: EpochMs,
  tokenMs: number,
): EpochMs => (resource.inToken === true ? Math.min(expiresAt ?? endsAt, endsAt + tokenMs) : endsAt + tokenMs);
