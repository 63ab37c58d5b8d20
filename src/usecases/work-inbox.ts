import type { Notice } from '../domain/message.ts';
import { correlated } from '../lib/correlation.ts';
import { CodedError, hasCode } from '../lib/errors.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, toAsker } from './answer.ts';
import { answerQuestion } from './answer-question.ts';
import { askQuestion } from './ask-question.ts';
import { breakGlass } from './break-glass.ts';
import { DECISION_MS, isFromCard } from './card-click.ts';
import { decideGate, isGateClick } from './decide-gate.ts';
import { decideRequest } from './decide-request.ts';
import { releaseGrant } from './end-grants.ts';
import { askForTeam } from './ask-for-team.ts';
import { askAudit, askAuditFile, askAuditProof } from './ask-audit.ts';
import { askExplain } from './ask-explain.ts';
import { openHome } from './deliver-home.ts';
import { extendGrant } from './extend-grant.ts';
import { askToLink, hear, listLinks, unlinkAccount } from './link-account.ts';
import { teamOf } from './intent.ts';
import type { InboxItem } from './intent.ts';
import { leaveWorkspace } from './leave-workspace.ts';
import { createLaneWorker } from './lanes.ts';
import type { LaneWorker } from './lanes.ts';
import type { Ports } from './ports.ts';
import type { InboxLane } from './store-port.ts';
import { requestAccess } from './request-access.ts';
import { endTaken, signReview } from './review.ts';
import { revokeAccess } from './revoke-access.ts';
import { withdrawRequest } from './withdraw-request.ts';

const ROOM = 100;
/** Wait before an envelope that could not be carried out is taken up again. */
const AGAIN_MS = 1000;
/** How long an envelope is tried again while something is away, before its sender is told that nothing was done. */
const PATIENCE_MS = 10_000;
/** What comes back by itself. */
const AWAY: ReadonlySet<string> = new Set(['keycloak_unavailable', 'slack_unavailable', 'slack_rate_limited']);
/** A conflict means that somebody else moved on; one that stays means that the envelope was finished elsewhere. */
const MOST_TRIES = 10;

/**
 * Carries out what was received. One person's envelopes go one after the other, in order, so that nobody gets past a limit
 * by being quick; a slow one delays nobody else.
 * @param onDone called after each finished envelope: there may be something to converge or to send
 */
export function createInboxWorker(ports: Ports, onDone: () => void): LaneWorker {
  return createLaneWorker<InboxLane>(ports, {
    room: ROOM,
    claim: (claim) => ports.store.claimInbox(claim),
    work: async ({ items }, fence) => {
      let againMs = 0;
      for (const item of items) {
        if (!fence(0)) break;
        const again = await correlated(item.correlationId, () => workOne(ports, item));
        onDone();
        if (again === null) continue;
        againMs = Math.max(againMs, again);
        // What holds up one part of an ask for many people holds up the others, too.
        if (teamOf(item) !== null) break;
      }
      return { until: againMs === 0 ? null : ports.clock.now() + againMs, attempts: 0 };
    },
    onReturned: onDone,
  });
}

/** @returns in how many ms it is to be taken up again; null: it is finished */
async function workOne(ports: Ports, item: InboxItem): Promise<number | null> {
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const result = await carryOut(ports, item);
      if (result !== 'conflict') return result === 'committed' ? null : AGAIN_MS;
    }
    return AGAIN_MS;
  } catch (error) {
    try {
      return await afterTrouble(ports, item, error);
    } catch (again) {
      // The envelope stays unfinished in the database and is taken up again.
      ports.log.error('inbox item failed twice', { key: item.key, correlationId: item.correlationId, error: again });
      return AGAIN_MS;
    }
  }
}

/**
 * Something is away: the envelope waits in the database and is tried again, for as long as its answer may still count.
 * @returns as {@link workOne}; null: it was answered instead
 */
