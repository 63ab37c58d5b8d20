import { describe, expect, it } from '@jest/globals';
import type { Digest } from '../../../src/domain/message.ts';
import { manyLeases } from '../../doubles/fake-backlog.ts';
import { PLATFORM, READ } from '../../doubles/fake-cast.ts';
import { mortal } from '../../doubles/fake-process.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const linesOf = (world: World, line: string) =>
  world.slack.messages.filter((message) => message.line?.line === line).length;
const countOf = (digests: readonly Digest[], news: 'ended' | 'live'): number =>
  digests.reduce((sum, digest) => sum + (digest.counts[news] ?? 0), 0);
const personal = (world: World): readonly Digest[] =>
  world.slack.privates.flatMap(({ words }) => (words.say === 'digest' ? [words.digest] : []));
const toldOneByOne = (world: World): number => world.slack.privates.filter(({ words }) => words.say === 'ended').length;

/** Every end was told in the channel and to its holder, once. */
function expectAllTold(world: World, count: number): void {
  expect(
    linesOf(world, 'ended') +
      countOf(
        world.slack.digests.map(({ digest }) => digest),
        'ended',
      ),
  ).toBe(count);
  expect(toldOneByOne(world) + countOf(personal(world), 'ended')).toBe(count);
}

describe('load without noise', () => {
  it('2,000 revocations at once are told in a few messages, and every card comes to its present state once', async () => {
    const world = await aWorld();
    await manyLeases(world, { people: 50, resources: 40 });
    let updates = 0;
    const { conversation } = world.slack;
    const updateCard: typeof conversation.updateCard = (posted, card) => {
      updates += 1;
      return conversation.updateCard(posted, card);
    };
    world.restart('counting', { ...world.ports, conversation: { ...conversation, updateCard } });
    const before = world.slack.messages.length;
    for (let turn = 0; turn < 30 && (turn === 0 || (await world.store.countUnsent()) > 0); turn++) {
      await world.run();
      world.clock.advance(10);
    }
    expect(await world.store.countUnsent()).toBe(0);
    expect(await world.store.countOpenGrants()).toBe(0);
    expectAllTold(world, 2000);
    expect(world.slack.digests.length + world.slack.messages.length - before).toBeLessThanOrEqual(10);
    expect(world.slack.privates.length).toBeLessThanOrEqual(50 * 4);
    expect(updates).toBe(2000);
    const cards = world.slack.messages.filter(({ kind }) => kind === 'card');
    expect(cards.every(({ card }) => card?.grant?.state === 'ended')).toBe(true);
  });

  it('I29: up to twenty ends are told one by one, more as a digest that names some and counts all', async () => {
    const few = await aWorld();
    await manyLeases(few, { people: 2, resources: 10 });
    await few.run();
    expect(linesOf(few, 'ended')).toBe(20);
    expect(toldOneByOne(few)).toBe(20);
    expect(few.slack.digests).toEqual([]);
    const many = await aWorld();
    await manyLeases(many, { people: 1, resources: 30 });
    await many.run();
    const told = { counts: { ended: 30 }, named: expect.any(Array) as unknown };
    expect(many.slack.digests).toEqual([{ channel: PLATFORM, digest: told }]);
    expect(personal(many)).toEqual([told]);
    expect(many.slack.digests[0]?.digest.named).toHaveLength(12);
    expect(many.slack.digests[0]?.digest.named[0]).toMatchObject({ news: 'ended', path: '/many/0' });
    expectAllTold(many, 30);
  });

  it('who just asked is answered and gets a card before the news of others', async () => {
    const world = await aWorld();
    await manyLeases(world, { people: 3, resources: 10 });
    await world.send('ann', {
      intent: 'request',
      access: { by: 'text', text: READ },
      duration: '1h',
      justification: 'INC-42',
    });
    await world.bot.converge();
    await world.bot.inbox();
    const order: string[] = [];
    const noting = new Proxy(world.slack.conversation, {
      get: (target, name, receiver): unknown => {
        order.push(String(name));
        return Reflect.get(target, name, receiver);
      },
    });
    world.restart('noting', { ...world.ports, conversation: noting });
    await world.bot.deliver();
    const said = order.filter((name) => ['postCard', 'postDigest', 'updateCard', 'sendPrivate'].includes(name));
    expect(said.indexOf('postCard')).toBeLessThan(said.indexOf('postDigest'));
    expect(said.lastIndexOf('updateCard')).toBeGreaterThan(said.indexOf('postDigest'));
  });

  it('news that goes on for a while comes as one digest in a while, not as one each time', async () => {
    const world = await aWorld();
    await manyLeases(world, { people: 10, resources: 30, gapMs: 100 });
    for (let second = 0; second < 50; second++) {
      world.clock.advance(1);
      await world.run();
    }
    expectAllTold(world, 300);
    expect(world.slack.digests.length).toBeLessThanOrEqual(8);
  });

  it('a channel that Slack holds back makes a digest of what piles up meanwhile; another one is not held back', async () => {
    const world = await aWorld();
    await manyLeases(world, { people: 5, resources: 20, gapMs: 300 });
    world.slack.faults.always('postLine', 'limited');
    for (let second = 0; second < 50; second++) {
      world.clock.advance(1);
      await world.run();
    }
    expect(linesOf(world, 'ended')).toBe(0);
    expect(world.slack.digests.length).toBeGreaterThan(0);
    expect(toldOneByOne(world)).toBe(100);
    world.slack.faults.heal();
    await world.advance(30);
    expectAllTold(world, 100);
  });

  it('two replicas that deliver at once say everything once', async () => {
    const world = await aWorld();
    await manyLeases(world, { people: 20, resources: 20 });
    const [one, two] = [world.restart('one'), world.restart('two')];
    await one.converge();
    for (let turn = 0; turn < 12; turn++) {
      await Promise.all([one.deliver(), two.deliver()]);
      world.clock.advance(10);
    }
    expect(await world.store.countUnsent()).toBe(0);
    expectAllTold(world, 400);
  });
});

describe('kill -9 of the process that makes a digest', () => {
  it.each(['before', 'after'] as const)(
    '%s each of its calls: every end is told, twice only where Slack had it',
    async (when) => {
      for (let nth = 1, more = true; more; nth += 9) {
        const world = await aWorld();
        await manyLeases(world, { people: 1, resources: 24 });
        await world.bot.converge();
        const { ports, died, isDead } = mortal(world.ports, nth, when);
        const doomed = world.restart('doomed', ports);
        await Promise.race([died, doomed.deliver()]);
        more = isDead();
        world.restart('successor');
        await world.advance(60);
        expect(await world.store.countUnsent()).toBe(0);
        const told = world.slack.digests.map(({ digest }) => digest.counts.ended);
        expect(told.slice(0, 1)).toEqual([24]);
        expect(told.length).toBeLessThanOrEqual(when === 'after' ? 2 : 1);
        expect(linesOf(world, 'ended')).toBe(0);
        expect(personal(world).slice(0, 1)).toMatchObject([{ counts: { ended: 24 } }]);
      }
    },
  );
});
