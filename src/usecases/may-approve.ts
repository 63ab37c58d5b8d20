import { isMember } from '../domain/authority.ts';
import type { Person, SlackUser } from '../domain/people.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { PendingRequest, Progress } from '../domain/request.ts';
import { drawUp } from './draw-up.ts';
import type { Drawn } from './draw-up.ts';
import { identify, identityNeed } from './identify.ts';
import type { Ports } from './ports.ts';

export type MayApprove =
  | { readonly verdict: 'yes'; readonly drawn: Drawn }
  /** What was shown is no longer what would be given: it has to be asked anew. */
  | { readonly verdict: 'changed'; readonly drawn: Drawn }
  | { readonly verdict: 'no'; readonly refusal: Refusal };

/** Whether this person may approve a request for so long now, with authority and facts read live. */
export async function mayApprove(
  ports: Ports,
  slack: SlackUser,
  {
    request,
    current,
    person,
    leaseSeconds,
  }: {
    readonly request: PendingRequest;
    readonly current: Progress;
    readonly person: Person;
    readonly leaseSeconds: number;
  },
): Promise<MayApprove> {
  const drew = await drawUp(ports, request);
  if (!drew.ok) return { verdict: 'no', refusal: drew.refusal };
  const { drawn } = drew;
  const { digest, entitlement, groups } = drawn;
  const { groupId: stageId, groupPath } = current.stage;
  const isChanged = digest !== request.digest;
  // Who may decide by the new plan or by the one on the card may bring the change to light; nobody else can void approvals.
  const seats = isChanged ? [await ports.directory.groupById(stageId), ...groups] : [groups[current.index]];
  if (!seats.some((group) => isMember(group, person))) return no({ refusal: 'not_an_approver', groupPath });
  if (isChanged) return { verdict: 'changed', drawn };
  if (identityNeed(entitlement.risk) !== identityNeed(request.risk)) {
    const linked = await identify(ports, slack, 'linked');
    if (!linked.ok) return no(linked.refusal);
  }
  const { minSeconds } = ports.settings;
  if (leaseSeconds < Math.min(minSeconds, request.askedSeconds)) return no({ refusal: 'too_short', minSeconds });
  if (leaseSeconds > entitlement.maxSeconds)
    return no({ refusal: 'too_long', path: request.resource.path, maxSeconds: entitlement.maxSeconds });
  return { verdict: 'yes', drawn };
}

const no = (refusal: Refusal): MayApprove => ({ verdict: 'no', refusal });
