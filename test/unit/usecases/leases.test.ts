import { describe, expect, it } from '@jest/globals';
import type { GrantId } from '../../../src/domain/ids.ts';
import { tellClockJump } from '../../../src/usecases/tell-gauges.ts';
import { READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

const release = async (world: World, name: string, grantId: GrantId) => world.act(name, { intent: 'release', grantId });

describe('ownership', () => {
  it('I8: access that was there before is there after, and the holder is told so', async () => {
    const world = await aWorld();
    world.keycloak.join('ann', READ);
    await world.lease('ann');
    await world.advance(3600);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    expect(world.keycloak.count('give') + world.keycloak.count('take')).toBe(0);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ended', kept: true });
    await expectSound(world);
  });

  it('I9: overlapping leases end once, at the last expiry', async () => {
    const world = await aWorld();
    const first = await world.lease('ann', READ, '1h');
    await world.advance(1800);
    const second = await world.lease('ann', READ, '1h');
    await world.advance(1800);
    expect(await world.grantOf(first)).toMatchObject({ endedBy: 'expiry' });
    expect(world.keycloak.has('ann', READ)).toBe(true);
    await world.advance(1800);
    expect(await world.grantOf(second)).toMatchObject({ endedBy: 'expiry' });
    expect(world.keycloak.has('ann', READ)).toBe(false);
    expect([world.keycloak.count('give'), world.keycloak.count('take')]).toEqual([1, 1]);
    await expectSound(world);
  });

  it('I9: a release of one lease leaves the other alone', async () => {
    const world = await aWorld();
    const first = await world.grantOf(await world.lease('ann'));
    await world.lease('ann');
    await release(world, 'ann', first.id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    expect(world.keycloak.count('take')).toBe(0);
    await expectSound(world);
  });

  it('I10: removed by another hand is drift, told, and never put back', async () => {
    const world = await aWorld();
    const id = await world.lease('ann');
    world.keycloak.leave('ann', READ);
    await world.sweep();
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'drift' });
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ended' });
    await world.advance(7200);
    expect(world.keycloak.count('give')).toBe(1);
    expect(world.keycloak.has('ann', READ)).toBe(false);
    await expectSound(world);
  });

  it('I10: a newly approved lease does not revive one that another hand ended', async () => {
    const world = await aWorld();
    const first = await world.lease('ann');
    world.keycloak.leave('ann', READ);
    const second = await world.lease('ann');
    expect(await world.grantOf(first)).toMatchObject({ endedBy: 'drift' });
    expect(await world.grantOf(second)).toMatchObject({ state: 'live' });
    await expectSound(world);
  });

  it('mass drift is withheld, audited and alarmed; a few missing among many are not', async () => {
    const world = await aWorld();
    for (let count = 0; count < 10; count++) {
      world.keycloak.user(`p${count}`);
      world.slack.person(`p${count}`);
      await world.lease(`p${count}`);
    }
    for (let count = 0; count < 6; count++) world.keycloak.leave(`p${count}`, READ);
    await world.sweep();
    expect(await world.openGrants()).toHaveLength(10);
    expect(world.slack.alarms).toEqual([{ alarm: 'mass_drift', count: 6, open: 10 }]);
    expect((await world.audit()).at(-1)).toMatchObject({ kind: 'drift.withheld' });
    for (let count = 2; count < 6; count++) world.keycloak.join(`p${count}`, READ);
    await world.sweep();
    expect(await world.openGrants()).toHaveLength(8);
    await expectSound(world);
  });

  it('many people who are disabled at once are no mass drift', async () => {
    const world = await aWorld();
    for (let count = 0; count < 8; count++) {
      world.keycloak.user(`p${count}`);
      world.slack.person(`p${count}`);
      await world.lease(`p${count}`);
      world.keycloak.user(`p${count}`, { enabled: false });
    }
    await world.sweep();
    expect((await world.rows()).grants.map((grant) => grant.state === 'ended' && grant.endedBy)).toEqual(
      Array<string>(8).fill('person_gone'),
    );
    expect(world.slack.alarms).toEqual([]);
    expect(world.keycloak.count('take')).toBe(8);
  });

  it('leases that are due when the sweep looks are no drift', async () => {
    const world = await aWorld();
    for (let count = 0; count < 8; count++) {
      world.keycloak.user(`p${count}`);
      world.slack.person(`p${count}`);
      await world.lease(`p${count}`);
      world.keycloak.leave(`p${count}`, READ);
    }
    world.clock.advance(3600);
    await world.sweep();
    expect(world.slack.alarms).toEqual([]);
    expect((await world.rows()).grants.every((grant) => grant.state === 'ended' && grant.endedBy === 'expiry')).toBe(
      true,
    );
  });

  it.each([
    ['I27: an orphan of ours is removed within one sweep and alarms', 'leasehold'],
    ['I27: an orphan that another hand gave stays, and alarms once', 'hand'],
  ] as const)('%s', async (_, by) => {
    const world = await aWorld();
    await world.lease('ann');
    await world.advance(3600);
    world.keycloak.join('ann', READ, by);
    await world.sweep();
    await world.sweep();
    expect(world.keycloak.has('ann', READ)).toBe(by === 'hand');
    expect(world.slack.alarms).toEqual([expect.objectContaining({ alarm: 'orphan', removed: by === 'leasehold' })]);
    const kinds = (await world.audit()).map((entry) => entry.kind);
    expect(kinds.filter((kind) => kind === 'orphan.found')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'orphan.removed')).toHaveLength(by === 'leasehold' ? 1 : 0);
    await expectSound(world);
  });

  it('one resource that Keycloak chokes on does not blind the sweep', async () => {
    const world = await aWorld();
    const id = await world.lease('ann', 'db-reader');
    await world.lease('bob', READ);
    world.keycloak.leave('ann', 'db-reader');
    const { access } = world.keycloak;
    const holders: typeof access.holders = (resource) => {
      if (resource.path === READ) world.keycloak.faults.next('holders', 'unavailable');
      return access.holders(resource);
    };
    world.restart('two', { ...world.ports, access: { ...access, holders } });
    await world.sweep();
    expect(await world.grantOf(id)).toMatchObject({ endedBy: 'drift' });
  });

  it('I11: a group that was made anew under the same path is another group', async () => {
    const world = await aWorld();
    const id = await world.lease('ann');
    world.keycloak.dropThing(READ);
    world.keycloak.thing('group', READ, { requestable: 'true', 'approver-group': '/approvers/platform' });
    world.keycloak.join('ann', READ);
    await world.sweep();
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'resource_gone' });
    expect(world.keycloak.has('ann', READ)).toBe(true);
    await expectSound(world);
  });

  it('a person who was deleted or disabled loses the lease', async () => {
    const world = await aWorld();
    const ann = await world.lease('ann');
    const bob = await world.lease('bob');
    world.keycloak.dropUser('ann');
    world.keycloak.user('bob', { enabled: false });
    await world.sweep();
    expect(await world.grantOf(ann)).toMatchObject({ endedBy: 'person_gone' });
    expect(await world.grantOf(bob)).toMatchObject({ endedBy: 'person_gone' });
    expect(world.keycloak.has('bob', READ)).toBe(false);
  });
});

