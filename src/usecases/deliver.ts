import type { Message, MessageBody } from '../domain/message.ts';
import { slackAttribute } from '../domain/people.ts';
import { CodedError, hasCode } from '../lib/errors.ts';
import { deliverCard, deliverLine } from './deliver-card.ts';
import type { Delivered } from './deliver-card.ts';
import type { Ports, QueuedMessage } from './ports.ts';
import { auditCsv } from './report-audit.ts';
import { messagesOf } from './answer.ts';
import { wordsFor } from './words.ts';

const BATCH = 200;
const LONGEST_WAIT_MS = 60_000;
const REFUSED_WAIT_MS = 60_000;
const GIVE_UP_PERSON_AFTER = 5;

export type Deliverer = { run(): Promise<void> };

/**
 * Sends what is queued, at least once each: one conversation after the other never waits for another one's trouble. Order
 * is kept within a request's card and thread, and within one person.
 */
export function createDeliverer(ports: Ports): Deliverer {
  const blocked: Blocked = new Map();
  return {
    run: async () => {
      for (;;) {
        const due = await ports.store.messagesDue(ports.clock.now(), BATCH);
        if (due.length === 0) return;
        const lanes = Map.groupBy(due, (queued) => laneOf(queued.message.body));
        const sent = await Promise.all([...lanes].map(([name, lane]) => runLane(ports, blocked, name, lane)));
        if (sent.every((count) => count === 0)) return;
      }
    },
  };
}

const laneOf = (body: MessageBody): string => {
  switch (body.to) {
    case 'card':
    case 'thread':
      return `request ${body.requestId}`;
    case 'person':
      return `person ${slackAttribute(body.reply.slack)}`;
    case 'file':
      return `person ${slackAttribute(body.slack)}`;
    case 'operators':
      return 'operators';
  }
};

/** Until when a lane waits for the message that failed, so that one queued later does not overtake it. */
type Blocked = Map<string, number>;

/** @returns how many were sent; the first that fails holds back the rest of its lane */
async function runLane(ports: Ports, blocked: Blocked, name: string, lane: readonly QueuedMessage[]): Promise<number> {
  const hold = async (rest: readonly QueuedMessage[], until: number): Promise<void> => {
    await Promise.all(rest.map((one) => ports.store.postpone(one.message.key, until)));
  };
  const until = blocked.get(name) ?? 0;
  if (until > ports.clock.now()) {
    await hold(lane, until);
    return 0;
  }
  blocked.delete(name);
  for (const [index, queued] of lane.entries()) {
    const { message } = queued;
    const result = await attempt(ports, queued);
    if ('againAt' in result) {
      blocked.set(name, result.againAt);
      await hold(lane.slice(index), result.againAt);
      return index;
    }
    await ports.store.commit({ ...result, sent: [message.key], audit: [] });
  }
  return lane.length;
}

async function attempt(ports: Ports, queued: QueuedMessage): Promise<Delivered> {
  const { message, attempts } = queued;
  const now = ports.clock.now();
  try {
    return await send(ports, message);
  } catch (error) {
    if (hasCode(error, 'slack_refused')) return await refused(ports, queued, error);
    const { key, correlationId } = message;
    const code = error instanceof CodedError ? error.code : 'broken';
    const wait = error instanceof CodedError ? error.retryAfterMs : null;
    // A fault of ours holds back its own lane only; the log says so each time.
    if (code === 'broken') ports.log.error('message broken', { key, attempts, correlationId, error });
    else ports.log.warn('message not sent', { key, code, attempts, correlationId });
    return { againAt: now + (wait ?? Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(attempts, 6))) };
  }
}

async function send(ports: Ports, { body }: Message): Promise<Delivered> {
  switch (body.to) {
    case 'card':
      return deliverCard(ports, body.requestId);
    case 'thread':
      return deliverLine(ports, body.requestId, body.line);
    case 'person': {
      const words = await wordsFor(ports, body.reply.slack, body.notice);
      if (words !== null) await ports.conversation.sendPrivate(body.reply, words);
      return {};
    }
    case 'file': {
      const content = await auditCsv(ports, body.filter);
      await ports.conversation.sendFile(body.slack, { filename: body.filename, title: body.title, content });
      return {};
    }
    case 'operators':
      await ports.conversation.alarm(body.alarm);
      return {};
  }
}

/** Slack says no, for a reason that somebody has to mend: a card waits for it, words to a person are given up. */
async function refused(ports: Ports, { message, attempts }: QueuedMessage, error: CodedError): Promise<Delivered> {
  const { body } = message;
  ports.log.error('slack refused a message', {
    key: message.key,
    because: error.message,
    correlationId: message.correlationId,
  });
  if (body.to === 'person' || body.to === 'file' || body.to === 'operators') {
    return attempts >= GIVE_UP_PERSON_AFTER ? {} : { againAt: ports.clock.now() + 1000 * 2 ** attempts };
  }
  const at = ports.clock.now();
  const alarm = { alarm: 'request_undeliverable', requestId: body.requestId, because: error.message } as const;
  const queue = messagesOf(`undeliverable:${body.requestId}`, at, message.correlationId);
  await ports.store.commit({ messages: [queue({ to: 'operators', alarm })], audit: [] });
  return { againAt: at + REFUSED_WAIT_MS };
}
