import { answerBackchannel } from './answer-backchannel.ts';
import { rankOf } from '../domain/message.ts';
import type { Message } from '../domain/message.ts';
import { CodedError, hasCode } from '../lib/errors.ts';
import type { Delivered } from './deliver-card.ts';
import { deliverGate } from './deliver-gate.ts';
import { deliverHome } from './deliver-home.ts';
import { deliverTeam } from './deliver-team.ts';
import { deliverRequest, deliverStory } from './deliver-request.ts';
import { fencedConversation } from './fenced-conversation.ts';
import { foldNews, nextTurn } from './fold-news.ts';
import { createLaneWorker } from './lanes.ts';
import type { LaneWorker } from './lanes.ts';
import type { Ports } from './ports.ts';
import type { Conversation } from './slack-port.ts';
import type { OutboxLane, Release } from './store-port.ts';
import { refusedBySlack } from './refused-by-slack.ts';
import { auditCsv } from './report-audit.ts';
import { gatherUntil, toldTogether, wordsOfAll } from './told-together.ts';
import type { Together } from './told-together.ts';

/** Lanes with something to say, and lanes in which only cards or Homes are behind, at once. */
const ROOM = { words: 1000, cards: 10, homes: 10 };
const LONGEST_WAIT_MS = 60_000;
const SENT: Release = { until: null, attempts: 0 };

export type Deliverer = {
  /** What people are to hear. */
  readonly words: LaneWorker;
  /** Cards that are behind, and nothing else in their lane: they show what was said already. */
  readonly cards: LaneWorker;
  /** App Homes that are behind, and that nobody has just opened. */
  readonly homes: LaneWorker;
};

/**
 * Sends what is queued, at least once each: one conversation never waits for another one's trouble. Order is kept within a
 * request's card and thread, and within one person.
 * @param onReturned called after a lane was worked off
 */
export function createDeliverer(ports: Ports, onReturned: () => void): Deliverer {
  const working = { ...ports, onReturned };
  return {
    words: createWordsWorker(working),
    cards: createQuietWorker(working, 'cards'),
    homes: createQuietWorker(working, 'homes'),
  };
}

type Working = Ports & { readonly onReturned: () => void };

function createWordsWorker({ onReturned, ...ports }: Working): LaneWorker {
  return createLaneWorker<OutboxLane>(ports, {
    room: ROOM.words,
    claim: async (claim) => foldNews(ports, claim, await ports.store.claimMessages({ ...claim, of: 'words' })),
    work: (lane, fence) => workLane(ports, lane, (onSaid) => fencedConversation(ports.conversation, fence, onSaid)),
    onReturned,
  });
}

/**
 * Cards and Homes that are only behind leave room for what somebody waits for. Slack counts them over all channels and
 * people: when it is too much for one of them the others are not even claimed.
 */
function createQuietWorker({ onReturned, ...ports }: Working, of: 'cards' | 'homes'): LaneWorker {
  let pausedUntil = 0;
  const pausing = async (changed: Promise<void>): Promise<void> => {
    try {
      await changed;
    } catch (error) {
      if (hasCode(error, 'slack_rate_limited')) pausedUntil = ports.clock.now() + (error.retryAfterMs ?? 0);
      throw error;
    }
  };
  const changes: Pick<Conversation, 'updateCard' | 'publishHome'> = {
    updateCard: (posted, card) => pausing(ports.conversation.updateCard(posted, card, 'background')),
    publishHome: (slack, home) => pausing(ports.conversation.publishHome(slack, home, 'background')),
  };
  return createLaneWorker<OutboxLane>(ports, {
    room: ROOM[of],
    claim: async (claim) => (claim.now < pausedUntil ? [] : ports.store.claimMessages({ ...claim, of })),
    work: (lane, fence) =>
      workLane(ports, lane, (onSaid) => fencedConversation(ports.conversation, fence, onSaid, changes)),
    onReturned,
  });
}

