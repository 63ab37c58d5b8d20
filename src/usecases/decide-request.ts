import { grantEntry, personActor, requestEntry } from '../domain/audit-drafts.ts';
import { isMember } from '../domain/authority.ts';
import { planGrant } from '../domain/grant.ts';
import { openHolding } from '../domain/holding.ts';
import type { Holding } from '../domain/holding.ts';
import { grantId } from '../domain/ids.ts';
import type { MessageBody } from '../domain/message.ts';
import type { Person } from '../domain/people.ts';
import { decide, progress } from '../domain/request.ts';
import type { AccessRequest, ApprovedRequest, PendingRequest } from '../domain/request.ts';
import { keptText } from '../domain/text.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, tellThread, toAsker, toBoth } from './answer.ts';
import { answerUnasked, readCardClick } from './card-click.ts';
import { drawUp } from './draw-up.ts';
import { identify, identityNeed } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Batch, Ports } from './ports.ts';
import { reopenRequest } from './reopen-request.ts';

type DecisionIntent = Extract<Intent, { intent: 'approve' | 'deny' }>;

/** One approver's decision: from the recorded message, with authority and facts read live, compared and swapped. */
export async function decideRequest(ports: Ports, item: InboxItem, intent: DecisionIntent): Promise<CarriedOut> {
  const click = await readCardClick(ports, item, intent);
  if (typeof click === 'string') return click;
  const { request, current, person, no, isLate, drop } = click;
  if (intent.intent === 'deny') {
    // To refuse, nothing need be as it was: only the person must be one of those who were asked.
    const unasked = await answerUnasked(ports, click);
    return unasked ?? commitDecision(ports, item, request, { kind: 'deny', comment: keptText(intent.comment) }, person);
  }
  const drew = await drawUp(ports, request);
  if (!drew.ok) return no(drew.refusal);
  if (isLate()) return drop();
  const { digest, entitlement, groups } = drew.drawn;
  const { groupId: stageId, groupPath } = current.stage;
  const changed = digest !== request.digest;
  // Who may decide by the new plan or by the one on the card may bring the change to light; nobody else can void approvals.
  const seats = changed ? [await ports.directory.groupById(stageId), ...groups] : [groups[current.index]];
  if (!seats.some((group) => isMember(group, person))) return no({ refusal: 'not_an_approver', groupPath });
  if (changed) return reopenRequest(ports, item, request, drew.drawn);
  if (identityNeed(entitlement.risk) !== identityNeed(request.risk)) {
    const linked = await identify(ports, item.slack, 'linked');
    if (!linked.ok) return no(linked.refusal);
  }

  const maxSeconds = request.askedSeconds;
  const { minSeconds } = ports.settings;
  const leaseSeconds = intent.leaseSeconds ?? maxSeconds;
  if (leaseSeconds < Math.min(minSeconds, maxSeconds)) return no({ refusal: 'too_short', minSeconds });
  if (leaseSeconds > entitlement.maxSeconds) {
    return no({ refusal: 'too_long', path: request.resource.path, maxSeconds: entitlement.maxSeconds });
  }
  return commitDecision(ports, item, request, { kind: 'approve', leaseSeconds }, person);
}

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
    const groupPath = progress(request)?.stage.groupPath ?? '';
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
  const grant = planGrant(grantId(ports.ids.uuid()), request);
  return {
    ...base,
    grants: [grant],
    holdings: [await holdingFor(ports, request, at)],
    messages: tell(request, item, by).map(message),
    audit: [requestEntry('request.approved', request, actor, at), grantEntry('grant.planned', grant, actor, at)],
  };
}

/** The holding on which the new grant is a reason, asked to be looked at now. */
export async function holdingFor(ports: Pick<Ports, 'store'>, request: ApprovedRequest, at: number): Promise<Holding> {
  const { realm, beneficiary, resource } = request;
  const fresh = openHolding(realm, beneficiary.userId, beneficiary.username, resource, at);
  const known = await ports.store.holding(fresh.key);
  if (known === null) return fresh;
  return { ...known.holding, resource, nextLookAt: at, revision: known.holding.revision + 1 };
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
