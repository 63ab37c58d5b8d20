import { personActor, requestEntry } from '../domain/audit-drafts.ts';
import type { MessageBody } from '../domain/message.ts';
import type { Person } from '../domain/people.ts';
import { groupPathOf } from '../domain/plan.ts';
import { decide, progress, withLimits } from '../domain/request.ts';
import type { AccessRequest, PendingRequest } from '../domain/request.ts';
import { keptText } from '../domain/text.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, tellThread, toAsker, toBoth } from './answer.ts';
import { answerUnasked, readCardClick } from './card-click.ts';
import { decideBundle } from './decide-bundle.ts';
import type { InboxItem, Intent } from './intent.ts';
import { mayApprove } from './may-approve.ts';
import { planAccess } from './plan-access.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';
import { reopenRequest } from './reopen-request.ts';
import { approving, offerSignIn, partShown, reaches, signedInFor } from './step-up.ts';

type DecisionIntent = Extract<Intent, { intent: 'approve' | 'deny' }>;

/** One approver's decision: from the recorded message, with authority and facts read live, compared and swapped. */
export async function decideRequest(ports: Ports, item: InboxItem, intent: DecisionIntent): Promise<CarriedOut> {
  if (intent.also !== undefined) return decideBundle(ports, item, intent);
  const click = await readCardClick(ports, item, intent);
  if (typeof click === 'string') return click;
  const { request, current, person, no, stuck, isLate, drop } = click;
  // A single part of a bundle, whatever the button left out.
  if (request.bundle !== null) return decideBundle(ports, item, { ...intent, also: [] });
  if (intent.intent === 'deny') {
    // To refuse, nothing need be as it was: only the person must be one of those who were asked.
    const unasked = await answerUnasked(ports, click);
    return unasked ?? commitDecision(ports, item, request, { kind: 'deny', comment: keptText(intent.comment) }, person);
  }
  const leaseSeconds = intent.leaseSeconds ?? request.askedSeconds;
  const may = await mayApprove(ports, item.slack, { request, current, person, leaseSeconds });
  if (isLate()) return drop();
  switch (may.verdict) {
    case 'no':
      return no(may.refusal);
    case 'stuck':
      return stuck(may.refusal);
    case 'changed':
      return reopenRequest(ports, item, request, may.drawn);
    case 'yes': {
      const { stepUp = [] } = may.drawn;
      const signedIn = signedInFor(intent.proof, person, request);
      if (!reaches(signedIn, stepUp))
        return offerSignIn(ports, item, approving(intent, [partShown(request, current.index)], stepUp), about(request));
      return commitDecision(
        ports,
        item,
        withLimits(request, may.drawn.limits),
        { kind: 'approve', leaseSeconds, ...(signedIn && { signedIn }) },
        person,
      );
    }
  }
}

const about = (request: AccessRequest) => ({ kind: 'decision.refused', request }) as const;

async function commitDecision(
  ports: Ports,
  item: InboxItem,
  request: PendingRequest,
  decision: Parameters<typeof decide>[1],
  by: Person,
): Promise<CarriedOut> {
  const at = ports.clock.now();
  const decided = decide(request, decision, by, at);
  if (!decided.ok) {
    const stage = progress(request)?.stage;
    const groupPath = stage === undefined ? null : groupPathOf(stage);
    const refusal = { refusal: decided.refusal, groupPath, maxSeconds: request.askedSeconds };
    return answerNo(ports, item, refusal, { kind: 'decision.refused', request });
  }
  const committed = await ports.store.commit(await batchFor(ports, item, decided.request, by, at));
  if (committed === 'committed' && decided.request.state !== 'pending') {
    ports.metrics.requestEnded(decided.request.state, (at - request.submittedAt) / 1000);
  }
  // After a conflict the click is looked at again from the start: what the other one did decides what it may still mean.
  return committed;
}

async function batchFor(ports: Ports, item: InboxItem, request: AccessRequest, by: Person, at: number): Promise<Batch> {
  const message = messagesOf(item.key, at, item.correlationId);
  const base = { requests: [request], inboxDone: item.key };
  const actor = personActor(by);
  if (request.state === 'denied') {
    return {
      ...base,
      messages: tell(request, item, by).map(message),
      audit: [requestEntry('request.denied', request, actor, at)],
    };
  }
  if (request.state !== 'approved') {
    return {
      ...base,
      messages: tell(request, item, by).map(message),
      audit: [requestEntry('request.approval', request, actor, at)],
    };
  }
  const planned = await planAccess(ports, request, actor, at);
  return {
    ...base,
    grants: [planned.grant],
    holdings: [planned.holding],
    messages: tell(request, item, by).map(message),
    audit: planned.audit,
  };
}

function tell(request: AccessRequest, item: InboxItem, by: Person): readonly MessageBody[] {
  const last = request.approvals.at(-1);
  const line =
    request.state === 'denied'
      ? ({ line: 'denied', by, comment: request.denial.comment } as const)
      : ({
          line: 'approved',
          by,
          stage: last?.stage ?? 0,
          stages: request.plan.length,
          leaseSeconds: last?.leaseSeconds ?? request.askedSeconds,
          shortened: last !== undefined && last.leaseSeconds < request.askedSeconds,
        } as const);
  const yours = toAsker(item, {
    notice: 'your_decision',
    requestId: request.id,
    kind: request.state === 'denied' ? 'deny' : 'approve',
  });
  const decided = toBoth(request, { notice: 'decided', requestId: request.id });
  return [...tellThread(request, line), yours, ...(request.state === 'pending' ? [] : decided)];
}
