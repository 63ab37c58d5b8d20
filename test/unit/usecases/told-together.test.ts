import { describe, expect, it } from '@jest/globals';
import { CodedError } from '../../../src/lib/errors.ts';
import type { Intent } from '../../../src/usecases/intent.ts';
import type { Access } from '../../../src/usecases/keycloak-port.ts';
import type { Words } from '../../../src/usecases/views.ts';
import { READ } from '../../doubles/fake-cast.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const [ONE, TWO, THREE] = ['/prod/one', '/prod/two', '/prod/three'] as const;
const ROLE = 'db-reader';

async function aBundledWorld(): Promise<World> {
  const world = await aWorld();
  for (const path of [ONE, TWO, THREE])
    world.keycloak.thing('group', path, {
      requestable: 'true',
      risk: 'low',
      'approver-group': '/approvers/platform',
    });
  return world;
}

const asking = ([first, ...also]: readonly [string, ...string[]], duration = '1h'): Intent => ({
  intent: 'request',
  access: { by: 'text', text: first },
  also: also.map((text) => ({ by: 'text' as const, text })),
  duration,
  justification: 'INC-42',
});

/** What Chen sends with the button of the newest message that asks for a decision. */
function approving(world: World): Intent {
  const shown = world.slack.messages.findLast(({ buttons }) => buttons !== null);
  if (shown?.buttons === undefined || shown.buttons === null) throw new Error('no message has buttons');
  return {
    intent: 'approve',
    ...shown.buttons,
    message: { channel: shown.channel, ts: shown.ts },
    leaseSeconds: null,
  };
}

/** Ann asks for these together, and Chen approves. */
async function lease(world: World, paths: readonly [string, ...string[]], duration?: string): Promise<void> {
  await world.act('ann', asking(paths, duration));
  await world.act('chen', approving(world));
}

/** From now on Keycloak is not reached to give or take this access, until that is undone. */
function noWayTo(world: World, path: string): () => void {
  let isAway = true;
  const { access } = world.ports;
  const through =
    (call: 'give' | 'take'): Access['give'] =>
    async (target) =>
      isAway && target.resource.path === path ? 'not_sent' : access[call](target);
  world.restart('two', { ...world.ports, access: { ...access, give: through('give'), take: through('take') } });
  return () => void (isAway = false);
}

/** What Ann was told, with the accesses where it is of leases. */
const told = (world: World): readonly (readonly string[])[] =>
  world.told('ann').map((words) => {
    const leases = 'grant' in words ? [words.grant] : isOfParts(words) ? words.parts.map(({ grant }) => grant) : [];
    return [words.say, ...leases.map(({ resource }) => resource.path)];
  });
const isOfParts = (words: Words): words is Extract<Words, { say: `parts_${string}` }> => words.say.startsWith('parts_');
const unsent = (world: World): Promise<number> => world.store.countUnsent();

describe('the parts of one bundle', () => {
  it('are told together, each kind of news in one message, and every one of them is done with', async () => {
    const world = await aBundledWorld();
    await lease(world, [ONE, TWO, THREE]);
    expect(told(world)).toEqual([['received'], ['decided'], ['parts_live', ONE, TWO, THREE]]);
    expect(await unsent(world)).toBe(0);
    await world.advance(2750);
    expect(told(world).slice(3)).toEqual([['parts_ending_soon', ONE, TWO, THREE]]);
    await world.advance(900);
    expect(told(world).slice(4)).toEqual([['parts_ended', ONE, TWO, THREE]]);
    expect(await unsent(world)).toBe(0);
    await expectSound(world);
  });

  it('wait for one that is about to follow', async () => {
    const world = await aBundledWorld();
    const back = noWayTo(world, TWO);
    await lease(world, [ONE, TWO, THREE]);
    expect(told(world).flat()).not.toContain(ONE);
    back();
    await world.advance(2);
    expect(told(world).at(-1)).toEqual(['parts_live', ONE, THREE, TWO]);
    const backAgain = noWayTo(world, ONE);
    await world.advance(3597);
    expect(told(world).flat()).not.toContain('parts_ended');
    backAgain();
    await world.advance(4);
    expect(told(world).at(-1)?.toSorted()).toEqual([ONE, THREE, TWO, 'parts_ended'].toSorted());
  });

  it('wait for three seconds at most: what comes later is told by itself', async () => {
    const world = await aBundledWorld();
    const back = noWayTo(world, TWO);
    await lease(world, [ONE, TWO, THREE]);
    await world.act('ann', { intent: 'help' });
    expect(told(world).flat()).not.toContain('help');
    await world.advance(3);
    expect(told(world).slice(2)).toEqual([['waiting_for_keycloak'], ['parts_live', ONE, THREE], ['help']]);
    back();
    await world.advance(60);
    expect(told(world).at(-1)).toEqual(['live', TWO]);
    expect(await unsent(world)).toBe(0);
    await expectSound(world);
  });

  it('are never told with those of another bundle, nor with a lease that is none’s part', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([ONE, TWO]));
    const first = approving(world);
    await world.act('ann', asking([THREE, ROLE]));
    const second = approving(world);
    const alone = await world.ask('ann', READ);
    await world.send('chen', first);
    await world.send('chen', second);
    await world.send('chen', await world.approval(alone));
    await world.run();
    expect(told(world).filter(([say]) => say !== 'received' && say !== 'decided')).toEqual([
      ['parts_live', ONE, TWO],
      ['parts_live', THREE, ROLE],
      ['live', READ],
    ]);
  });

  it('are said again, all of them, where the record does not know that they were', async () => {
    const world = await aBundledWorld();
    let isFirst = true;
    world.restart('two', {
      ...world.ports,
      store: {
        ...world.store,
        commit: async (batch) => {
          if (isFirst && (batch.sent ?? []).length > 1 && batch.grants === undefined) {
            isFirst = !told(world).flat().includes('parts_live');
            if (!isFirst) throw new CodedError('store_unavailable', 'gone');
          }
          return world.store.commit(batch);
        },
      },
    });
    await lease(world, [ONE, TWO]);
    world.restart('three');
    await world.advance(60);
    expect(told(world).slice(2)).toEqual([
      ['parts_live', ONE, TWO],
      ['parts_live', ONE, TWO],
    ]);
    expect(await unsent(world)).toBe(0);
  });

  it('that are over when it comes to telling are left out, and the last one reads like any other', async () => {
    const world = await aBundledWorld();
    world.slack.faults.always('sendPrivate', 'unavailable');
    await lease(world, [ONE, TWO]);
    const [one] = (await world.rows()).grants;
    if (one === undefined) throw new Error('no grant');
    await world.act('ann', { intent: 'release', grantId: one.id });
    world.slack.faults.heal();
    await world.advance(120);
    expect(told(world).filter(([say]) => say === 'live' || say === 'ended' || say === 'parts_live')).toEqual([
      ['live', TWO],
      ['ended', ONE],
    ]);
  });

  it('whose access stays are told with those that are gone, and each says so', async () => {
    const world = await aBundledWorld();
    await lease(world, [ONE, TWO]);
    await world.advance(600);
    await world.lease('ann', ONE, '2h');
    await world.advance(3100);
    const words = world.told('ann').at(-1);
    if (words?.say !== 'parts_ended') throw new Error(words?.say);
    expect(words.parts.map(({ grant, kept }) => [grant.resource.path, kept]).toSorted()).toEqual([
      [ONE, true],
      [TWO, false],
    ]);
  });
});
