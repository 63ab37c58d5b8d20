import type { Message, Undeliverable } from '../domain/message.ts';
import type { CodedError } from '../lib/errors.ts';
import { messagesOf } from './answer.ts';
import { NoChannel } from './deliver-card.ts';
import type { Delivered } from './deliver-card.ts';
import type { Ports } from './ports.ts';

const REFUSED_WAIT_MS = 60_000;
const GIVE_UP_PERSON_AFTER = 5;
/** Slack's words for a Home that nobody can see. */
const NO_HOME = new Set(['not_enabled', 'user_not_found', 'user_disabled', 'account_inactive']);

/** Slack says no, for a reason that somebody has to mend: a card waits for it, words to a person are given up. */
export async function refusedBySlack(
  ports: Ports,
  message: Message,
  attempts: number,
  error: CodedError,
): Promise<Delivered> {
  const { body } = message;
  if (body.to === 'home' && NO_HOME.has(error.message)) {
    ports.log.info('no home to publish', { key: message.key, because: error.message });
    return {};
  }
  ports.log.error('slack refused a message', {
    key: message.key,
    because: error.message,
    correlationId: message.correlationId,
  });
  if (body.to !== 'card' && body.to !== 'thread') {
    return attempts >= GIVE_UP_PERSON_AFTER ? {} : { againAt: ports.clock.now() + 1000 * 2 ** attempts };
  }
  const at = ports.clock.now();
  const because: Undeliverable =
    error instanceof NoChannel ? { why: 'no_channel', group: error.group } : { why: 'refused', code: error.message };
  const alarm = { alarm: 'request_undeliverable', requestId: body.requestId, because } as const;
  const queue = messagesOf(`undeliverable:${body.requestId}`, at, message.correlationId);
  await ports.store.commit({ messages: [queue({ to: 'operators', alarm })], audit: [] });
  return { againAt: at + REFUSED_WAIT_MS };
}
