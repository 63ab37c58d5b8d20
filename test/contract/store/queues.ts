import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { START, aRequest } from '../../builders/domain.ts';
import { aMessage, anInboxItem } from '../../builders/messages.ts';
import type { PostedMessage } from '../../../src/domain/message.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const bare = { audit: [] };

export function queueContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());

  it('I16: the same envelope is new once, however often and however close together it comes', async () => {
    const { store } = harness;
    const item = anInboxItem();
    const answers = await Promise.all([store.receive(item), store.receive(item), store.receive(item)]);
    expect(answers).toEqual(['new', 'known', 'known']);
    expect(await store.unfinished(9)).toEqual([item]);
    await store.commit({ inboxDone: item.key, ...bare });
    expect(await store.receive(item)).toBe('known');
    expect(await store.unfinished(9)).toEqual([]);
  });

  it('I16: an envelope is carried out once: who finishes it second conflicts', async () => {
    const { store } = harness;
    const item = anInboxItem();
    await store.receive(item);
    const carryOut = (): Promise<string> => store.commit({ requests: [aRequest()], inboxDone: item.key, ...bare });
    expect(await Promise.all([carryOut(), carryOut()])).toEqual(['committed', 'conflict']);
  });

  it('I23: what was received and not finished is there in order of arrival', async () => {
    const { store } = harness;
    const items = Array.from({ length: 5 }, () => anInboxItem());
    for (const item of items) await store.receive(item);
    await store.commit({ inboxDone: items[1]?.key ?? '', ...bare });
    expect(await store.unfinished(3)).toEqual([items[0], items[2], items[3]]);
  });

  it('messages leave in the order in which they were queued, each key once', async () => {
    const { store } = harness;
    const [first, second, third] = [aMessage(), aMessage({ at: START - 5 }), aMessage()];
    await store.commit({ messages: [first, second], ...bare });
    await store.commit({ messages: [third, { ...first, correlationId: 'again' }], ...bare });
    const due = async (): Promise<readonly unknown[]> =>
      (await store.messagesDue(START, 9)).map((each) => each.message);
    expect(await due()).toEqual([first, second, third]);
    await store.commit({ sent: [first.key], ...bare });
    await store.commit({ messages: [first], ...bare });
    expect(await due()).toEqual([second, third]);
    expect(await store.countUnsent()).toBe(2);
  });

  it('a postponed message waits for its time and knows how often it was tried', async () => {
    const { store } = harness;
    const message = aMessage();
    await store.commit({ messages: [message], ...bare });
    await store.postpone(message.key, START + 100);
    expect(await store.messagesDue(START + 99, 9)).toEqual([]);
    expect(await store.messagesDue(START + 100, 9)).toEqual([{ message, attempts: 1 }]);
    expect(await store.countUnsent()).toBe(1);
  });

  it('I13: one posted message counts per request, role and stage, and a newer one takes its place', async () => {
    const { store } = harness;
    const card: PostedMessage = {
      requestId: aRequest().id,
      role: 'card',
      stage: 0,
      channel: 'C1',
      ts: '1.1',
      line: null,
    };
    const latest: PostedMessage = { ...card, role: 'latest', ts: '1.2', line: { line: 'reminder' } };
    await store.commit({ posted: [card, latest], ...bare });
    expect(await store.posted(card.requestId)).toEqual([card, latest]);
    const newer: PostedMessage = { ...latest, ts: '1.3' };
    await store.commit({ posted: [newer], ...bare });
    expect(await store.posted(card.requestId)).toEqual([card, newer]);
    expect(await store.postedAt('C1', '1.1')).toEqual(card);
    expect(await store.postedAt('C1', '1.2')).toBeNull();
    const nextStage: PostedMessage = { ...card, stage: 1 };
    await store.commit({ posted: [nextStage], ...bare });
    expect(await store.postedAt('C1', '1.1')).toEqual(nextStage);
  });
}
