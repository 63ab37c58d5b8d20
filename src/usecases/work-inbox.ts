import type { Notice } from '../domain/message.ts';
import { correlated } from '../lib/correlation.ts';
import { CodedError, hasCode } from '../lib/errors.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, toAsker } from './answer.ts';
import { answerQuestion } from './answer-question.ts';
import { askQuestion } from './ask-question.ts';
import { breakGlass } from './break-glass.ts';
import { DECISION_MS, isFromCard } from './card-click.ts';
import { decideRequest } from './decide-request.ts';
import { releaseGrant } from './end-grants.ts';
import { askAudit, askAuditFile, askAuditProof } from './ask-audit.ts';
import { openHome } from './deliver-home.ts';
import { extendGrant } from './extend-grant.ts';
import type { InboxItem } from './intent.ts';
import { leaveWorkspace } from './leave-workspace.ts';
import { createLaneWorker } from './lanes.ts';
import type { LaneWorker } from './lanes.ts';
import type { InboxLane, Ports } from './ports.ts';
import { requestAccess } from './request-access.ts';
import { endTaken, signReview } from './review.ts';
import { revokeAccess } from './revoke-access.ts';
import { withdrawRequest } from './withdraw-request.ts';

const ROOM = 100;
/** Wait before an envelope that could not be carried out is taken up again. */
const AGAIN_MS = 1000;
/** How long an envelope is tried again while something is away, before its sender is told that nothing was done. */
const PATIENCE_MS = 10_000;
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
      let areDone = true;
      for (const item of items) {
        if (!fence(0)) break;
        areDone = (await correlated(item.correlationId, () => workOne(ports, item))) && areDone;
        onDone();
      }
      return { until: areDone ? null : ports.clock.now() + AGAIN_MS, attempts: 0 };
    },
    onReturned: onDone,
  });
}

/** @returns whether it is finished */
async function workOne(ports: Ports, item: InboxItem): Promise<boolean> {
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const result = await carryOut(ports, item);
      if (result !== 'conflict') return result === 'committed';
    }
    return false;
  } catch (error) {
    try {
      return await afterTrouble(ports, item, error);
    } catch (again) {
      // The envelope stays unfinished in the database and is taken up again.
      ports.log.error('inbox item failed twice', { key: item.key, correlationId: item.correlationId, error: again });
      return false;
    }
  }
}

/**
 * Something is away: the envelope waits in the database and is tried again, for as long as its answer may still count.
 * @returns whether it was answered instead
 */
async function afterTrouble(ports: Ports, item: InboxItem, error: unknown): Promise<boolean> {
  const { intent, correlationId } = item;
  const code = error instanceof CodedError ? error.code : 'broken';
  ports.log.warn('inbox item not carried out', { key: item.key, intent: intent.intent, code, correlationId, error });
  if (code === 'store_unavailable') return false;
  const waited = ports.clock.now() - item.receivedAt;
  if (code !== 'broken' && waited < (isFromCard(intent) ? DECISION_MS : PATIENCE_MS)) return false;
  if (isFromCard(intent) && code !== 'broken') {
    const request = await ports.store.request(intent.requestId);
    const dropped = { kind: 'decision.dropped', request } as const;
    return (await answerNo(ports, item, { refusal: 'too_late_to_check' }, dropped)) === 'committed';
  }
  const refusal =
    hasCode(error, 'keycloak_unavailable') || hasCode(error, 'keycloak_forbidden') ? 'keycloak_unavailable' : 'broken';
  return (await answerNo(ports, item, { refusal, correlationId })) === 'committed';
}

function carryOut(ports: Ports, item: InboxItem): Promise<CarriedOut> {
  const { intent } = item;
  switch (intent.intent) {
    case 'request':
      return requestAccess(ports, item, intent);
    case 'approve':
    case 'deny':
      return decideRequest(ports, item, intent);
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
    case 'not_built':
      return answerNo(ports, item, { refusal: 'not_built', what: intent.what });
  }
}

async function answer(ports: Ports, item: InboxItem, notice: Notice): Promise<CarriedOut> {
  const at = ports.clock.now();
  const message = messagesOf(item.key, at, item.correlationId);
  return ports.store.commit({ inboxDone: item.key, messages: [message(toAsker(item, notice))], audit: [] });
}
