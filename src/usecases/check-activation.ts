import { isMember } from '../domain/authority.ts';
import { isTaken } from '../domain/break-glass.ts';
import type { PlannedGrant } from '../domain/grant.ts';
import type { Ports } from './ports.ts';
import { drawUp } from './draw-up.ts';

const AUTHORITY_MS = 60_000;

/**
 * Why a planned grant may not be activated now, or null: the plan or what the resource gives is not what was approved
 * (I12), or, when over a minute passed since the first decision, an approver lost his authority (I14).
 */
export async function activationRefusal(
  ports: Pick<Ports, 'store' | 'catalogue' | 'directory' | 'clock'>,
  grant: PlannedGrant,
): Promise<string | null> {
  const request = await ports.store.request(grant.requestId);
  if (request?.state !== 'approved') return 'its request is not approved';
  const drew = await drawUp(ports, request);
  // Who could approve anew is a question for submission; what was approved and by whom is checked here.
  if (!drew.ok)
    return drew.refusal.refusal === 'no_approvers'
      ? 'its approver group is no longer what it was'
      : drew.refusal.refusal;
  if (drew.drawn.digest !== grant.digest) return 'what was approved is not what it would give now';
  const { groups, entitlement } = drew.drawn;
  if (grant.leaseSeconds > entitlement.maxSeconds) return 'it may no longer be given for so long';
  if (isTaken(request)) return entitlement.breakGlass ? null : 'it may no longer be taken by break-glass';
  const oldest = Math.min(...request.approvals.map((approval) => approval.at));
  if (ports.clock.now() - oldest <= AUTHORITY_MS) return null;
  const lost = request.approvals.find(({ by, stage }) => !isMember(groups[stage], by));
  return lost === undefined ? null : 'an approver may no longer decide';
}
