import { describe, expect, it } from '@jest/globals';
import { mortal } from '../../doubles/fake-process.ts';
import { READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

/** Longer than a dead process's row lease and the quarantine together. */
const SETTLED_SECONDS = 200;

/** One process does what is due, killed at its nth call; another takes over. @returns whether it came to be killed */
async function killedAt(world: World, nth: number, when: 'before' | 'after'): Promise<boolean> {
  const { ports, died, isDead } = mortal(world.ports, nth, when);
  const doomed = world.restart('doomed', ports);
  await Promise.race([died, doomed.converge()]);
  world.restart('successor');
  return isDead();
}

/** Repeats a scenario with the process killed at each of its calls in turn. */
async function everyCall(scenario: (kill: (world: World) => Promise<void>) => Promise<void>): Promise<number> {
  let cuts = 0;
  for (const when of ['before', 'after'] as const) {
    const deaths: boolean[] = [];
    while (deaths.at(-1) !== false) {
      await scenario(async (world) => {
        deaths.push(await killedAt(world, deaths.length + 1, when));
      });
    }
    cuts += deaths.length - 1;
  }
  return cuts;
}

describe('kill -9 at every call', () => {
  it('of an activation: the lease goes live once, and leaves nothing behind when it ends', async () => {
    const cuts = await everyCall(async (kill) => {
      const world = await aWorld();
      const id = await world.ask('ann', 'db-reader', '1h');
      await world.send('chen', await world.approval(id));
      await world.bot.inbox();
      await kill(world);
      await world.advance(SETTLED_SECONDS);
      expect(world.keycloak.has('ann', 'db-reader')).toBe(true);
      expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
      expect(world.told('ann').filter((words) => words.say === 'live')).toHaveLength(1);
      await world.advance(3600 + SETTLED_SECONDS);
      expect(world.keycloak.has('ann', 'db-reader')).toBe(false);
      expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
      expect(world.keycloak.logouts.length).toBeGreaterThan(0);
      await expectSound(world);
    });
    expect(cuts).toBeGreaterThan(20);
  });

  it('of a revocation: the access is gone, its sessions after it, and the holder hears it', async () => {
    const cuts = await everyCall(async (kill) => {
      const world = await aWorld();
      const id = await world.lease('ann', 'db-reader');
      const { id: grantId } = await world.grantOf(id);
      await world.send('ann', { intent: 'release', grantId });
      await world.bot.inbox();
      await kill(world);
      await world.advance(SETTLED_SECONDS);
      expect(world.keycloak.has('ann', 'db-reader')).toBe(false);
      expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'release' });
      expect(world.keycloak.logouts.at(-1)).toMatchObject({ heldThen: false });
      expect(world.told('ann').filter((words) => words.say === 'ended')).toHaveLength(1);
      expect((await world.holdingOf('ann', 'db-reader'))?.holding).toMatchObject({
        nextLookAt: null,
        puts: 0,
        deletes: 0,
      });
      await expectSound(world);
    });
    expect(cuts).toBeGreaterThan(10);
  });

  it('with access that was there before: it is there after (I8)', async () => {
    await everyCall(async (kill) => {
      const world = await aWorld();
      world.keycloak.join('ann', READ);
      const id = await world.ask('ann');
      await world.send('chen', await world.approval(id));
      await world.bot.inbox();
      await kill(world);
      await world.advance(3600 + SETTLED_SECONDS);
      expect(await world.grantOf(id)).toMatchObject({ state: 'ended' });
      expect(world.keycloak.has('ann', READ)).toBe(true);
      expect(world.keycloak.count('take')).toBe(0);
      await expectSound(world);
    });
  });

  it('between the end of sessions and a newly approved lease: it still goes live', async () => {
    await everyCall(async (kill) => {
      const world = await aWorld();
      const first = await world.lease('ann', 'db-reader');
      const second = await world.ask('ann', 'db-reader', '2h');
      world.keycloak.faults.next('endSessions', 'unavailable');
      await world.act('ann', { intent: 'release', grantId: (await world.grantOf(first)).id });
      await world.send('chen', await world.approval(second));
      await world.bot.inbox();
      world.clock.advance(2);
      await kill(world);
      await world.advance(SETTLED_SECONDS);
      expect(await world.grantOf(second)).toMatchObject({ state: 'live' });
      expect(world.keycloak.has('ann', 'db-reader')).toBe(true);
      await expectSound(world);
    });
  });

  it.each(['lost', 'late', 'never'] as const)(
    'and the answer of its PUT and DELETE was %s: still right',
    async (fault) => {
      await everyCall(async (kill) => {
        const world = await aWorld();
        const id = await world.ask('ann');
        await world.send('chen', await world.approval(id));
        await world.bot.inbox();
        world.keycloak.faults.next('give', fault);
        await kill(world);
        await world.advance(SETTLED_SECONDS);
        expect(world.keycloak.has('ann', READ)).toBe(true);
        await world.advance(3600 - SETTLED_SECONDS);
        world.keycloak.faults.next('take', fault);
        await world.advance(2 * SETTLED_SECONDS);
        expect(world.keycloak.has('ann', READ)).toBe(false);
        expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
        await expectSound(world);
      });
    },
  );
});
