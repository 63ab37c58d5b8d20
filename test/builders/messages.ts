import { randomUUID } from 'node:crypto';
import type { Message } from '../../src/domain/message.ts';
import type { InboxItem } from '../../src/usecases/intent.ts';
import { START, aPerson } from './domain.ts';

export function anInboxItem(facts: Partial<InboxItem> = {}): InboxItem {
  const slack = facts.slack ?? aPerson().slack;
  return {
    key: `command/${randomUUID()}`,
    receivedAt: START,
    slack,
    reply: { slack, responseUrl: null },
    correlationId: randomUUID(),
    intent: { intent: 'my_access' },
    ...facts,
  };
}

export function aMessage(facts: Partial<Message> = {}): Message {
  return {
    key: `alarm/${randomUUID()}`,
    at: START,
    correlationId: randomUUID(),
    body: { to: 'operators', alarm: { alarm: 'clock_jumped', seconds: 301 } },
    ...facts,
  };
}
