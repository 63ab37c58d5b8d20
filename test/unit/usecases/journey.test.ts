import { describe, expect, it } from '@jest/globals';
import { PLATFORM, READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

describe('the whole journey', () => {
  it('asked, approved, live, ended by expiry: everybody hears each step and the access is gone', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', 'read', '1h', 'INC-42 replication lag');
    expect(world.told('ann').map((words) => words.say)).toEqual(['received']);
    expect(world.buttonsOf(id, 'card')).toMatchObject({ channel: PLATFORM, buttons: { version: 1, stage: 0 } });

    await world.approve('chen', id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    expect(world.told('ann').map((words) => words.say)).toEqual(['received', 'decided', 'live']);
    expect(world.told('chen').map((words) => words.say)).toEqual(['your_decision']);
    const live = await world.grantOf(id);
    expect(live).toMatchObject({ state: 'live', expiresAt: world.clock.now() + 3_600_000 });

    await world.advance(3599);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    await world.advance(1);
    expect(world.keycloak.has('ann', READ)).toBe(false);
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    expect(world.told('ann').map((words) => words.say)).toEqual([
      'received',
      'decided',
      'live',
      'ending_soon',
      'ended',
    ]);
    expect(world.slack.messages.filter((one) => one.kind === 'line').map((one) => one.line?.line)).toEqual([
      'asked',
      'approved',
      'live',
      'ending_soon',
      'ended',
    ]);
    expect(world.keycloak.count('give')).toBe(1);
    expect(world.keycloak.count('take')).toBe(1);
    expect((await world.audit()).map((entry) => entry.kind)).toEqual([
      'instance.created',
      'request.submitted',
      'request.approved',
      'grant.planned',
      'grant.live',
      'grant.ended',
    ]);
    await expectSound(world);
  });
});
