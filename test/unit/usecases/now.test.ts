import { describe, expect, it } from '@jest/globals';
import type { RequestId } from '../../../src/domain/ids.ts';
import { READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const cardOf = (world: World, id: RequestId) =>
  world.slack.messages.findLast(({ card, kind }) => kind === 'card' && card?.request.id === id)?.card;

describe('what a pending card says of now', () => {
  it('is nobody and the first time, where that is so', async () => {
    const world = await aWorld();
    await world.lease('bob', 'db-reader');
    expect(cardOf(world, await world.ask('ann'))).toMatchObject({ others: { count: 0, some: [] }, lastLease: null });
  });

  it('is who else holds this very access by a lease, and when the beneficiary had it last', async () => {
    const world = await aWorld();
    const before = await world.lease('ann', READ, '1h');
    await world.advance(3605);
    await world.lease('bob', READ);
    await world.lease('erin', READ);
    const id = await world.ask('ann');
    const others = cardOf(world, id)?.others;
    expect(others?.count).toBe(2);
    expect(others?.some.map(({ userId }) => userId).toSorted()).toEqual(['UBOB', 'UERIN']);
    expect(cardOf(world, id)).toMatchObject({ heldUntil: null, lastLease: { requestId: before } });
  });

  it('is drawn anew with the card, and gone once it is decided', async () => {
    const world = await aWorld();
    const bob = await world.lease('bob', READ);
    const id = await world.ask('ann');
    expect(cardOf(world, id)?.others).toMatchObject({ count: 1 });
    await world.act('bob', { intent: 'release', grantId: (await world.grantOf(bob)).id });
    await world.advance(43_500);
    expect(world.buttonsOf(id, 'card').card?.others).toMatchObject({ count: 0 });
    await world.approve('chen', id);
    expect(cardOf(world, id)).toMatchObject({ others: null, lastLease: null });
  });
});