describe('time', () => {
  it('I4: a clock that is set back extends no lease; one that is set forward ends it early', async () => {
    const world = await aWorld();
    await world.lease('ann');
    world.clock.turnWall(-7200);
    await world.advance(3600);
    expect(world.keycloak.has('ann', READ)).toBe(false);
    await world.lease('bob');
    world.clock.turnWall(4 * 3600);
    await world.run();
    expect(world.keycloak.has('bob', READ)).toBe(false);
  });

  it('a clock that jumped by minutes alarms and is on record', async () => {
    const world = await aWorld();
    await tellClockJump(world.ports, 301.4);
    await world.run();
    expect(world.slack.alarms).toEqual([{ alarm: 'clock_jumped', seconds: 301 }]);
    expect((await world.audit()).at(-1)).toMatchObject({ kind: 'clock.jumped', data: { seconds: 301 } });
  });

  it('I5: nothing moves an expiry', async () => {
    const world = await aWorld();
    const id = await world.lease('ann');
    const { expiresAt } = await world.grantOf(id);
    for (const turn of [1, 2]) {
      await world.advance(600 * turn);
      await world.sweep();
      world.restart(`again-${turn}`);
      expect(await world.grantOf(id)).toMatchObject({ state: 'live', expiresAt });
    }
  });

  it('I1: a hundred leases that end in the same second are gone at once, each lateness measured', async () => {
    const world = await aWorld();
    for (let count = 0; count < 100; count++) {
      world.keycloak.user(`p${count}`);
      world.slack.person(`p${count}`);
      await world.lease(`p${count}`);
    }
    await world.advance(3600);
    expect(await world.openGrants()).toEqual([]);
    expect(world.keycloak.count('take')).toBe(100);
    expect(Math.max(...world.lateness)).toBeLessThanOrEqual(1);
    expect(world.lateness).toHaveLength(100);
    await expectSound(world);
  });

  it('not live within min(lease, 1 h): ended as not_activated, both people hear it, nothing is left behind', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', READ, '30m');
    world.keycloak.faults.always('give', 'never');
    await world.approve('chen', id);
    await world.advance(1800);
    world.keycloak.faults.heal();
    await world.advance(300);
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'not_activated' });
    expect(world.keycloak.has('ann', READ)).toBe(false);
    expect(world.told('ann').map((words) => words.say)).toEqual([
      'received',
      'decided',
      'waiting_for_keycloak',
      'ended',
    ]);
    expect(world.slack.messages.at(-1)?.line).toMatchObject({ line: 'ended', endedBy: 'not_activated' });
    await expectSound(world);
  });
});

describe('sessions', () => {
  it('end after the access is gone, and are tried again until they are', async () => {
    const world = await aWorld();
    await world.lease('ann', 'db-reader');
    world.keycloak.faults.next('endSessions', 'unavailable', 'forbidden', 'unavailable');
    await world.advance(3600);
    expect(world.keycloak.has('ann', 'db-reader')).toBe(false);
    expect(world.keycloak.logouts).toEqual([]);
    await world.advance(180);
    expect(world.keycloak.logouts).toEqual([expect.objectContaining({ heldThen: false })]);
    expect((await world.audit()).filter((entry) => entry.kind === 'sessions.ended')).toHaveLength(1);
    await expectSound(world);
  });

  it('a resource that does not ask for it ends none', async () => {
    const world = await aWorld();
    await world.lease('ann');
    await world.advance(3600);
    expect(world.keycloak.count('endSessions')).toBe(0);
  });

  it('where Keycloak wants the logout first, a logout that fails does not keep the access', async () => {
    const world = await aWorld();
    world.keycloak.logoutComesFirst(true);
    await world.lease('ann', 'db-reader');
    world.keycloak.faults.always('endSessions', 'unavailable');
    await world.advance(3600);
    expect(world.keycloak.has('ann', 'db-reader')).toBe(false);
    world.keycloak.faults.heal();
    await world.advance(120);
    await expectSound(world);
  });
});
