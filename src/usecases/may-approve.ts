import { mayDecide } from '../domain/authority.ts';
import type { Person, SlackUser } from '../domain/people.ts';
import { isManagerStage } from '../domain/plan.ts';
import type { Refusal } from '../domain/refusal.ts';
import { decide } from '../domain/request.ts';
import type { PendingRequest, Progress } from '../domain/request.ts';
import { drawUp, understaffed } from './draw-up.ts';
import type { Drawn } from './draw-up.ts';
import { identify, identityNeed } from './identify.ts';
import type { Ports } from './ports.ts';
import { notAsked, readSeat, unreachable } from './seats.ts';
import { whoLeft } from './stuck.ts';

export type MayApprove =
  | { readonly verdict: 'yes'; readonly drawn: Drawn }
  /** What was shown is no longer what would be given: it has to be asked anew. */
  | { readonly verdict: 'changed'; readonly drawn: Drawn }
  | { readonly verdict: 'no'; readonly refusal: Refusal }
  /** Nobody could approve it as things stand. */
  | { readonly verdict: 'stuck'; readonly refusal: Refusal };

type Wanted = {
  readonly request: PendingRequest;
  readonly current: Progress;
  readonly person: Person;
  readonly leaseSeconds: number;
};

/** Whether this person may approve a request for so long now, with authority and facts read live. */
export async function mayApprove(ports: Ports, slack: SlackUser, wanted: Wanted): Promise<MayApprove> {
  const { request, current, person, leaseSeconds } = wanted;
  const drew = await drawUp(ports, 'approval', request, request);
  if (!drew.ok) return stuck(drew.refusal);
  const { drawn } = drew;
  const { digest, entitlement, seats } = drawn;
  const isEscalated = request.escalatedTo !== null;
  if (digest !== request.digest) {
    // Who may decide by the new plan or by the one on the card may bring the change to light; nobody else can void approvals.
    const onCard = isManagerStage(current.stage) ? current.stage : await readSeat(ports, request, current.stage);
    const isAsked = mayDecide(onCard, person, isEscalated) || seats.some((seat) => mayDecide(seat, person, false));
    if (!isAsked) return no(notAsked(request, current.stage));
    const untold = await unreachable(ports, drawn, request);
    return untold === null ? { verdict: 'changed', drawn } : stuck(untold);
  }
  if (!mayDecide(seats[current.index], person, isEscalated)) return no(notAsked(request, current.stage));
  const left = await whoLeft(ports, request);
  if (left !== null) return stuck(left);
  if (identityNeed(entitlement.risk) !== identityNeed(request.risk)) {
    const linked = await identify(ports, slack, 'linked');
    if (!linked.ok) return no(linked.refusal);
  }
  const { minSeconds } = ports.settings;
  if (leaseSeconds < Math.min(minSeconds, request.askedSeconds)) return no({ refusal: 'too_short', minSeconds });
  if (leaseSeconds > entitlement.maxSeconds)
    return no({ refusal: 'too_long', path: request.resource.path, maxSeconds: entitlement.maxSeconds });
  return isNeededLater(wanted, drawn, ports.clock.now()) ? no({ refusal: 'needed_later' }) : { verdict: 'yes', drawn };
}

/** One person counts once: whoever a later stage cannot do without has to wait for it. */
function isNeededLater({ request, person, leaseSeconds }: Wanted, drawn: Drawn, at: number): boolean {
  const decided = decide(request, { kind: 'approve', leaseSeconds }, person, at);
  return decided.ok && decided.request.state === 'pending' && understaffed(drawn, request, decided.request) !== null;
}

const no = (refusal: Refusal): MayApprove => ({ verdict: 'no', refusal });
const stuck = (refusal: Refusal): MayApprove => ({ verdict: 'stuck', refusal });
