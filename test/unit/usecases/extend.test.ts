import { describe, expect, it } from '@jest/globals';
import type { GrantId } from '../../../src/domain/ids.ts';
import { READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

const extend = (world: World, name: string, grantId: GrantId) => world.act(name, { intent: 'extend', grantId });
const pendingOf = async (world: World, name: string) => {
  const found = await world.ports.store.pendingRequestsOf({ teamId: 'T0ACME', userId: `U${name.toUpperCase()}` });
  const [first] = found;
  if (first === undefined) throw new Error(`${name} waits for nothing`);
  return first;
};

describe('an extension', () => {
  it('I5, I9: is a request of its own, and the access goes on without a gap and ends once, with the later lease', async () => {
    const world = await aWorld();
    const first = await world.grantOf(await world.lease('ann', READ, '1h'));
    await world.advance(3000);
    await extend(world, 'ann', first.id);
    expect(await world.grantOf(first.requestId)).toMatchObject({ expiresAt: first.expiresAt });
    const asked = await pendingOf(world, 'ann');
    expect(asked).toMatchObject({ askedSeconds: 3600, justification: 'INC-42', resource: { path: READ } });
    await world.approve('chen', asked.id);
    await world.advance(600);
    expect(await world.grantOf(first.requestId)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    expect(world.keycloak.has('ann', READ)).toBe(true);
    expect([world.keycloak.count('give'), world.keycloak.count('take')]).toEqual([1, 0]);
    await world.advance(3000);
    expect(await world.grantOf(asked.id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    expect([world.keycloak.count('give'), world.keycloak.count('take')]).toEqual([1, 1]);
    await expectSound(world);
  });

  it('that nobody approved in time leaves the end as it is, and the holder is told that it may come back', async () => {
    const world = await aWorld();
    const first = await world.grantOf(await world.lease('ann', READ, '1h'));
    await world.advance(3599);
    await extend(world, 'ann', first.id);
    await world.advance(2);
    expect(world.keycloak.has('ann', READ)).toBe(false);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ended', kept: false, askedAgain: true });
    await world.approve('chen', (await pendingOf(world, 'ann')).id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    await expectSound(world);
  });

  it('is for the holder alone, once at a time, and not of what has ended', async () => {
    const world = await aWorld();
    const first = await world.grantOf(await world.lease('ann', READ, '1h'));
    await extend(world, 'bob', first.id);
    expect(world.told('bob').at(-1)).toMatchObject({ say: 'refused', refusal: { refusal: 'not_yours' } });
    await extend(world, 'ann', first.id);
    await extend(world, 'ann', first.id);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'refused', refusal: { refusal: 'already_pending' } });
    await world.advance(3700);
    await extend(world, 'ann', first.id);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'refused', refusal: { refusal: 'extended_too_late' } });
    await expectSound(world);
  });

  it('I9: asked for and approved in the last second leaves no gap, and one that was pressed in time is asked for', async () => {
    const world = await aWorld();
    const first = await world.grantOf(await world.lease('ann', READ, '1h'));
    await world.advance(3599);
    await extend(world, 'ann', first.id);
    await world.approve('chen', (await pendingOf(world, 'ann')).id);
    await world.advance(10);
    expect(await world.grantOf(first.requestId)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    expect([world.keycloak.count('give'), world.keycloak.count('take')]).toEqual([1, 0]);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ended', kept: true });
    await expectSound(world);
  });

  it('pressed in time and carried out after the end is asked for all the same; pressed after it is told when it ended', async () => {
    const world = await aWorld();
    const first = await world.grantOf(await world.lease('ann', READ, '1h'));
    await world.advance(3599);
    const bob = await world.grantOf(await world.lease('bob', READ, '1h'));
    await world.send('ann', { intent: 'extend', grantId: first.id });
    world.clock.advance(2);
    await world.bot.converge();
    expect(await world.grantOf(first.requestId)).toMatchObject({ state: 'ended' });
    await world.run();
    expect((await pendingOf(world, 'ann')).askedSeconds).toBe(3600);
    await world.advance(3600);
    await extend(world, 'bob', bob.id);
    const end = (await world.grantOf(bob.requestId)).expiresAt;
    expect(world.refusals('bob')).toEqual([{ refusal: 'extended_too_late', path: READ, at: end, leaseSeconds: 3600 }]);
    await expectSound(world);
  });

  it('approved while the access is being taken away: it comes back, and the end says that it was too late for no gap', async () => {
    const world = await aWorld();
    const first = await world.grantOf(await world.lease('ann', READ, '1h'));
    await world.advance(3500);
    await extend(world, 'ann', first.id);
    const approval = await world.approval((await pendingOf(world, 'ann')).id);
    world.clock.advance(101);
    await world.bot.converge();
    await world.send('chen', approval);
    await world.bot.inbox();
    await world.bot.deliver();
    expect(world.told('ann').findLast(({ say }) => say === 'ended')).toMatchObject({
      kept: false,
      coming: { startsAt: null },
    });
    await world.run();
    expect(world.keycloak.has('ann', READ)).toBe(true);
    await expectSound(world);
  });

  it('of a lease that was released, revoked or has not begun is none', async () => {
    const world = await aWorld();
    const first = await world.grantOf(await world.lease('ann', READ, '1h'));
    await world.act('ann', { intent: 'release', grantId: first.id });
    await extend(world, 'ann', first.id);
    expect(world.refusals('ann')).toMatchObject([{ refusal: 'nothing_live' }]);
    await expectSound(world);
  });

  it('shows the approvers until when the access is held already', async () => {
    const world = await aWorld();
    const first = await world.grantOf(await world.lease('ann', READ, '1h'));
    await extend(world, 'ann', first.id);
    const { id } = await pendingOf(world, 'ann');
    const card = world.slack.messages.findLast((message) => message.card?.request.id === id)?.card;
    expect(card).toMatchObject({ heldUntil: first.expiresAt });
  });
});
