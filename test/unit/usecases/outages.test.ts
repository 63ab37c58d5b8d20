import { describe, expect, it } from '@jest/globals';
import { CodedError } from '../../../src/lib/errors.ts';
import type { Store } from '../../../src/usecases/store-port.ts';
import { READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

/** A record that can be read but not written, or neither, while `broken` says so. */
function failing(store: Store, broken: () => 'no' | 'writes' | 'all'): Store {
  const writes = new Set([
    'commit',
    'receive',
    'claim',
    'wakeFailed',
    'forgetSignIns',
    'forgetGates',
    'carry',
    'claimCarried',
    'saveHighestTime',
  ]);
  return new Proxy(store, {
    get: (target, name, receiver) => {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]): unknown => {
        if (broken() === 'all' || (broken() === 'writes' && writes.has(String(name))))
          return Promise.reject(new CodedError('store_unavailable', 'disk full'));
        return (value as (...all: readonly unknown[]) => unknown)(...args);
      };
    },
  });
}

describe('Keycloak is away', () => {
  it.each(['unavailable', 'lost', 'late', 'never'] as const)(
    'and %s meets PUT and DELETE: right within the quarantine, one grant, one end (I2)',
    async (fault) => {
      const world = await aWorld();
      const id = await world.ask('ann');
      world.keycloak.faults.next('give', fault, fault);
      await world.approve('chen', id);
      await world.advance(130);
      expect(world.keycloak.has('ann', READ)).toBe(true);
      expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
      world.keycloak.faults.next('take', fault, fault);
      await world.advance(3600);
      expect(world.keycloak.has('ann', READ)).toBe(false);
      await world.advance(130);
      expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
      await expectSound(world);
    },
  );

  it('a lease counts from the first PUT that may have landed', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    world.keycloak.faults.next('give', 'lost');
    const approvedAt = world.clock.now();
    await world.approve('chen', id);
    await world.advance(130);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live', expiresAt: approvedAt + 3_600_000 });
  });

  it('is one probe a second instead of claims, and within 10 s of being back everything overdue is gone', async () => {
    const world = await aWorld();
    for (const name of ['ann', 'bob', 'chen', 'erin']) {
      const id = await world.ask(name);
      await world.approve('dana', id);
    }
    world.keycloak.faults.always('*', 'unavailable');
    await world.advance(3600 + 900);
    const tries = world.keycloak.count('take');
    expect(tries).toBeLessThan(20);
    world.keycloak.faults.heal();
    await world.advance(10);
    expect(await world.openGrants()).toEqual([]);
    const kinds = (await world.audit()).map((entry) => entry.kind);
    expect(kinds.filter((kind) => kind === 'holding.failing')).toHaveLength(4);
    expect(kinds.filter((kind) => kind === 'holding.recovered')).toHaveLength(4);
    await expectSound(world);
  });

  it('a restart does not wait for a back-off that was set before it', async () => {
    const world = await aWorld();
    await world.lease('ann');
    world.keycloak.faults.always('take', 'unavailable');
    await world.advance(3600 + 300);
    world.keycloak.faults.heal();
    world.restart('two');
    await world.run();
    expect(world.keycloak.has('ann', READ)).toBe(false);
  });

  it('alarms after three failures in a row and never gives up', async () => {
    const world = await aWorld();
    await world.lease('ann');
    world.keycloak.faults.always('take', 'unavailable');
    await world.advance(3600 + 3600);
    expect(world.slack.alarms).toEqual([expect.objectContaining({ alarm: 'failing', failures: 3 })]);
    world.keycloak.faults.heal();
    await world.advance(61);
    expect(world.keycloak.has('ann', READ)).toBe(false);
  });

  it('a refusal is held with one alarm, never believed as an end (I30)', async () => {
    const world = await aWorld();
    const id = await world.lease('ann');
    world.keycloak.faults.always('take', 'forbidden');
    await world.advance(3600 + 600);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
    expect(world.slack.alarms).toEqual([expect.objectContaining({ alarm: 'held' })]);
    world.keycloak.faults.heal();
    await world.advance(61);
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    expect((await world.audit()).map((entry) => entry.kind).slice(-3)).toEqual([
      'holding.held',
      'grant.ended',
      'holding.recovered',
    ]);
    await expectSound(world);
  });

  it('a look that is refused is no absence (I30)', async () => {
    const world = await aWorld();
    const id = await world.lease('ann');
    world.keycloak.faults.always('look', 'forbidden');
    await world.advance(3600 + 120);
    expect((await world.grantOf(id)).state).toBe('live');
    world.keycloak.faults.heal();
    await world.advance(61);
    expect((await world.grantOf(id)).state).toBe('ended');
  });

  it('giving back works while it is away, and is done when it is back', async () => {
    const world = await aWorld();
    const { id } = await world.grantOf(await world.lease('ann'));
    world.keycloak.faults.always('*', 'unavailable');
    await world.act('ann', { intent: 'release', grantId: id });
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ending' });
    world.keycloak.faults.heal();
    await world.advance(10);
    expect(world.keycloak.has('ann', READ)).toBe(false);
  });

  it('a request is told so after ten seconds, and changes nothing', async () => {
    const world = await aWorld();
    world.keycloak.faults.always('*', 'unavailable');
    await world.send('ann', {
      intent: 'request',
      access: { by: 'text', text: READ },
      duration: '1h',
      justification: 'x',
    });
    await world.advance(12);
    expect(world.refusals('ann').map((one) => one.refusal)).toEqual(['keycloak_unavailable']);
    expect((await world.rows()).requests).toEqual([]);
  });
});

