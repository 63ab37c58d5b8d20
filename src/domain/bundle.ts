import type { EpochMs, RequestId } from './ids.ts';
import type { Person } from './people.ts';
import { approve, close, decide, progress } from './request.ts';
import type { AccessRequest, ApprovedRequest, ClosedRequest, DecisionRefusal, DeniedRequest } from './request.ts';
import type { PendingRequest, SignedIn } from './request.ts';

// Several entitlements asked for together. Each part is a request with a plan of its own, but they end alike: all of them
// are approved at the same moment, or none is. The parts are always written together, by compare and swap, so that whoever
// brings the last approval sees the others, and either all of them wait or none does.

/** So many entitlements can be asked for at once. */
export const MAX_PARTS = 10;

/** Requests that are to be one bundle, in this order; it is called by the id of the first, and they wait alike. */
export function bundled(requests: readonly PendingRequest[]): readonly PendingRequest[] {
  const [first] = requests;
  if (first === undefined || requests.length < 2) return requests;
  const { submittedAt, waitsUntil, remindAt } = first;
  const alike = { submittedAt, waitsUntil, remindAt };
  return requests.map((request, part) => ({
    ...request,
    ...alike,
    bundle: { id: first.id, part, parts: requests.length },
  }));
}

/** The parts that wait; of a bundle that is decided, none. */
export const waiting = (parts: readonly AccessRequest[]): readonly PendingRequest[] =>
  parts.filter((part) => part.state === 'pending');

/** Whether every part has all the approvals that it needs. */
export const isReady = (parts: readonly PendingRequest[]): boolean => parts.every((part) => progress(part) === null);

/** A part as it is written when others of its bundle change: nobody else has changed it meanwhile. */
const untouched = (part: PendingRequest): PendingRequest => ({ ...part, revision: part.revision + 1 });

/** What one person's decision does to a bundle, and to which parts it could not be applied. */
export type Decided<Part> = {
  readonly parts: readonly Part[];
  readonly refused: ReadonlyMap<RequestId, DecisionRefusal>;
};

/**
 * One person approves some parts, each for the lease given; nothing is approved as a whole yet. Parts about which nobody is
 * asked any more are left as they are.
 */
export function approveParts(
  parts: readonly PendingRequest[],
  leases: ReadonlyMap<RequestId, number>,
  by: Person,
  at: EpochMs,
  signedIn?: SignedIn,
): Decided<PendingRequest> {
  const refused = new Map<RequestId, DecisionRefusal>();
  const after = parts.map((part) => {
    const leaseSeconds = leases.get(part.id);
    if (leaseSeconds === undefined || progress(part) === null) return untouched(part);
    const decided = decide(part, { kind: 'approve', leaseSeconds, ...(signedIn && { signedIn }) }, by, at);
    if (decided.ok && decided.request.state === 'pending') return decided.request;
    if (!decided.ok) refused.set(part.id, decided.refusal);
    return untouched(part);
  });
  return { parts: after, refused };
}

/** The whole bundle as its last approval makes it. @throws when an approval is missing: nothing is given in part */
export function approveAll(parts: readonly PendingRequest[], at: EpochMs): readonly ApprovedRequest[] {
  if (!isReady(parts)) throw new Error('a bundle is approved as a whole or not at all');
  return parts.map((part) => approve(part, at));
}

/** One person denies one of these parts, and so the whole bundle. `denied`: the part that it was, null when it can be none. */
export function denyAll(
  parts: readonly PendingRequest[],
  asked: ReadonlySet<RequestId>,
  comment: string | null,
  by: Person,
  at: EpochMs,
): Decided<DeniedRequest> & { readonly denied: DeniedRequest | null } {
  const refused = new Map<RequestId, DecisionRefusal>();
  for (const part of parts) {
    if (!asked.has(part.id) || progress(part) === null) continue;
    const decided = decide(part, { kind: 'deny', comment }, by, at);
    if (!decided.ok) refused.set(part.id, decided.refusal);
    else if (decided.request.state === 'denied')
      return { parts: deniedWith(parts, decided.request), refused, denied: decided.request };
  }
  return { parts: [], refused, denied: null };
}

function deniedWith(parts: readonly PendingRequest[], denied: DeniedRequest): readonly DeniedRequest[] {
  return parts.map((part) => {
    if (part.id === denied.id) return denied;
    const stage = progress(part)?.index ?? part.plan.length - 1;
    return { ...part, state: 'denied', denial: { ...denied.denial, stage }, revision: part.revision + 1 };
  });
}

/** All parts end without a decision. */
export const closeAll = (
  parts: readonly PendingRequest[],
  state: 'expired' | 'withdrawn',
  at: EpochMs,
): readonly ClosedRequest[] => parts.map((part) => close(part, state, at));
