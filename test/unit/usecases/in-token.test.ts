import { describe, expect, it } from '@jest/globals';
import { holdingKey } from '../../../src/domain/grant.ts';
import type { LeasesAsk } from '../../../src/usecases/gate-port.ts';
import { tellLeases } from '../../../src/usecases/tell-leases.ts';
import { REALM } from '../../builders/domain.ts';
import { READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

const REFUND = 'refund';
const MARKED = { requestable: 'true', 'approver-group': '/approvers/platform', session: 'true' };

async function aTokenWorld() {
  const world = await aWorld();
  world.keycloak.thing('realm-role', REFUND, MARKED);
  const ask = (username: string, session: string | null): LeasesAsk => ({
    ...{ person: { userId: userIdOf(world, username), username }, client: 'shop', scopes: ['openid'] },
    ...{ session, approval: null },
  });
  const tell = async (username: string, session: string | null) =>
    (await tellLeases(world.ports, ask(username, session))).leases;
  const release = async (id: Awaited<ReturnType<World['lease']>>) =>
    world.act('ann', { intent: 'release', grantId: (await world.grantOf(id)).id });
  return { ...world, world, tell, release };
}

const userIdOf = ({ keycloak }: World, username: string) => {
  const user = keycloak.users.get(username);
  if (user === undefined) throw new Error(`no ${username}`);
  return user.userId;
};

describe('a lease in tokens alone', () => {
  it('is live by its record, and nothing is ever written to Keycloak for it', async () => {
    const { world, keycloak, tell, lease, grantOf, told, advance } = await aTokenWorld();
    const id = await lease('ann', REFUND);
    const grant = await grantOf(id);
    expect(grant).toMatchObject({ state: 'live', resource: { path: REFUND, inToken: true } });
    expect(await tell('ann', 's1')).toMatchObject([
      { id: grant.id, access: REFUND, endsAt: grant.expiresAt, approvers: ['chen'], limits: {}, inToken: true },
    ]);
    await advance(3601);
    expect(await grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    expect(await tell('ann', 's1')).toEqual([]);
    expect(told('ann').at(-1)).toMatchObject({ say: 'ended', kept: false, tokensUntil: grant.expiresAt });
    expect(keycloak.count('give') + keycloak.count('take')).toBe(0);
    await expectSound(world);
  });

  it('says that tokens end with it, and after an early end until when one may still be taken', async () => {
    const { world, lease, grantOf, told, clock, release } = await aTokenWorld();
    const id = await lease('ann', REFUND);
    const { expiresAt } = await grantOf(id);
    expect(told('ann').at(-1)).toMatchObject({ say: 'live', effectiveUntil: expiresAt });
    await release(id);
    const until = clock.now() + 300_000;
    expect(told('ann').at(-1)).toMatchObject({ say: 'ended', kept: false, tokensUntil: until });
    const entry = (await world.audit()).find(({ kind }) => kind === 'grant.ended');
    expect(entry?.data).toMatchObject({ kept: false, effectiveUntil: until });
  });

  it('that another one follows without a gap goes on, and its holder is told so', async () => {
    const { world, lease, grantOf, told, advance, tell, keycloak } = await aTokenWorld();
    const first = await grantOf(await lease('ann', REFUND, '10m'));
    const second = await grantOf(await lease('ann', REFUND, '1h'));
    expect((await tell('ann', 's1')).map(({ id }) => id)).toEqual([first.id, second.id]);
    await advance(700);
    expect((await tell('ann', 's1')).map(({ id }) => id)).toEqual([second.id]);
    expect(told('ann').at(-1)).toMatchObject({ say: 'ended', kept: true, heldUntil: second.expiresAt });
    expect(keycloak.endedSessions).toEqual([]);
    await expectSound(world);
  });

  it('ends at expiry with no session ended, also where its risk ends sessions, and leaves nothing on record', async () => {
    const { keycloak, lease, tell, advance, store } = await aTokenWorld();
    keycloak.thing('realm-role', REFUND, { ...MARKED, 'end-sessions': 'true' });
    await lease('ann', REFUND);
    await tell('ann', 's1');
    await advance(3700);
    expect(keycloak.endedSessions).toEqual([]);
    expect(keycloak.logouts).toEqual([]);
    expect(await store.carriedBy('s1')).toEqual([]);
  });

  it('stands beside a lease of the same role in Keycloak, and a role that another hand gave is left alone', async () => {
    const { world, keycloak, lease, advance, sweep, grantOf, store } = await aTokenWorld();
    keycloak.join('ann', REFUND);
    const id = await lease('ann', REFUND);
    await sweep();
    await advance(3700);
    await sweep();
    expect(keycloak.has('ann', REFUND)).toBe(true);
    expect(await grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    expect((await world.audit()).map(({ kind }) => kind)).not.toContain('orphan.found');
    const resource = keycloak.things.get(REFUND)?.resource;
    if (resource === undefined) throw new Error('no role');
    expect(await store.holding(holdingKey(REALM, userIdOf(world, 'ann'), resource))).toBeNull();
    expect(keycloak.count('holders')).toBe(0);
    await expectSound(world);
  });

  it.each([
    ['is disabled', (world: World) => void world.keycloak.user('ann', { enabled: false }), 'person_gone'],
    ['is gone', (world: World) => world.keycloak.dropUser('ann'), 'person_gone'],
    ['has a role that is gone', (world: World) => world.keycloak.dropThing(REFUND), 'resource_gone'],
  ])('ends with the next sweep when its person %s, and so do its sessions', async (_, happens, endedBy) => {
    const { world, keycloak, lease, tell, sweep, grantOf } = await aTokenWorld();
    const id = await lease('ann', REFUND);
    await tell('ann', 's1');
    await sweep();
    expect(await grantOf(id)).toMatchObject({ state: 'live' });
    happens(world);
    await sweep();
    expect(await grantOf(id)).toMatchObject({ state: 'ended', endedBy });
    expect(keycloak.endedSessions).toEqual(['s1']);
  });

  it('is asked anew whenever the mark of its role has changed meanwhile, and given as it is marked then', async () => {
    const { keycloak, ask, approve, request, grantOf } = await aTokenWorld();
    const id = await ask('ann', REFUND);
    const plain = { requestable: 'true', 'approver-group': '/approvers/platform' };
    keycloak.thing('realm-role', REFUND, plain);
    await approve('chen', id);
    expect(await request(id)).toMatchObject({ state: 'pending', version: 2 });
    expect((await request(id)).resource).not.toHaveProperty('inToken');
    keycloak.thing('realm-role', REFUND, MARKED);
    await approve('chen', id);
    expect(await request(id)).toMatchObject({ state: 'pending', version: 3, resource: { inToken: true } });
    await approve('chen', id);
    expect(await grantOf(id)).toMatchObject({ state: 'live', resource: { inToken: true } });
    expect(keycloak.count('give')).toBe(0);
  });
});

describe('sessions that were told of a lease in tokens alone', () => {
  it('are ended at once when it ends early, and once more when tokens of that moment are kept', async () => {
    const { world, keycloak, lease, tell, release, advance, store } = await aTokenWorld();
    const id = await lease('ann', REFUND);
    for (const session of ['s1', 's2', 's1']) await tell('ann', session);
    await release(id);
    expect([...keycloak.endedSessions].sort()).toEqual(['s1', 's2']);
    await advance(40);
    expect([...keycloak.endedSessions].sort()).toEqual(['s1', 's1', 's2', 's2']);
    expect(await store.carriedBy('s1')).toEqual([]);
    const entries = (await world.audit()).filter(({ kind }) => kind === 'sessions.ended');
    const { id: grant } = await world.grantOf(id);
    expect(entries).toMatchObject([1, 2].map(() => ({ grantId: grant, subject: { username: 'ann' } })));
    await expectSound(world);
  });

  it('are ended by a revocation', async () => {
    const { keycloak, lease, tell, act, slackOf } = await aTokenWorld();
    await lease('ann', REFUND);
    await tell('ann', 's1');
    await act('root', { intent: 'revoke', person: slackOf('ann'), access: REFUND, confirmation: null });
    expect(keycloak.endedSessions).toEqual(['s1']);
  });

  it.each(['unavailable', 'forbidden'] as const)(
    'are tried again without limit while Keycloak says %s',
    async (fault) => {
      const { world, keycloak, lease, tell, release, advance, slack } = await aTokenWorld();
      const id = await lease('ann', REFUND);
      await tell('ann', 's1');
      keycloak.faults.always('endSession', fault);
      await release(id);
      await advance(7200);
      expect(keycloak.endedSessions).toEqual([]);
      expect(keycloak.count('endSession')).toBeGreaterThan(3);
      expect((await world.audit()).map(({ kind }) => kind)).not.toContain('sessions.ended');
      keycloak.faults.heal();
      await advance(20);
      expect(keycloak.endedSessions).toEqual(['s1']);
      const held = slack.alarms.filter(({ alarm }) => alarm === 'held');
      expect(held).toHaveLength(fault === 'forbidden' ? 1 : 0);
      await expectSound(world);
    },
  );

  it('leave those of others and of other leases alone', async () => {
    const { keycloak, lease, tell, release } = await aTokenWorld();
    const [id] = [await lease('ann', REFUND), await lease('bob', REFUND)];
    await tell('ann', 'of ann');
    await tell('bob', 'of bob');
    await lease('ann', READ);
    await release(id);
    expect(keycloak.endedSessions).toEqual(['of ann']);
  });
});
