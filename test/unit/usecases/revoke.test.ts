import { describe, expect, it } from '@jest/globals';
import type { Intent } from '../../../src/usecases/intent.ts';
import { CodedError } from '../../../src/lib/errors.ts';
import { openRevocation } from '../../../src/usecases/revoke-access.ts';
import { REALM } from '../../builders/domain.ts';
import { DEEP, READ } from '../../doubles/fake-cast.ts';
import { expectRefused, expectSound } from '../../doubles/fake-world-checks.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

type Revocation = Extract<Intent, { intent: 'revoke' }>;
const revoke = (world: World, name: string, of: Partial<Revocation>) =>
  world.act(name, { intent: 'revoke', person: null, access: null, confirmation: null, ...of });

/** Who holds what, of these. */
const held = (world: World, ...pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([name, path]) => world.keycloak.has(name, path));

/** More people with a lease than are asked to end in one write. */
async function aCrowd(world: World): Promise<readonly string[]> {
  const people = Array.from({ length: 61 }, (_, index) => `person${index}`);
  for (const name of people) {
    world.keycloak.user(name);
    world.slack.person(name);
    await world.lease(name);
  }
  return people;
}

describe('a revocation of more than one lease', () => {
  it('ends all leases of one person and nobody else’s, and the operators hear of it', async () => {
    const world = await aWorld();
    for (const access of [READ, 'db-reader']) await world.lease('ann', access);
    await world.lease('bob');
    await revoke(world, 'root', { person: world.slackOf('ann') });
    expect(held(world, ['ann', READ], ['ann', 'db-reader'], ['bob', READ])).toEqual([false, false, true]);
    const asked = { holder: world.slackOf('ann'), path: null, count: 2 };
    expect(world.told('root').at(-1)).toEqual({ say: 'ending_many', ...asked });
    expect(world.slack.alarms).toMatchObject([{ alarm: 'revoked_widely', by: { username: 'root' }, ...asked }]);
    expect((await world.audit()).filter(({ kind }) => kind === 'grant.end_asked')).toHaveLength(2);
    await expectSound(world);
  });

  it('ends everybody’s leases on one access, and no other', async () => {
    const world = await aWorld();
    for (const name of ['ann', 'bob']) await world.lease(name);
    await world.lease('ann', 'db-reader');
    await revoke(world, 'root', { access: 'r' });
    expect(world.refusals('root')).toMatchObject([{ refusal: 'ambiguous_access' }]);
    await revoke(world, 'root', { access: READ });
    expect(held(world, ['ann', READ], ['bob', READ], ['ann', 'db-reader'])).toEqual([false, false, true]);
    expect(world.told('root').at(-1)).toEqual({ say: 'ending_many', holder: null, path: READ, count: 2 });
    await expectSound(world);
  });

  it('ends every lease there is, more than one write takes, each once, and only when the realm is named', async () => {
    const world = await aWorld();
    const people = await aCrowd(world);
    await expectRefused(world, 'root', 'not_confirmed', () => revoke(world, 'root', { confirmation: 'another' }));
    await expectRefused(world, 'root', 'not_confirmed', () => revoke(world, 'root', {}));
    const key = await world.send('root', { intent: 'revoke', person: null, access: null, confirmation: REALM });
    await world.run();
    await world.send('root', { intent: 'revoke', person: null, access: null, confirmation: REALM }, { key });
    await world.run();
    expect(people.filter((name) => world.keycloak.has(name, READ))).toEqual([]);
    expect(world.keycloak.count('take')).toBe(61);
    expect(world.told('root').filter(({ say }) => say === 'ending_many')).toEqual([
      { say: 'ending_many', holder: null, path: null, count: 61 },
    ]);
    await expectSound(world);
  });

  it('is taken up again after a crash in its middle: what was asked to end is passed over, the rest follows', async () => {
    const world = await aWorld();
    const people = await aCrowd(world);
    await world.send('root', { intent: 'revoke', person: null, access: null, confirmation: REALM });
    let writes = 0;
    const dying = world.restart('dying', {
      ...world.ports,
      store: {
        ...world.store,
        commit: (batch) => {
          if ((batch.grants?.length ?? 0) > 0 && (writes += 1) > 1)
            throw new CodedError('store_unavailable', 'the process died');
          return world.store.commit(batch);
        },
      },
    });
    await dying.inbox().catch(() => undefined);
    expect((await world.openGrants()).filter(({ endAsked }) => endAsked !== null)).toHaveLength(50);
    world.restart('next');
    await world.advance(60);
    expect(people.filter((name) => world.keycloak.has(name, READ))).toEqual([]);
    expect(world.keycloak.count('take')).toBe(61);
    await expectSound(world);
  });

  it('says so when there is none', async () => {
    const world = await aWorld();
    await expectRefused(world, 'root', 'nothing_live', () => revoke(world, 'root', { confirmation: REALM }));
    await expectRefused(world, 'root', 'nothing_live', () => revoke(world, 'root', { access: READ }));
    const ann = { person: world.slackOf('ann') };
    await expectRefused(world, 'root', 'nothing_live', () => revoke(world, 'root', ann));
  });
});

describe('who may revoke', () => {
  it('I14: an approver may end leases on what he approves, as Keycloak says now, and no others', async () => {
    const world = await aWorld();
    await world.lease('ann');
    await world.lease('bob');
    const onRead = { person: world.slackOf('ann'), access: READ };
    await expectRefused(world, 'erin', 'may_not_revoke', () => revoke(world, 'erin', onRead));
    await expectRefused(world, 'bob', 'may_not_revoke', () => revoke(world, 'bob', onRead));
    await revoke(world, 'chen', onRead);
    expect(held(world, ['ann', READ], ['bob', READ])).toEqual([false, true]);
    await revoke(world, 'dana', { access: READ });
    expect(held(world, ['bob', READ])).toEqual([false]);
    await expectSound(world);
  });

  it('a later stage’s approvers may, too; one who has left the group may not', async () => {
    const world = await aWorld();
    const id = await world.lease('ann', DEEP);
    await world.approve('erin', id);
    world.keycloak.leave('chen', '/approvers/platform');
    const onDeep = { person: world.slackOf('ann'), access: DEEP };
    await expectRefused(world, 'chen', 'may_not_revoke', () => revoke(world, 'chen', onDeep));
    await revoke(world, 'erin', onDeep);
    expect(held(world, ['ann', DEEP])).toEqual([false]);
  });

  it('more than one access is for admins alone, and nobody else learns what others hold', async () => {
    const world = await aWorld();
    await world.lease('ann');
    const wide: readonly Partial<Revocation>[] = [
      { confirmation: REALM },
      { person: world.slackOf('ann') },
      { person: world.slackOf('ann'), access: 'nothing of the kind' },
      { access: 'prod' },
    ];
    for (const of of wide) {
      await expectRefused(world, 'bob', 'may_not_revoke', () => revoke(world, 'bob', of));
    }
    await expect(openRevocation(world.ports, world.slackOf('chen'))).resolves.toMatchObject({ ok: false });
    const found = await openRevocation(world.ports, world.slackOf('root'));
    expect(found).toEqual({ ok: true, realm: REALM, leases: 1 });
  });
});
