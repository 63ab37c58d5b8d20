import { describe, expect, it } from '@jest/globals';
import { DEEP, READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

const leave = (world: World, name: string) => world.act(name, { intent: 'left' });
const lefts = (world: World) => world.slack.alarms.filter(({ alarm }) => alarm === 'left');

describe('somebody leaves the workspace', () => {
  it.each([
    ['deactivated', { deleted: true }],
    ['a guest now', { guest: true }],
  ])('%s: leases end, requests by and for him are withdrawn, and the audit channel has one line', async (_, facts) => {
    const world = await aWorld();
    const live = await world.lease('ann', READ);
    const planned = await world.ask('ann', 'db-reader');
    world.keycloak.faults.next('give', 'unavailable');
    await world.approve('chen', planned);
    const own = await world.ask('ann', DEEP);
    await world.send('bob', {
      intent: 'request',
      beneficiary: world.slackOf('ann'),
      access: { by: 'text', text: 'grafana/viewer' },
      duration: '1h',
      justification: 'INC-42',
    });
    await world.run();
    const others = await world.ask('bob', READ);
    world.slack.person('ann', facts);
    await leave(world, 'ann');
    await world.advance(300);
    for (const id of [live, planned])
      expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'person_gone', endAsked: { by: null } });
    for (const path of [READ, 'db-reader']) expect(world.keycloak.has('ann', path)).toBe(false);
    const { requests } = await world.rows();
    const withdrawn = requests.filter(({ state }) => state === 'withdrawn');
    expect(withdrawn.map(({ resource }) => resource.path).sort()).toEqual([DEEP, 'grafana/viewer'].sort());
    expect(await world.request(own)).toMatchObject({ state: 'withdrawn', leaver: { username: 'ann' } });
    expect(await world.request(others)).toMatchObject({ state: 'pending' });
    expect(lefts(world)).toMatchObject([{ leases: 2, requests: 2 }]);
    expect(world.told('bob').filter(({ say }) => say === 'decided')).toHaveLength(1);
    const entries = (await world.audit()).filter(
      ({ kind, actor }) => kind === 'grant.end_asked' && actor.kind === 'leasehold',
    );
    expect(entries).toHaveLength(2);
    await expectSound(world);
  });

  it('nobody can approve what he asked for any more', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    const approval = await world.approval(id, { message: world.buttonsOf(id, 'card') });
    world.slack.person('ann', { deleted: true });
    await leave(world, 'ann');
    await world.act('chen', approval);
    expect(world.refusals('chen')).toMatchObject([{ refusal: 'settled', state: 'withdrawn', by: null }]);
  });

  it('what comes again changes nothing more', async () => {
    const world = await aWorld();
    await world.lease('ann');
    await world.ask('ann', DEEP);
    world.slack.person('ann', { deleted: true });
    for (let count = 0; count < 3; count++) await leave(world, 'ann');
    expect(lefts(world)).toHaveLength(1);
    await expectSound(world);
  });

  it.each([
    ['says that he is there', (world: World) => void world.slack.person('ann')],
    ['cannot be asked', (world: World) => world.slack.faults.always('profile', 'unavailable')],
  ])('nothing ends while Slack %s', async (_, how) => {
    const world = await aWorld();
    const id = await world.lease('ann');
    const waiting = await world.ask('ann', DEEP);
    how(world);
    await leave(world, 'ann');
    await world.sweep();
    await world.advance(60);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live', endAsked: null });
    expect(await world.request(waiting)).toMatchObject({ state: 'pending' });
    expect(lefts(world)).toEqual([]);
  });

  it('what changes at the very moment it is found out is read again at once, not at the next sweep', async () => {
    const world = await aWorld();
    const id = await world.lease('ann', READ);
    world.slack.person('ann', { deleted: true });
    let conflicts = 0;
    world.restart('two', {
      ...world.ports,
      store: {
        ...world.store,
        commit: async (batch) => {
          const isEnding = (batch.grants ?? []).some(({ endAsked }) => endAsked !== null);
          if (isEnding && conflicts++ === 0) return 'conflict';
          return world.store.commit(batch);
        },
      },
    });
    await world.sweep();
    expect(conflicts).toBeGreaterThan(1);
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'person_gone' });
    expect(lefts(world)).toHaveLength(1);
  });

  it('a lost event delays it until the next sweep, which asks of everybody who holds something', async () => {
    const world = await aWorld();
    const [gone, stays] = [await world.lease('ann'), await world.lease('bob')];
    const waiting = await world.ask('ann', DEEP);
    world.slack.person('ann', { deleted: true });
    await world.sweep();
    expect(await world.grantOf(gone)).toMatchObject({ state: 'ended', endedBy: 'person_gone' });
    expect(await world.request(waiting)).toMatchObject({ state: 'withdrawn' });
    expect(await world.grantOf(stays)).toMatchObject({ state: 'live' });
    expect(world.keycloak.has('ann', READ)).toBe(false);
    await world.sweep();
    expect(lefts(world)).toHaveLength(1);
    await expectSound(world);
  });
});

describe('somebody is disabled in Keycloak', () => {
  it.each([READ, 'db-reader', 'grafana/viewer'])(
    'a sweep ends his lease and takes %s away, so that enabling him does not bring it back',
    async (path) => {
      const world = await aWorld();
      const id = await world.lease('ann', path);
      world.keycloak.user('ann', { enabled: false });
      await world.sweep();
      expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'person_gone' });
      expect(world.keycloak.has('ann', path)).toBe(false);
    },
  );
});
