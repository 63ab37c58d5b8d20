import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Grant } from '../../../src/domain/grant.ts';
import type { Holding } from '../../../src/domain/holding.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import type { Claimed } from '../../../src/usecases/store-port.ts';
import { START, aGrant, aHolding, aLiveGrant, aPerson, aResource } from '../../builders/domain.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const bare = { audit: [] };
const until = START + 30_000;

export function holdingContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());
  const kept = async (facts: Partial<Holding> = {}, grant: Grant | null = null): Promise<Holding> => {
    const holding = aHolding(facts, grant ?? aGrant());
    await harness.store.commit({ holdings: [holding], grants: grant === null ? [] : [grant], ...bare });
    return holding;
  };
  const claim = (replica: string, now = START, limit = 9): Promise<readonly Claimed[]> =>
    harness.store.claim({ replica, now, until, limit });

  it('a claim takes what is due, soonest first, with its open grants, and raises the epoch', async () => {
    const grant = aLiveGrant();
    const later = await kept({ nextLookAt: START - 1 });
    const sooner = await kept({ nextLookAt: START - 2 }, grant);
    await kept({ nextLookAt: START + 1 });
    await kept({ nextLookAt: null });
    const rowLease = { replica: 'a', until };
    expect(await claim('a')).toEqual([
      { holding: { ...sooner, epoch: 1, rowLease }, grants: [grant] },
      { holding: { ...later, epoch: 1, rowLease }, grants: [] },
    ]);
  });

  it('I26: what one replica has claimed no other gets, until the row lease is over', async () => {
    await Promise.all(Array.from({ length: 9 }, () => kept()));
    const claims = await Promise.all([claim('a', START, 4), claim('b', START, 4), claim('c', START, 4)]);
    const keys = claims.flat().map((each) => each.holding.key);
    expect(keys).toHaveLength(9);
    expect(new Set(keys).size).toBe(9);
    expect(await claim('d', until - 1)).toEqual([]);
    const again = await claim('d', until);
    expect(again.map(({ holding }) => [holding.epoch, holding.rowLease?.replica])).toEqual(keys.map(() => [2, 'd']));
  });

  it('I26: whoever lost his claim cannot write, nor end a grant with it', async () => {
    const grant = aLiveGrant();
    await kept({}, grant);
    const [lost] = await claim('a');
    const [mine] = await claim('b', until);
    const ended: Grant = { ...grant, state: 'ended', endedAt: START, endedBy: 'expiry', revision: 2 };
    const next = (holding: Holding | undefined): Holding => ({ ...aHolding({}, grant), ...holding, revision: 2 });
    expect(await harness.store.commit({ grants: [ended], holdings: [next(lost?.holding)], ...bare })).toBe('conflict');
    expect(await harness.store.grant(grant.id)).toEqual(grant);
    expect(await harness.store.commit({ grants: [ended], holdings: [next(mine?.holding)], ...bare })).toBe('committed');
  });

  it('of two writes on one revision the second conflicts', async () => {
    const holding = await kept();
    const write = (): Promise<string> => harness.store.commit({ holdings: [{ ...holding, revision: 2 }], ...bare });
    expect(await Promise.all([write(), write()])).toEqual(['committed', 'conflict']);
    expect(await harness.store.commit({ holdings: [holding], ...bare })).toBe('conflict');
  });

  it('one holding carries all open grants of a person on a resource, and none that ended', async () => {
    const [person, resource] = [aPerson(), aResource()];
    const first = aLiveGrant({ person, resource, approvedAt: START });
    const second = aGrant({ person, resource, approvedAt: START + 1 });
    const holding = await kept({}, first);
    await harness.store.commit({ grants: [second, aGrant({ person }), aGrant({ resource })], ...bare });
    expect((await harness.store.holding(holding.key))?.grants).toEqual([first, second]);
    const ended: Grant = { ...first, state: 'ended', endedAt: START, endedBy: 'release', revision: 2 };
    await harness.store.commit({ grants: [ended], ...bare });
    expect((await harness.store.holding(holding.key))?.grants).toEqual([second]);
    expect(await harness.store.holding('acme/nobody')).toBeNull();
  });

  it('the sweep pages through every open holding once, and finds those at rest by resource and person', async () => {
    const { store } = harness;
    const open = [
      await kept({ nextLookAt: null }, aLiveGrant()),
      await kept({ nextLookAt: null, puts: 1 }),
      await kept({ deletes: 1 }, aGrant()),
    ];
    const due = await kept({ nextLookAt: START });
    const resting = [await kept({ nextLookAt: null }), await kept({ nextLookAt: null, owned: false })];
    const byKey = (a: string, b: string): number => (a < b ? -1 : 1);
    const seen: string[] = [];
    for (
      let page = await store.openHoldings('', 2);
      page.length > 0;
      page = await store.openHoldings(seen.at(-1) ?? '', 2)
    ) {
      seen.push(...page.map((each) => each.holding.key));
    }
    expect(seen).toEqual(open.map((each) => each.key).sort(byKey));
    const all = [...open, due, ...resting];
    const byId = (a: Resource, b: Resource): number => byKey(a.id, b.id);
    expect([...(await store.managedResources())].sort(byId)).toEqual(all.map(({ resource }) => resource).sort(byId));
    const users = all.map(({ userId }) => userId);
    const found = await Promise.all(all.map(({ resource }) => store.restingHoldings(resource, users)));
    expect(found.flat().map(({ key }) => key)).toEqual(resting.map(({ key }) => key));
    expect(await store.restingHoldings(resting[0]?.resource ?? due.resource, [])).toEqual([]);
  });

  it('a resource that was renamed is managed once, by its latest path', async () => {
    const resource = aResource('/old');
    await kept({}, aGrant({ resource }));
    await kept({}, aGrant({ resource: { ...resource, path: '/new' } }));
    expect(await harness.store.managedResources()).toEqual([{ ...resource, path: '/new' }]);
  });

  it('tells the next look, what is overdue, and wakes what failed', async () => {
    const { store } = harness;
    expect(await store.nextLook()).toBeNull();
    expect(await store.overdue(START)).toEqual({ count: 0, oldest: null });
    await kept({ nextLookAt: START + 50 });
    const failed = await kept({ nextLookAt: START + 60, failures: 2 });
    expect(await store.nextLook()).toBe(START + 50);
    expect(await store.overdue(START + 50)).toEqual({ count: 0, oldest: null });
    expect(await store.overdue(START + 61)).toEqual({ count: 2, oldest: START + 50 });
    await store.wakeFailed(START + 10);
    expect(await store.nextLook()).toBe(START + 10);
    expect((await claim('a', START + 10)).map((each) => each.holding.key)).toEqual([failed.key]);
  });
}
