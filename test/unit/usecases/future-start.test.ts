import { describe, expect, it } from '@jest/globals';
import type { RequestId } from '../../../src/domain/ids.ts';
import { CodedError } from '../../../src/lib/errors.ts';
import { DEEP, READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

/** Asks for a lease that begins later, and waits for nobody. */
async function askFor(
  world: World,
  start: string,
  { access = READ, duration = '1h' }: { readonly access?: string; readonly duration?: string } = {},
): Promise<RequestId> {
  await world.act('ann', {
    intent: 'request',
    access: { by: 'text', text: access },
    duration,
    start: { by: 'text', text: start },
    justification: 'INC-42',
  });
  const [pending] = await world.store.pendingRequestsOf(world.slackOf('ann'));
  if (pending === undefined) throw new Error(`refused: ${JSON.stringify(world.refusals('ann').at(-1))}`);
  return pending.id;
}
const calls = ({ keycloak }: World) => [keycloak.count('give'), keycloak.count('take')];
const toldLast = (world: World) => world.told('ann').at(-1);

describe('a lease that begins in the future', () => {
  it('I12: is approved now, given at its start and not before, and lasts as long as was approved', async () => {
    const world = await aWorld();
    const id = await askFor(world, '+2h');
    const startsAt = (await world.request(id)).submittedAt + 7_200_000;
    expect(await world.request(id)).toMatchObject({ startsAt });
    await world.approve('chen', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'planned', startsAt, expiresAt: null });
    await world.advance(7199);
    await world.sweep();
    expect(calls(world)).toEqual([0, 0]);
    expect(world.told('ann').map(({ say }) => say)).not.toContain('live');
    await world.advance(2);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    expect(toldLast(world)).toMatchObject({ say: 'live', grant: { expiresAt: startsAt + 3_600_000 } });
    await world.advance(3600);
    expect(calls(world)).toEqual([1, 1]);
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    await expectSound(world);
  });

  it('approved after its start, begins with the approval and keeps its length', async () => {
    const world = await aWorld();
    const id = await askFor(world, '+1h');
    await world.advance(7200);
    await world.approve('chen', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live', startsAt: null, leaseSeconds: 3600 });
    await expectSound(world);
  });

  it('shortened, begins at its start all the same', async () => {
    const world = await aWorld();
    const id = await askFor(world, '+1h');
    await world.approve('chen', id, { leaseSeconds: 600 });
    await world.advance(3601);
    const grant = await world.grantOf(id);
    expect(grant).toMatchObject({ state: 'live', leaseSeconds: 600 });
    await expectSound(world);
  });

  it('that was released before its start ends at once, and nothing is ever sent', async () => {
    const world = await aWorld();
    const id = await askFor(world, '+2h');
    await world.approve('chen', id);
    await world.act('ann', { intent: 'release', grantId: (await world.grantOf(id)).id });
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'release', liveAt: null });
    await world.advance(9000);
    expect(calls(world)).toEqual([0, 0]);
    await expectSound(world);
  });

  it('that was revoked before its start ends at once, and nothing is ever sent', async () => {
    const world = await aWorld();
    const id = await askFor(world, '+2h');
    await world.approve('chen', id);
    const person = world.slackOf('ann');
    await world.act('root', { intent: 'revoke', person, access: READ, confirmation: null });
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'revocation', liveAt: null });
    await world.advance(9000);
    expect(calls(world)).toEqual([0, 0]);
    await expectSound(world);
  });

  it('I14: is refused at its start when an approver has lost his seat by then, and both sides hear it', async () => {
    const world = await aWorld();
    const id = await askFor(world, '+2h');
    await world.approve('chen', id);
    world.keycloak.leave('chen', '/approvers/platform');
    await world.advance(7201);
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'refused_at_activation' });
    expect(toldLast(world)).toMatchObject({ say: 'ended', grant: { endedBy: 'refused_at_activation' } });
    expect(world.slack.messages.at(-1)?.line).toMatchObject({ line: 'ended', endedBy: 'refused_at_activation' });
    expect(calls(world)).toEqual([0, 0]);
    await expectSound(world);
  });

  it('is refused at its start when what it gives has changed by then', async () => {
    const world = await aWorld();
    const id = await askFor(world, '+2h');
    await world.approve('chen', id);
    world.keycloak.things.get(READ)?.gives.push({ id: 'more', name: 'more', client: null });
    await world.advance(7201);
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'refused_at_activation' });
    expect(calls(world)).toEqual([0, 0]);
    await expectSound(world);
  });

  it.each([
    { away: 'a week', seconds: 604_800, state: 'ended', endedBy: 'not_activated', given: 0 },
    { away: 'half an hour', seconds: 9000, state: 'live', given: 1 },
  ])('when the bot was down over its start for $away, it is $state', async ({ seconds, given, state, endedBy }) => {
    const world = await aWorld();
    const id = await askFor(world, '+2h');
    await world.approve('chen', id);
    world.clock.advance(seconds);
    world.restart('two');
    await world.run();
    expect(await world.grantOf(id)).toMatchObject(endedBy === undefined ? { state } : { state, endedBy });
    expect(world.keycloak.count('give')).toBe(given);
    await expectSound(world);
  });

  it('I9: and that overlaps with a live one leaves no gap: one PUT, one DELETE, at the last end', async () => {
    const world = await aWorld();
    const first = await world.lease('ann', READ, '2h');
    const later = await askFor(world, '+1h', { duration: '3h' });
    await world.approve('chen', later);
    await world.advance(3601);
    expect(await world.grantOf(later)).toMatchObject({ state: 'live' });
    await world.advance(3700);
    expect(await world.grantOf(first)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    expect(toldLast(world)).toMatchObject({ say: 'ended', kept: true });
    expect(calls(world)).toEqual([1, 0]);
    await world.advance(7200);
    expect(calls(world)).toEqual([1, 1]);
    await expectSound(world);
  });

  it('and not before the live one is over leaves nothing between them, and the holder hears when it begins', async () => {
    const world = await aWorld();
    await world.lease('ann', READ, '1h');
    const later = await askFor(world, '+2h');
    await world.approve('chen', later);
    const { startsAt } = await world.grantOf(later);
    await world.advance(3601);
    expect(world.keycloak.has('ann', READ)).toBe(false);
    expect(toldLast(world)).toMatchObject({ say: 'ended', kept: false, coming: { startsAt } });
    await world.advance(3600);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    await world.advance(3600);
    expect(calls(world)).toEqual([2, 2]);
    await expectSound(world);
  });

  it('I7: access that another hand gave before the start is not taken for ours', async () => {
    const world = await aWorld();
    const id = await askFor(world, '+2h');
    await world.approve('chen', id);
    world.keycloak.join('ann', READ);
    await world.sweep();
    expect(world.slack.alarms).toEqual([]);
    await world.advance(7201);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
    await world.advance(3601);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    expect(calls(world)).toEqual([0, 0]);
    await expectSound(world);
  });

  it('I27: access of ours that is there before the start is found by the sweep and taken away', async () => {
    const world = await aWorld();
    const id = await askFor(world, '+2h');
    await world.approve('chen', id);
    world.keycloak.join('ann', READ, 'leasehold');
    await world.sweep();
    expect(world.keycloak.has('ann', READ)).toBe(false);
    expect(world.slack.alarms).toMatchObject([{ alarm: 'orphan', removed: true }]);
    expect((await world.audit()).map(({ kind }) => kind)).toContain('orphan.removed');
    await world.advance(7201);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
    await expectSound(world);
  });

  it('I24: does not keep an earlier one that falls due while the database cannot write', async () => {
    const world = await aWorld();
    await world.lease('ann', READ, '1h');
    await world.approve('chen', await askFor(world, '+2h'));
    const claim = () => Promise.reject(new CodedError('store_unavailable', 'the disk is full'));
    const bot = world.restart('one', { ...world.ports, store: { ...world.store, claim } });
    world.clock.advance(3601);
    await bot.converge();
    expect(world.keycloak.has('ann', READ)).toBe(false);
  });

  it('is one pending request like any other, waits as long, and is told with its start', async () => {
    const world = await aWorld({ settings: { requestTtlSeconds: 3600 } });
    const id = await askFor(world, '+2h', { access: DEEP });
    expect(world.buttonsOf(id).card?.request.startsAt).not.toBeNull();
    await world.advance(3700);
    expect(await world.request(id)).toMatchObject({ state: 'expired' });
    await expectSound(world);
  });

  it.each([
    ['never', 'unreadable'],
    ['2025-12-31T18:00', 'past'],
    ['+31d', 'too_far'],
    ['2026-01-05T18:00', null],
  ])('from:%s in the asker’s own time zone: %s', async (start, because) => {
    const world = await aWorld();
    await world.act('ann', {
      intent: 'request',
      access: { by: 'text', text: READ },
      duration: '1h',
      start: { by: 'text', text: start },
      justification: 'INC-42',
    });
    const [pending] = await world.store.pendingRequestsOf(world.slackOf('ann'));
    if (because === null) {
      // Berlin is an hour ahead of UTC in winter.
      expect(pending).toMatchObject({ startsAt: Date.UTC(2026, 0, 5, 17) });
      return;
    }
    expect(pending).toBeUndefined();
    expect(world.refusals('ann')).toEqual([{ refusal: 'bad_start', asked: start, because }]);
  });

  it('counts from when it was asked, however often it is tried', async () => {
    const world = await aWorld();
    const askedAt = world.clock.now();
    world.keycloak.faults.next('list', 'unavailable');
    await world.send('ann', {
      intent: 'request',
      access: { by: 'text', text: READ },
      duration: '1h',
      start: { by: 'text', text: '+1h' },
      justification: 'INC-42',
    });
    await world.run();
    await world.advance(5);
    const [pending] = await world.store.pendingRequestsOf(world.slackOf('ann'));
    expect(pending).toMatchObject({ startsAt: askedAt + 3_600_000 });
  });
});
