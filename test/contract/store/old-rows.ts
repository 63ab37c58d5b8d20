import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { seatKey } from '../../../src/domain/plan.ts';
import { START, aPerson, aRequest } from '../../builders/domain.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

/** @param age SQL that takes from every request what was not yet written, and says of one described so that it was reminded */
export function oldRowContract(open: OpenStore, age: string): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());

  it('a request written before there were questions and more than one reminder is read, and reminded at half of its waiting', async () => {
    const { store } = harness;
    const [fresh, reminded] = ['fresh', 'reminded'].map((description) =>
      aRequest({ description, waitsUntil: START + 100, remindAt: START + 5 }),
    );
    if (fresh === undefined || reminded === undefined) throw new Error('no requests');
    await store.commit({ requests: [fresh, reminded], audit: [] });
    await harness.asClient(age);
    expect(await store.request(fresh.id)).toMatchObject({ ...fresh, questions: [], remindAt: null });
    expect(await store.requestsToEscalate(START + 99, 9)).toEqual([]);
    expect(await store.requestsToDecide(aPerson().userId, fresh.plan.map(seatKey), 9)).toHaveLength(1);
    expect(await store.requestsToRemind(START + 49, 9)).toEqual([]);
    expect((await store.requestsToRemind(START + 50, 9)).map(({ id }) => id)).toEqual([fresh.id]);
    const [due] = await store.requestsToRemind(START + 50, 9);
    if (due === undefined) throw new Error('none is due');
    await store.commit({ requests: [{ ...due, revision: 2 }], audit: [] });
    expect(await store.requestsToRemind(START + 99, 9)).toEqual([]);
  });
}
