import { describe, expect, it } from '@jest/globals';
import type { Message } from '../../../src/domain/message.ts';
import { hasCode } from '../../../src/lib/errors.ts';
import { createDeliverer } from '../../../src/usecases/deliver.ts';
import { fencedConversation } from '../../../src/usecases/fenced-conversation.ts';
import type { Ports } from '../../../src/usecases/ports.ts';
import type { Conversation } from '../../../src/usecases/slack-port.ts';
import { aMessage } from '../../builders/messages.ts';
import { DEEP, PLATFORM, SECURITY } from '../../doubles/fake-cast.ts';
import { TEAM } from '../../doubles/fake-slack.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const LANE_LEASE_SECONDS = 30;

async function deliver(world: World, conversation: Conversation, replica = 'other'): Promise<void> {
  const ports: Ports = { ...world.ports, conversation, settings: { ...world.ports.settings, replica } };
  const { words, cards } = createDeliverer(ports, () => undefined);
  for (const worker of [words, cards]) {
    await worker.run();
    await worker.idle();
  }
}

const helpTo = (userId: string) => {
  const reply = { slack: { teamId: TEAM, userId }, responseUrl: null };
  return aMessage({ body: { to: 'person', reply, notice: { notice: 'help' } } });
};

describe('the fence', () => {
  it('every call that says something is refused once the lane is not ours for as long as that may take', async () => {
    const world = await aWorld();
    const { conversation } = world.slack;
    const asked: number[] = [];
    const fence = (ms: number): boolean => {
      asked.push(ms);
      return false;
    };
    const fenced = fencedConversation(conversation, fence, () => undefined);
    const posted = { channel: PLATFORM, ts: '1.2' };
    const reply = { slack: { teamId: TEAM, userId: 'UANN' }, responseUrl: null };
    const calls = [
      () => fenced.postLine(posted, { line: 'reminder', at: 0 }, null),
      () => fenced.retireLine(posted, { line: 'reminder', at: 0 }),
      () => fenced.postDigest(PLATFORM, { counts: {}, named: [] }),
      () => fenced.sendPrivate(reply, { say: 'help', admin: false }),
      () => fenced.sendFile(reply.slack, { filename: 'a', content: 'a' }),
      () => fenced.alarm({ alarm: 'clock_jumped', seconds: 1 }),
    ];
    for (const call of calls) {
      const error: unknown = await call().catch((reason: unknown) => reason);
      expect(hasCode(error, 'lane_over')).toBe(true);
    }
    expect(asked).toEqual(calls.map(() => conversation.timeoutMs));
    expect([world.slack.messages, world.slack.privates, world.slack.alarms, world.slack.digests]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });

  it('what could end after the lease on its lane is not begun: another replica says it, once', async () => {
    const world = await aWorld();
    await world.store.commit({ messages: [helpTo('UANN'), helpTo('UANN')], audit: [] });
    const { conversation } = world.slack;
    const sendPrivate: Conversation['sendPrivate'] = async (...args) => {
      await conversation.sendPrivate(...args);
      world.clock.advance(LANE_LEASE_SECONDS - conversation.timeoutMs / 1000 + 1);
    };
    await deliver(world, { ...conversation, sendPrivate }, 'slow');
    expect(world.told('ann')).toHaveLength(1);
    await deliver(world, conversation);
    expect(world.told('ann')).toHaveLength(2);
    expect(await world.store.countUnsent()).toBe(0);
  });
});

describe('a lease that ran out while its lane was worked on', () => {
  it('does not make the same replica begin it a second time', async () => {
    const world = await aWorld();
    await world.store.commit({ messages: [helpTo('UANN'), helpTo('UANN')], audit: [] });
    const { conversation } = world.slack;
    const slack = Promise.withResolvers<undefined>();
    const begun: string[] = [];
    const sendPrivate: Conversation['sendPrivate'] = async (...args) => {
      begun.push('said');
      await slack.promise;
      await conversation.sendPrivate(...args);
    };
    const { words } = createDeliverer(
      { ...world.ports, conversation: { ...conversation, sendPrivate } },
      () => undefined,
    );
    await words.run();
    await new Promise(setImmediate);
    world.clock.advance(LANE_LEASE_SECONDS + 1);
    await words.run();
    await new Promise(setImmediate);
    expect(begun).toEqual(['said']);
    slack.resolve(undefined);
    await words.idle();
    await words.run();
    await words.idle();
    expect(world.told('ann')).toHaveLength(2);
    expect(await world.store.countUnsent()).toBe(0);
  });
});

describe('what Slack limits', () => {
  it('a line that one channel took and another did not is tried again in the other one only', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', DEEP);
    await world.approve('chen', id);
    let isFull = true;
    const { conversation } = world.slack;
    const postLine: Conversation['postLine'] = async (thread, ...rest) => {
      if (isFull && thread.channel === SECURITY) world.slack.faults.next('postLine', 'limited');
      return conversation.postLine(thread, ...rest);
    };
    world.restart('limited', { ...world.ports, conversation: { ...conversation, postLine } });
    await world.approve('erin', id);
    await world.advance(60);
    const approvedIn = (channel: string) =>
      world.slack.messages.filter((one) => one.channel === channel && one.line?.line === 'approved').length;
    expect([approvedIn(PLATFORM), approvedIn(SECURITY)]).toEqual([2, 1]);
    isFull = false;
    await world.advance(60);
    expect([approvedIn(PLATFORM), approvedIn(SECURITY)]).toEqual([2, 2]);
    expect(await world.store.countUnsent()).toBe(0);
  });

  it('cards that are only behind wait together, and words do not wait for them', async () => {
    const world = await aWorld();
    const messages: Message[] = [];
    for (let index = 0; index < 25; index++) {
      const name = `w${String(index)}`;
      world.keycloak.user(name);
      world.slack.person(name);
      const body = { to: 'card', requestId: await world.ask(name) } as const;
      messages.push(aMessage({ body }));
    }
    await world.store.commit({ messages: [...messages, helpTo('UANN')], audit: [] });
    let tried = 0;
    const { conversation } = world.slack;
    const updateCard: Conversation['updateCard'] = (posted, card, priority) => {
      expect(priority).toBe('background');
      tried += 1;
      world.slack.faults.next('updateCard', 'limited');
      return conversation.updateCard(posted, card);
    };
    await deliver(world, { ...conversation, updateCard });
    expect(tried).toBe(10);
    expect(world.told('ann')).toHaveLength(1);
  });
});
