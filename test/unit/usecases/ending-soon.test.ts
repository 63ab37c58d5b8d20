import { describe, expect, it } from '@jest/globals';
import { READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

const warnings = (world: World) => world.told('ann').filter(({ say }) => say === 'ending_soon');

describe('the holder is told that a lease ends soon', () => {
  it('once, a quarter of an hour before, with the time that is left', async () => {
    const world = await aWorld();
    const id = await world.lease('ann', READ, '4h');
    await world.advance(4 * 3600 - 930);
    expect(warnings(world)).toEqual([]);
    await world.advance(60);
    expect(warnings(world)).toMatchObject([{ leftSeconds: 900, askedAgain: false, grant: { requestId: id } }]);
    await world.advance(840);
    expect(warnings(world)).toHaveLength(1);
    await world.advance(60);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ended' });
    await expectSound(world);
  });

  it('not of a lease that he has released, nor while a later one keeps the access', async () => {
    const world = await aWorld();
    const { id } = await world.grantOf(await world.lease('ann', READ, '1h'));
    await world.act('ann', { intent: 'release', grantId: id });
    await world.advance(3600);
    await world.lease('ann', READ, '1h');
    const later = await world.lease('ann', READ, '2h');
    await world.advance(3700);
    expect(warnings(world)).toEqual([]);
    await world.advance(3500);
    expect(warnings(world)).toMatchObject([{ grant: { requestId: later } }]);
    await expectSound(world);
  });

  it('after a restart of long ago also late, but never after the end', async () => {
    const world = await aWorld();
    await world.lease('ann', READ, '1h');
    world.clock.advance(3601);
    await world.advance(10);
    expect(warnings(world)).toEqual([]);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ended' });
    await expectSound(world);
  });

  it('and that nobody has decided yet about more time', async () => {
    const world = await aWorld();
    const { id } = await world.grantOf(await world.lease('ann', READ, '1h'));
    await world.act('ann', { intent: 'extend', grantId: id });
    await world.advance(2730);
    expect(warnings(world)).toMatchObject([{ askedAgain: true }]);
  });
});
