import { describe, expect, it } from '@jest/globals';
import { mortal } from '../../doubles/fake-process.ts';
import { READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

describe('kill -9 at every call of a whole journey', () => {
  it.each(['before', 'after'] as const)('%s each call: one grant, told once at least, ended in time', async (when) => {
    for (let nth = 1, more = true; more; nth++) {
      const world = await aWorld();
      const { ports, died, isDead } = mortal(world.ports, nth, when);
      const doomed = world.restart('doomed', ports);
      await world.send('ann', {
        intent: 'request',
        access: { by: 'text', text: READ },
        duration: '1h',
        justification: 'INC-42',
      });
      const turn = async (): Promise<void> => {
        await doomed.inbox();
        await doomed.converge();
        await doomed.deliver();
      };
      await Promise.race([died, turn()]);
      if (isDead()) {
        world.restart('second');
        // What the dead one had begun is free when its leases run out.
        await world.advance(31);
      }
      const [request] = (await world.rows()).requests;
      if (request === undefined) throw new Error('the request is lost');
      await world.send('chen', await world.approval(request.id));
      if (!isDead()) await Promise.race([died, turn()]);
      more = isDead();
      world.restart('third');
      await world.advance(300);
      expect(world.keycloak.has('ann', READ)).toBe(true);
      expect((await world.rows()).grants).toHaveLength(1);
      const said = world.told('ann').map((words) => words.say);
      for (const word of ['received', 'decided', 'live'] as const) expect(said).toContain(word);
      await world.advance(3600);
      expect(world.keycloak.has('ann', READ)).toBe(false);
      await expectSound(world);
    }
  });
});
