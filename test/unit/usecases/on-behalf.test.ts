import { describe, expect, it } from '@jest/globals';
import { READ } from '../../doubles/fake-cast.ts';
import { expectRefused, expectSound } from '../../doubles/fake-world-checks.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const asking = (world: World, whom: string, access = READ) => ({
  intent: 'request' as const,
  access: { by: 'text' as const, text: access },
  duration: '1h',
  justification: 'INC-42',
  beneficiary: world.slackOf(whom),
});
const onlyRequest = async (world: World) => {
  const [first, second] = (await world.rows()).requests;
  if (first === undefined || second !== undefined) throw new Error('not one request');
  return first;
};

describe('a request on behalf of somebody else', () => {
  it('I12: gives the access to them, tells both, and the audit names the one who asked', async () => {
    const world = await aWorld();
    await world.act('ann', asking(world, 'bob'));
    const { id } = await onlyRequest(world);
    expect(world.told('bob')).toMatchObject([{ say: 'asked_for_you', request: { id } }]);
    await world.approve('chen', id);
    expect([world.keycloak.has('bob', READ), world.keycloak.has('ann', READ)]).toEqual([true, false]);
    expect(world.told('ann').map(({ say }) => say)).toEqual(['received', 'decided']);
    expect(world.told('bob').map(({ say }) => say)).toEqual(['asked_for_you', 'decided', 'live']);
    const submitted = (await world.audit()).find(({ kind }) => kind === 'request.submitted');
    expect(submitted).toMatchObject({ actor: { username: 'ann' }, subject: { username: 'bob' } });
    await world.advance(3700);
    expect(world.keycloak.has('bob', READ)).toBe(false);
    expect(world.told('bob').at(-1)).toMatchObject({ say: 'ended' });
    expect(world.told('ann').map(({ say }) => say)).toEqual(['received', 'decided']);
    await expectSound(world);
  });

  it('I12: neither of the two may decide it', async () => {
    const world = await aWorld();
    await world.act('chen', asking(world, 'dana'));
    expect(world.refusals('chen')).toMatchObject([{ refusal: 'no_approvers' }]);
    world.keycloak.join('erin', '/approvers/platform');
    await world.act('chen', asking(world, 'dana'));
    const { id } = await onlyRequest(world);
    await expectRefused(world, 'chen', 'self_approval', () => world.approve('chen', id));
    await expectRefused(world, 'dana', 'self_approval', () => world.approve('dana', id));
    await world.approve('erin', id);
    expect(world.keycloak.has('dana', READ)).toBe(true);
    await expectSound(world);
  });

  it('asks as strong an identity of them as of anybody, and whether they may have it', async () => {
    const world = await aWorld();
    world.slack.person('gus');
    const cases = async (because: string) => {
      await expectRefused(world, 'ann', 'not_for_them', () => world.act('ann', asking(world, 'gus')));
      expect(world.refusals('ann').at(-1)).toMatchObject({ person: world.slackOf('gus'), because });
    };
    await cases('not_linked');
    world.keycloak.user('gus', { enabled: false });
    await cases('user_disabled');
    world.keycloak.user('gus', { enabled: true });
    world.keycloak.thing('group', '/eligible');
    const attributes = { requestable: 'true', 'approver-group': '/approvers/platform', 'eligible-group': '/eligible' };
    world.keycloak.thing('group', READ, attributes);
    world.keycloak.join('ann', '/eligible');
    await cases('not_eligible');
    world.keycloak.join('gus', '/eligible');
    world.keycloak.leave('ann', '/eligible');
    await world.act('ann', asking(world, 'gus'));
    expect(await onlyRequest(world)).toMatchObject({ state: 'pending', beneficiary: { username: 'gus' } });
  });

  it('waits once for each person and access, whoever asked', async () => {
    const world = await aWorld();
    await world.act('ann', asking(world, 'bob'));
    await expectRefused(world, 'bob', 'already_pending', () =>
      world.act('bob', { ...asking(world, 'bob'), intent: 'request' }),
    );
    await expectRefused(world, 'erin', 'already_pending', () => world.act('erin', asking(world, 'bob')));
  });

  it('for oneself is a request like any other', async () => {
    const world = await aWorld();
    await world.act('ann', asking(world, 'ann'));
    expect(await onlyRequest(world)).toMatchObject({ beneficiary: { username: 'ann' } });
    expect(world.told('ann').map(({ say }) => say)).toEqual(['received']);
  });

  it('I29: both hear that it was withdrawn, denied, or came to nothing', async () => {
    const world = await aWorld();
    await world.act('ann', asking(world, 'bob'));
    const { id } = await onlyRequest(world);
    await expectRefused(world, 'bob', 'not_yours', () => world.act('bob', { intent: 'withdraw', requestId: id }));
    await world.act('ann', { intent: 'withdraw', requestId: id });
    for (const name of ['ann', 'bob']) expect(world.told(name).at(-1)).toMatchObject({ say: 'decided' });

    await world.act('ann', asking(world, 'bob', 'db-reader'));
    const second = (await world.rows()).requests.find(({ state }) => state === 'pending');
    if (second === undefined) throw new Error('nothing waits');
    world.keycloak.faults.always('give', 'forbidden');
    await world.approve('chen', second.id);
    await world.advance(3700);
    for (const name of ['ann', 'bob']) {
      const last = world.told(name).at(-1);
      expect(last).toMatchObject({ say: 'ended', grant: { endedBy: 'not_activated' } });
    }
    expect(world.told('ann').at(-1)).toMatchObject({ holder: world.slackOf('bob') });
    expect(world.told('bob').at(-1)).not.toHaveProperty('holder');
    await expectSound(world);
  });
});
