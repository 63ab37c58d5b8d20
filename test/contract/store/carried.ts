import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { holdingKey } from '../../../src/domain/grant.ts';
import type { LiveGrant } from '../../../src/domain/grant.ts';
import { gateId, grantId, resourceId } from '../../../src/domain/ids.ts';
import type { CarriedSession } from '../../../src/usecases/carried-store.ts';
import type { Batch } from '../../../src/usecases/store-port.ts';
import { START, aGrant, aHolding, aLiveGrant, aPerson } from '../../builders/domain.ts';
import { aDraft, allEntries } from './harness.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const role = { kind: 'realm-role', id: resourceId('role'), path: 'refund', clientUuid: null } as const;
const inToken = { ...role, inToken: true } as const;
const ended = (grant: LiveGrant) =>
  ({ ...grant, state: 'ended', endedAt: START + 9, endedBy: 'release', revision: grant.revision + 1 }) as const;

/** Sessions that carry what is nowhere else, and the leases behind them. */
export function carriedContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());

  const commit = (batch: Omit<Batch, 'audit'>) => harness.store.commit({ ...batch, audit: [] });
  const aLease = async (): Promise<LiveGrant> => {
    const grant = aLiveGrant({ resource: inToken });
    await commit({ grants: [grant] });
    return grant;
  };
  const told = (carries: CarriedSession['carries'], facts: Partial<CarriedSession> = {}): CarriedSession => ({
    ...{ session: 'session', carries, userId: aPerson().userId, toldAt: START, dueAt: null, endedAt: null },
    ...facts,
  });
  const claim = (now: number, limit = 9) => harness.store.claimCarried({ now, until: now + 15, limit });

  it('one is read back by its session, and what is known stays as it is', async () => {
    const [grant, other] = [await aLease(), await aLease()];
    const [first, second, else_] = [told(grant.id), told(other.id), told(grant.id, { session: 'another' })];
    await harness.store.carry([first, second, else_]);
    await harness.store.carry([{ ...first, toldAt: START + 5 }]);
    const known = [first, second].sort((a, b) => (a.carries < b.carries ? -1 : 1));
    expect(await harness.store.carriedBy('session')).toEqual(known);
    expect(await harness.store.carriedBy('another')).toEqual([else_]);
    expect(await harness.store.carriedBy('unknown')).toEqual([]);
  });

  it('without an end of its own one is put on record only for a lease that is live', async () => {
    const over = await aLease();
    const planned = aGrant({ resource: inToken });
    await commit({ grants: [ended(over), planned] });
    await harness.store.carry([over.id, planned.id, grantId('no such')].map((id) => told(id)));
    expect(await harness.store.carriedBy('session')).toEqual([]);
    const approved = told(gateId('a gate'), { dueAt: START + 5 });
    await harness.store.carry([approved]);
    expect(await harness.store.carriedBy('session')).toEqual([approved]);
  });

  it('with the end of its lease it is due, or forgotten, in the same write', async () => {
    const [early, onTime, running] = [await aLease(), await aLease(), await aLease()];
    const rows = [early, onTime, running].map(({ id }) => told(id));
    await harness.store.carry(rows);
    await commit({ grants: [ended(early)], carriedOver: [{ lease: early.id, dueAt: START + 9 }] });
    await commit({ grants: [ended(onTime)], carriedOver: [{ lease: onTime.id, dueAt: null }] });
    expect(await claim(START + 8)).toEqual([]);
    expect(await claim(START + 9)).toEqual([{ ...told(early.id), userId: rows[0]?.userId, dueAt: START + 24 }]);
    expect((await harness.store.carriedBy('session')).map(({ carries }) => carries).sort()).toEqual(
      [early.id, running.id].sort(),
    );
  });

  it('one that is put on record while its lease ends is due with it, or not on record', async () => {
    for (let round = 0; round < 20; round++) {
      const grant = await aLease();
      const row = told(grant.id, { session: `session ${round}` });
      const end = { grants: [ended(grant)], carriedOver: [{ lease: grant.id, dueAt: START + 9 }] };
      await Promise.all(
        round % 2 === 0 ? [commit(end), harness.store.carry([row])] : [harness.store.carry([row]), commit(end)],
      );
      for (const { dueAt } of await harness.store.carriedBy(row.session)) expect(dueAt).toBe(START + 9);
    }
  });

  it('an end that conflicts leaves it as it was', async () => {
    const grant = await aLease();
    const row = told(grant.id);
    await harness.store.carry([row]);
    const late = { ...ended(grant), revision: grant.revision + 2 };
    expect(await commit({ grants: [late], carriedOver: [{ lease: grant.id, dueAt: START }] })).toBe('conflict');
    expect(await harness.store.carriedBy('session')).toEqual([row]);
  });

  it('a claimed one is nobody else’s until the claim is over, the first due first', async () => {
    const dues = [3, 1, 2].map((due) => told(gateId(`gate ${due}`), { dueAt: START + due }));
    await harness.store.carry(dues);
    expect((await claim(START + 5, 2)).map(({ carries }) => carries).sort()).toEqual(['gate 1', 'gate 2']);
    expect((await claim(START + 5)).map(({ carries }) => carries)).toEqual(['gate 3']);
    expect(await claim(START + 19)).toEqual([]);
    expect(await claim(START + 20)).toHaveLength(3);
  });

  it('one claim is settled once, and its entry is written once', async () => {
    await harness.store.carry([told(gateId('gate'), { dueAt: START })]);
    const [claimed] = await claim(START);
    if (claimed === undefined) throw new Error('nothing was due');
    const next = { dueAt: START + 30, endedAt: START + 1 };
    const settle = () => harness.store.commit({ carriedEnded: [{ claimed, next }], audit: [aDraft()] });
    const before = (await allEntries(harness.store)).length;
    expect((await Promise.all([settle(), settle()])).sort()).toEqual(['committed', 'conflict']);
    expect(await allEntries(harness.store)).toHaveLength(before + 1);
    expect(await harness.store.carriedBy('session')).toEqual([{ ...claimed, ...next }]);
    const [again] = await claim(START + 30);
    if (again === undefined) throw new Error('it is not due again');
    expect(again.endedAt).toBe(START + 1);
    expect(await commit({ carriedEnded: [{ claimed, next: null }] })).toBe('conflict');
    expect(await commit({ carriedEnded: [{ claimed: again, next: null }] })).toBe('committed');
    expect(await harness.store.carriedBy('session')).toEqual([]);
  });

  it('a lease in tokens alone is held apart from one of the same role in Keycloak, and is none of the managed', async () => {
    const written = aLiveGrant({ resource: role });
    const carried = aLiveGrant({ resource: inToken, person: written.person });
    const holdings = [aHolding({}, written), aHolding({}, carried)];
    await commit({ grants: [written, carried], holdings });
    for (const [grant, holding] of [
      [written, holdings[0]],
      [carried, holdings[1]],
    ] as const) {
      const key = holdingKey(grant.realm, grant.person.userId, grant.resource);
      expect(await harness.store.holding(key)).toEqual({ holding, grants: [grant] });
    }
    expect(await harness.store.managedResources()).toEqual([role]);
    expect((await harness.store.openHoldings('', 9)).flatMap(({ grants }) => grants)).toHaveLength(2);
    await commit({ grants: [ended(carried)] });
    expect(await harness.store.lastLease(carried.person.userId, inToken)).toEqual(ended(carried));
    expect(await harness.store.lastLease(carried.person.userId, role)).toBeNull();
  });
}