async function afterTrouble(ports: Ports, item: InboxItem, error: unknown): Promise<number | null> {
  const { intent, correlationId } = item;
  const code = error instanceof CodedError ? error.code : 'broken';
  ports.log.warn('inbox item not carried out', { key: item.key, intent: intent.intent, code, correlationId, error });
  if (code === 'store_unavailable') return AGAIN_MS;
  const waited = ports.clock.now() - item.receivedAt;
  if (waited < patienceMs(ports, item, code)) return Math.max(AGAIN_MS, waitOf(item, error));
  const isAnswered = (answer: CarriedOut): number | null => (answer === 'committed' ? null : AGAIN_MS);
  if ((isFromCard(intent) || isGateClick(intent)) && code !== 'broken') {
    const request = isFromCard(intent) ? await ports.store.request(intent.requestId) : null;
    const dropped = { kind: 'decision.dropped', request } as const;
    return isAnswered(await answerNo(ports, item, { refusal: 'too_late_to_check' }, dropped));
  }
  const refusal =
    hasCode(error, 'keycloak_unavailable') || hasCode(error, 'keycloak_forbidden') ? 'keycloak_unavailable' : 'broken';
  return isAnswered(await answerNo(ports, item, { refusal, correlationId }));
}

/** Nobody looks at a part of an ask for many people: it waits for what is away for as long as a request waits for approvers. */
function patienceMs({ settings }: Ports, item: InboxItem, code: string): number {
  if (code === 'broken') return 0;
  if (teamOf(item) !== null) return AWAY.has(code) ? settings.requestTtlSeconds * 1000 : 0;
  return isFromCard(item.intent) || isGateClick(item.intent) ? DECISION_MS : PATIENCE_MS;
}

/** How long Slack asks us to wait; only where nobody waits for us. */
const waitOf = (item: InboxItem, error: unknown): number =>
  teamOf(item) !== null && error instanceof CodedError ? (error.retryAfterMs ?? 0) : 0;

function carryOut(ports: Ports, item: InboxItem): Promise<CarriedOut> {
  const { intent } = item;
  switch (intent.intent) {
    case 'request':
      return requestAccess(ports, item, intent);
    case 'team_request':
      return askForTeam(ports, item, intent);
    case 'approve':
    case 'deny':
      return decideRequest(ports, item, intent);
    case 'gate_approve':
    case 'gate_deny':
      return decideGate(ports, item, intent);
    case 'question':
      return askQuestion(ports, item, intent);
    case 'answer':
      return answerQuestion(ports, item, intent);
    case 'withdraw':
      return withdrawRequest(ports, item, intent);
    case 'release':
      return releaseGrant(ports, item, intent);
    case 'extend':
      return extendGrant(ports, item, intent);
    case 'revoke':
      return revokeAccess(ports, item, intent);
    case 'audit':
      return askAudit(ports, item, intent);
    case 'audit_csv':
      return askAuditFile(ports, item, intent);
    case 'audit_verify':
      return askAuditProof(ports, item);
    case 'explain':
      return askExplain(ports, item, intent);
    case 'break_glass':
      return breakGlass(ports, item, intent);
    case 'sign_review':
      return signReview(ports, item, intent);
    case 'end_taken':
      return endTaken(ports, item, intent);
    case 'left':
      return leaveWorkspace(ports, item);
    case 'my_access':
      return answer(ports, item, { notice: 'my_access' });
    case 'home_opened':
      return openHome(ports, item);
    case 'help':
      return answer(ports, item, { notice: 'help' });
    case 'misused':
      return answerNo(ports, item, { refusal: 'usage', command: intent.command });
    case 'link':
      return askToLink(ports, item);
    case 'unlink':
      return unlinkAccount(ports, item, intent);
    case 'links':
      return listLinks(ports, item);
    case 'said':
      return hear(ports, item, intent.text);
  }
}

async function answer(ports: Ports, item: InboxItem, notice: Notice): Promise<CarriedOut> {
  const at = ports.clock.now();
  const message = messagesOf(item.key, at, item.correlationId);
  return ports.store.commit({ inboxDone: item.key, messages: [message(toAsker(item, notice))], audit: [] });
}
