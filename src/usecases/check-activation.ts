import { mayDecide } from '../domain/authority.ts';
import { isTaken } from '../domain/break-glass.ts';
import type { PlannedGrant } from '../domain/grant.ts';
import type { EpochMs } from '../domain/ids.ts';
import type { AccessRequest } from '../domain/request.ts';
import type { PolicyPorts } from './ask-policy.ts';
import { drawUp } from './draw-up.ts';
import type { Drawn } from './draw-up.ts';
import type { Ports } from './ports.ts';
import { reaches } from './step-up.ts';

const AUTHORITY_MS = 60_000;

/**
 * Why a planned grant may not be activated now, or null: the plan or what the resource gives is not what was approved
 * (I12), or, when over a minute passed since the first decision, an approver lost his authority (I14).
 */
export async function activationRefusal(
  ports: PolicyPorts & Pick<Ports, 'catalogue' | 'store'>,
  grant: PlannedGrant,
): Promise<string | null> {
  const request = await ports.store.request(grant.requestId);
  if (request?.state !== 'approved') return 'its request is not approved';
  const drew = await drawUp(ports, 'activation', request, request);
  // Who could approve anew is a question for submission; what was approved and by whom is checked here.
  if (!drew.ok)
    return drew.refusal.refusal === 'no_approvers' || drew.refusal.refusal === 'no_manager'
      ? 'who decides about it is no longer who it was'
      : drew.refusal.refusal;
  const approved = { ...request, digest: grant.digest };
  const changed = whatChanged(drew.drawn, approved, grant.leaseSeconds, ports.clock.now());
  if (changed !== null || !isTaken(request)) return changed;
  return drew.drawn.entitlement.breakGlass ? null : 'it may no longer be taken by break-glass';
}

/** Why approvals do not stand for what was just drawn up, for this lease, or null. */
export function whatChanged(
  { digest, seats, entitlement, stepUp }: Drawn,
  approved: Pick<AccessRequest, 'digest' | 'approvals'>,
  leaseSeconds: number,
  now: EpochMs,
): string | null {
  if (digest !== approved.digest) return 'what was approved is not what it would give now';
  if (leaseSeconds > entitlement.maxSeconds) return 'it may no longer be given for so long';
  if (!approved.approvals.every(({ signedIn }) => reaches(signedIn, stepUp)))
    return 'its approvers would have to sign in for it now';
  const oldest = Math.min(...approved.approvals.map((approval) => approval.at));
  if (now - oldest <= AUTHORITY_MS) return null;
  // Nobody's approval is on record who came before the escalation: that was looked at when he decided.
  const lost = approved.approvals.find(({ by, stage }) => !mayDecide(seats[stage], by, true));
  return lost === undefined ? null : 'an approver may no longer decide';
}
