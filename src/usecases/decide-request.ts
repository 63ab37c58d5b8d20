import { grantEntry, personActor, requestEntry } from '../domain/audit-drafts.ts';
import { planGrant } from '../domain/grant.ts';
import { openHolding } from '../domain/holding.ts';
import type { Holding } from '../domain/holding.ts';
import { grantId } from '../domain/ids.ts';
import type { MessageBody } from '../domain/message.ts';
import type { Person } from '../domain/people.ts';
import type { Refusal } from '../domain/refusal.ts';
import { decide, progress } from '../domain/request.ts';
import type { AccessRequest, ApprovedRequest, PendingRequest } from '../domain/request.ts';
import { MAX_TEXT_POINTS, cleanText } from '../domain/text.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, tellThread, toAsker, toBoth } from './answer.ts';
import { drawUp } from './draw-up.ts';
import { identify, identityNeed } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { ApproverGroup, Batch, Ports } from './ports.ts';
import { reopenRequest } from './reopen-request.ts';
import { shownBy, settledRefusal } from './shown.ts';

type DecisionIntent = Extract<Intent, { intent: 'approve' | 'deny' }>;

/** A click that could not be checked against Keycloak by then is dropped: what was seen may no longer be so. */
export const DECISION_MS = 60_000;

/** How long a click waits for the record of the card it came from. */
export const CARD_MS = 10_000;

/** One approver's decision: from the recorded message, with authority and facts read live, compared and swapped. */
export async function decideRequest(ports: Ports, item: InboxItem, intent: DecisionIntent): Promise<CarriedOut> {
  const request = await ports.store.request(intent.requestId);
  const no = (refusal: Refusal): Promise<CarriedOut> =>
    answerNo(ports, item, refusal, { kind: 'decision.refused', request });
  if (request === null) return no({ refusal: 'old_message', link: null });
  const shown = await shownBy(ports, request, intent.message);
  if (shown === 'later' && ports.clock.now() - item.receivedAt < CARD_MS) return 'later';
  if (shown === 'later' || shown === null) return no({ refusal: 'old_message', link: request.id });
  if (request.state !== 'pending') return no(settledRefusal(request));
  if (ports.clock.now() >= request.waitsUntil) {
    return no({ refusal: 'settled', state: 'expired', by: null, at: request.waitsUntil });
  }
  const current = progress(request);
  if (
    current === null ||
    intent.version !== request.version ||
    intent.stage !== current.index ||
    shown.stage !== current.index
  ) {
    return no({ refusal: 'changed_meanwhile' });
  }
  const late = (): boolean => ports.clock.now() - item.receivedAt > DECISION_MS;
  const dropped = (): Promise<CarriedOut> =>
    answerNo(ports, item, { refusal: 'too_late_to_check' }, { kind: 'decision.dropped', request });
  if (late()) return dropped();

  const who = await identify(ports, item.slack, identityNeed(request.risk));
  if (!who.ok) return no(who.refusal);
  if (intent.intent === 'deny') {
    // To refuse, nothing need be as it was: only the person must be one of those who were asked.
    const asked = await ports.directory.groupById(current.stage.groupId);
    if (late()) return dropped();
    if (!isMember(asked, who.person)) return no({ refusal: 'not_an_approver', groupPath: current.stage.groupPath });
    return commitDecision(ports, item, request, { kind: 'deny', comment: commentOf(intent.comment) }, who.person);
  }
  const drew = await drawUp(ports, request);
  if (!drew.ok) return no(drew.refusal);
  if (late()) return dropped();
  const { digest, entitlement, groups } = drew.drawn;
  const { groupId: stageId, groupPath } = current.stage;
  const changed = digest !== request.digest;
  // Who may decide by the new plan or by the one on the card may bring the change to light; nobody else can void approvals.
  const seats = changed ? [await ports.directory.groupById(stageId), ...groups] : [groups[current.index]];
  if (!seats.some((group) => isMember(group, who.person))) return no({ refusal: 'not_an_approver', groupPath });
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
  return commitDecision(ports, item, request, { kind: 'approve', leaseSeconds }, who.person);
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

const isMember = (group: ApproverGroup | null | undefined, person: Person): boolean =>
  group?.members.some((user) => user.enabled && user.userId === person.userId) ?? false;

/** The comment as it is kept: cleaned and cut by code points (I20); null when nothing is left of it. */
function commentOf(text: string): string | null {
  const cleaned = cleanText(text);
  return cleaned === '' ? null : Array.from(cleaned).slice(0, MAX_TEXT_POINTS).join('');
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
async function holdingFor(ports: Ports, request: ApprovedRequest, at: number): Promise<Holding> {
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
