import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GATED, gatedRealm, UNGATED, type GatedRealm } from '../../doubles/gate-realm.ts';
import type { Fault } from '../../doubles/gate-service.ts';
import { awaited, goesOn, isClosed, isLetIn, waits } from './support.ts';

const FAULTS: readonly Fault[] = [
  ...(['unsigned', 'wrong-secret', 'wrong-nonce', 'wrong-status', 'changed-body', 'old', 'future', 'replay'] as const),
  ...(['500', '503', 'redirect', 'oversized', 'not-json', 'unknown-answer', 'cut-off'] as const),
];

let gate: GatedRealm;

beforeAll(async () => {
  gate = await gatedRealm({ clients: [GATED] });
  await gate.realm.createUser('ann');
});
afterAll(() => gate.close());
beforeEach(async () => {
  await gate.service.start();
  gate.service.reset();
});

describe('an answer that is not Leasehold’s own', () => {
  it.each(FAULTS)('%s: nobody is let in, though it says go', async (fault) => {
    isLetIn(await gate.comes('ann')); // what a replay would send again
    gate.service.fails(fault, 'ask');
    isClosed(await gate.comes('ann'));
  });

  it.each(FAULTS.filter((fault) => fault !== 'unknown-answer'))(
    '%s: the page keeps waiting, though it says approved, and goes on when it is right again',
    async (fault) => {
      gate.service.halts();
      const tab = await gate.comes('ann');
      gate.service.room.decide('approved');
      gate.service.fails(fault, 'look');
      await tab.lookAgain();
      if (tab.outcome() !== null)
        expect(gate.service.calls('spend')).toHaveLength(1); // it may ask to spend without a look
      else {
        waits(tab);
        gate.service.fails(null);
        await goesOn(tab);
      }
    },
  );

  it.each(FAULTS)('%s: nothing is spent, though it says spent', async (fault) => {
    gate.service.halts();
    const tab = await gate.comes('ann');
    gate.service.room.decide('approved');
    gate.service.fails(fault, 'spend');
    await tab.lookAgain();
    expect(tab.outcome()).toBeNull();
  });

  it('none at all: the sign-in is closed within about two seconds', async () => {
    gate.service.fails('hang');
    const tab = await gate.visitor().open(GATED);
    const start = performance.now();
    await tab.signIn('ann');
    const took = performance.now() - start;
    isClosed(tab);
    expect(took).toBeGreaterThan(1500);
    expect(took).toBeLessThan(4000);
  });
});

describe('Leasehold away', () => {
  it('when somebody comes: closed, and the page says that it is not the person’s fault', async () => {
    await gate.service.stop();
    isClosed(await gate.comes('ann'));
    const [error] = await gate.events('LOGIN_ERROR');
    expect(error?.error).toMatch(/unavailable|unreachable|away/);
  });

  it('while somebody waits: the page keeps waiting, and goes on when it is back', async () => {
    gate.service.halts();
    const tab = await gate.comes('ann');
    await gate.service.stop();
    await tab.lookAgain();
    waits(tab);
    await gate.service.start();
    gate.service.room.decide('approved');
    await goesOn(tab);
  });

  it('while somebody waits and it hangs: the page comes within about two seconds, and keeps waiting', async () => {
    gate.service.halts();
    const tab = await gate.comes('ann');
    gate.service.fails('hang');
    const start = performance.now();
    await tab.lookAgain();
    waits(tab);
    expect(performance.now() - start).toBeLessThan(4000);
  });

  it('until the deadline: closed, and open never again', async () => {
    gate.service.halts({ seconds: 2 });
    const tab = await gate.comes('ann');
    const address = tab.lookAgainAt();
    await gate.service.stop();
    await awaited(async () => {
      await tab.goTo(address);
      return !tab.looksAgain();
    });
    isClosed(tab);
    await gate.service.start();
    gate.service.room.decide('approved');
    await tab.goTo(address);
    isClosed(tab);
  });

  it('is nothing to a client that is not gated: no call, and it works', async () => {
    isLetIn(await gate.comes('ann', UNGATED));
    expect(gate.service.calls()).toHaveLength(0);
    await gate.service.stop();
    isLetIn(await gate.comes('ann', UNGATED));
  });

  it('with another secret: closed, and the service takes no call', async () => {
    await gate.setUp({ secret: 'another' });
    isClosed(await gate.comes('ann'));
    expect(gate.service.calls().map(({ signed }) => signed)).toEqual([false]);
    await gate.setUp();
    isLetIn(await gate.comes('ann'));
  });
});