/** Gives the conversation of a lane; `onSaid` is called after each call of it that succeeded. */
type Talk = (onSaid: () => void) => Conversation;

/** The first message that cannot be sent holds back the rest of its lane, so that none overtakes it. */
async function workLane(ports: Ports, { attempts, messages }: OutboxLane, talk: Talk): Promise<Release> {
  const isShown = new Set<Message>();
  for (const [index, message] of messages.entries()) {
    if (isShown.has(message)) continue;
    const tried = index === 0 ? attempts : 0;
    const together = toldTogether(message, messages.slice(index + 1));
    const gathered = await gatherUntil(ports, together);
    if (gathered !== null) return { until: gathered, attempts: tried };
    const result = await attempt(ports, together, tried, talk);
    if (result === 'not_ours') return SENT;
    if ('againAt' in result) return { until: result.againAt, attempts: tried + 1 };
    for (const one of together) isShown.add(one);
    // A conflict: the lease ran out meanwhile and another replica has sent it.
    const sent = together.map((one) => one.key);
    if ((await ports.store.commit({ ...result, sent, audit: [] })) === 'conflict') return SENT;
  }
  return SENT;
}

async function attempt(
  ports: Ports,
  together: Together,
  attempts: number,
  talk: Talk,
): Promise<Delivered | 'not_ours'> {
  const [message] = together;
  const now = ports.clock.now();
  let said = 0;
  try {
    return await send({ ...ports, conversation: talk(() => said++) }, together, attempts > 0);
  } catch (error) {
    // What is said already is not said again: whoever goes on has to know that this was tried.
    if (hasCode(error, 'lane_over')) return said > 0 ? { againAt: now } : 'not_ours';
    if (hasCode(error, 'slack_refused')) return await refusedBySlack(ports, message, attempts, error);
    const { key, correlationId } = message;
    const code = error instanceof CodedError ? error.code : 'broken';
    const backoff = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(attempts, 6));
    const told = error instanceof CodedError ? error.retryAfterMs : null;
    // What was changed already will be changed once more: with the first turn alone it would use that up again, for ever.
    const wait = told === null || said > 0 ? Math.max(told ?? 0, backoff) : told;
    // A fault of ours holds back its own lane only; the log says so each time.
    if (code === 'broken') ports.log.error('message broken', { key, attempts, correlationId, error });
    else if (code === 'slack_rate_limited')
      ports.log.debug('message waits for its turn', { key, attempts, correlationId });
    else ports.log.warn('message not sent', { key, code, attempts, correlationId });
    // News waits together, so that it is folded when it has become much.
    if (code === 'slack_rate_limited' && rankOf(message.body) === 1) return { againAt: nextTurn(now + wait) };
    return { againAt: now + wait };
  }
}

async function send(ports: Ports, together: Together, isRepeated: boolean): Promise<Delivered> {
  const [{ body }] = together;
  switch (body.to) {
    case 'card':
      return deliverRequest(ports, body.requestId);
    case 'thread':
      return deliverStory(ports, body.requestId, body.line, isRepeated);
    case 'person': {
      const words = await wordsOfAll(ports, together);
      if (words !== null) await ports.conversation.sendPrivate(body.reply, words);
      return {};
    }
    case 'file': {
      const content = await auditCsv(ports, body.filter);
      await ports.conversation.sendFile(body.slack, { filename: body.filename, content });
      return {};
    }
    case 'channel':
      await ports.conversation.postDigest(body.channel, body.digest);
      return {};
    case 'team':
      return deliverTeam(ports, body.teamId);
    case 'gate':
      return deliverGate(ports, body.gateId);
    case 'keycloak':
      return answerBackchannel(ports, body.gateId);
    case 'home':
      return deliverHome(ports, body.slack);
    case 'operators':
      await ports.conversation.alarm(body.alarm);
      return {};
  }
}