describe('two processes', () => {
  it('I26: one replica per epoch: never two calls about the same access at once', async () => {
    const world = await aWorld();
    const one = world.bot;
    const two = world.restart('two');
    const id = await world.ask('ann');
    await world.send('chen', await world.approval(id));
    await one.inbox();
    const gate = world.keycloak.faults.gate('give');
    const both = [one.converge(), two.converge()];
    world.clock.advance(10);
    const again = two.converge();
    gate.open();
    await Promise.all([...both, again]);
    expect(world.keycloak.count('give')).toBe(1);
    expect(world.keycloak.collisions).toBe(0);
    await expectSound(world);
  });

  it('I26: a paused replica that lost its row lease writes nothing and its late call is taken back', async () => {
    const world = await aWorld();
    const one = world.bot;
    const id = await world.ask('ann', READ, '60s');
    await world.send('chen', await world.approval(id));
    await one.inbox();
    const gate = world.keycloak.faults.gate('give');
    const paused = one.converge();
    while (world.keycloak.count('give') === 0) await new Promise(setImmediate);
    const two = world.restart('two');
    world.clock.advance(61);
    await two.converge();
    gate.open();
    await paused;
    await world.advance(300);
    expect(world.keycloak.has('ann', READ)).toBe(false);
    expect((await world.grantOf(id)).state).toBe('ended');
    await expectSound(world);
  });
});

describe('I24: the record cannot be written', () => {
  it.each(['writes', 'all'] as const)(
    '%s: nothing is granted, what is due still ends, and is recorded later',
    async (part) => {
      const world = await aWorld();
      let broken: 'no' | 'writes' | 'all' = 'no';
      const ports = { ...world.ports, store: failing(world.store, () => broken) };
      const bot = world.restart('one', ports);
      const id = await world.lease('ann');
      const waiting = await world.ask('bob');
      await world.send('chen', await world.approval(waiting));
      await world.advance(40);
      const other = await world.ask('erin');
      await world.send('chen', await world.approval(other));
      broken = part;
      await bot.inbox().catch(() => undefined);
      world.clock.advance(3600);
      await bot.converge();
      expect(world.keycloak.has('ann', READ)).toBe(false);
      expect(world.keycloak.has('erin', READ)).toBe(false);
      expect(world.log.lines.some((line) => line.event === 'the database cannot write')).toBe(true);
      const calls = world.keycloak.count('take');
      await bot.converge();
      expect(world.keycloak.count('take')).toBe(calls);
      expect((await world.grantOf(id)).state).toBe('live');
      broken = 'no';
      await world.advance(5);
      expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
      await expectSound(world);
    },
  );

  it('I7: what the record has ended is not taken away once more from memory', async () => {
    const world = await aWorld();
    let broken: 'no' | 'writes' | 'all' = 'no';
    const bot = world.restart('one', { ...world.ports, store: failing(world.store, () => broken) });
    await world.lease('ann', READ, '5m');
    // What is open is remembered at least this often; the lease ends soon after.
    await world.advance(290);
    world.clock.advance(10);
    await bot.converge();
    expect(world.keycloak.has('ann', READ)).toBe(false);
    world.keycloak.join('ann', READ);
    broken = 'all';
    await bot.converge();
    expect(world.keycloak.has('ann', READ)).toBe(true);
  });

  it('I7: a lease that was given back early is not taken away once more at what would have been its end', async () => {
    const world = await aWorld();
    let broken: 'no' | 'writes' | 'all' = 'no';
    const bot = world.restart('one', { ...world.ports, store: failing(world.store, () => broken) });
    const { id: grantId } = await world.grantOf(await world.lease('ann', READ, '5m'));
    await world.advance(290);
    await world.act('ann', { intent: 'release', grantId });
    expect(world.keycloak.has('ann', READ)).toBe(false);
    world.keycloak.join('ann', READ);
    broken = 'all';
    world.clock.advance(15);
    await bot.converge();
    expect(world.keycloak.has('ann', READ)).toBe(true);
  });
});
