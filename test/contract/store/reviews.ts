import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { nextReviewReminder, sign, takeAtOnce } from '../../../src/domain/break-glass.ts';
import { groupId } from '../../../src/domain/ids.ts';
import type { GroupId } from '../../../src/domain/ids.ts';
import type { Person } from '../../../src/domain/people.ts';
import { close } from '../../../src/domain/request.ts';
import type { TakenRequest } from '../../../src/domain/request.ts';
import { personActor, requestEntry } from '../../../src/domain/audit-drafts.ts';
import { START, aPerson, aRequest } from '../../builders/domain.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const bare = { audit: [] };
const HOUR_MS = 3_600_000;
const [platform, security] = ['platform', 'security'].map(groupId) as [GroupId, GroupId];
const stage = (group: GroupId) => ({ groupId: group, groupPath: `/approvers/${group}`, required: 1 });
const ids = (rows: readonly { readonly id: string }[]): readonly string[] => rows.map(({ id }) => id);

/** What was taken by break-glass, and what waits for signatures; and the requests of somebody who leaves. */
export function reviewContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());

  const taken = async (by: Person, at = START, plan = [stage(platform), stage(security)]): Promise<TakenRequest> => {
    const row = takeAtOnce({ ...aRequest(), plan, askedSeconds: 60, submittedAt: at }, by);
    expect(await harness.store.commit({ requests: [row], ...bare })).toBe('committed');
    return row;
  };
  const signed = async (row: TakenRequest, by: Person): Promise<TakenRequest> => {
    const result = sign(row, { by, at: START + 1, right: true, comment: null });
    if (!result.ok) throw new Error(result.refusal);
    expect(await harness.store.commit({ requests: [result.request], ...bare })).toBe('committed');
    return result.request;
  };

  it('what was taken is read as it was written, beside a request that waits for the same', async () => {
    const { store } = harness;
    const ann = aPerson();
    const waiting = aRequest({ requester: ann });
    await store.commit({ requests: [waiting], ...bare });
    const row = takeAtOnce({ ...aRequest(), resource: waiting.resource, askedSeconds: 60, submittedAt: START }, ann);
    expect(await store.commit({ requests: [row], ...bare })).toBe('committed');
    expect(await store.request(row.id)).toEqual(row);
    const twice = await signed(await signed(row, aPerson()), aPerson());
    expect(await store.request(row.id)).toEqual(twice);
  });

  it('counts what one person took, and when; what he asked for does not count', async () => {
    const { store } = harness;
    const [ann, bob] = [aPerson(), aPerson()];
    for (const at of [START, START + 5, START + 9]) await taken(ann, at);
    await taken(bob);
    await store.commit({ requests: [aRequest({ requester: ann })], ...bare });
    expect(await store.countTakenSince(ann.userId, START + 5)).toBe(2);
    expect(await store.countTakenSince(ann.userId, START)).toBe(3);
    expect(await store.countTakenSince(aPerson().userId, START)).toBe(0);
  });

  it('a review waits for the people of its first group, less who took it and who signed, until it is closed', async () => {
    const { store } = harness;
    const [ann, chen, dana, erin] = [aPerson(), aPerson(), aPerson(), aPerson()];
    const second = await taken(ann, START + 2);
    const first = await taken(ann, START + 1);
    const other = await taken(ann, START, [stage(security)]);
    const seenBy = async (who: Person, ...groups: readonly GroupId[]) =>
      ids(await store.reviewsToSign(who.userId, groups, 9));
    expect(await seenBy(chen, platform)).toEqual([first.id, second.id]);
    expect(await seenBy(chen, platform, security)).toEqual([other.id, first.id, second.id]);
    expect(await seenBy(ann, platform, security)).toEqual([]);
    expect(await seenBy(chen)).toEqual([]);
    expect(ids(await store.reviewsToSign(chen.userId, [platform], 1))).toEqual([first.id]);
    expect(await store.countOpenReviews()).toBe(3);
    const once = await signed(first, chen);
    expect(await seenBy(chen, platform)).toEqual([second.id]);
    expect(await seenBy(dana, platform)).toEqual([first.id, second.id]);
    await signed(once, dana);
    expect(await seenBy(erin, platform)).toEqual([second.id]);
    expect(await store.countOpenReviews()).toBe(2);
  });

  it('is reminded of when its time has come, the first one first, and not once it is closed', async () => {
    const { store } = harness;
    const later = await taken(aPerson(), START + 5);
    const sooner = await taken(aPerson(), START);
    expect(await store.reviewsToRemind(START + HOUR_MS - 1, 9)).toEqual([]);
    expect(ids(await store.reviewsToRemind(START + HOUR_MS, 9))).toEqual([sooner.id]);
    expect(ids(await store.reviewsToRemind(START + 2 * HOUR_MS, 9))).toEqual([sooner.id, later.id]);
    expect(ids(await store.reviewsToRemind(START + 2 * HOUR_MS, 1))).toEqual([sooner.id]);
    const next = nextReviewReminder(START, START + HOUR_MS);
    await store.commit({ requests: [{ ...sooner, remindAt: next, revision: 2 }], ...bare });
    expect(ids(await store.reviewsToRemind(START + 2 * HOUR_MS, 9))).toEqual([later.id]);
    await signed(await signed(later, aPerson()), aPerson());
    expect(await store.reviewsToRemind(START + 2 * HOUR_MS, 9)).toEqual([]);
    expect(await store.requestsToRemind(START + 2 * HOUR_MS, 9)).toEqual([]);
  });

  it('the audit of what was taken holds a commitment to its justification', async () => {
    const { store } = harness;
    const ann = aPerson();
    const row = takeAtOnce({ ...aRequest(), askedSeconds: 60, submittedAt: START }, ann);
    await store.commit({ requests: [row], audit: [requestEntry('request.taken', row, personActor(ann), START)] });
    const [entry] = await store.audit({ person: null, access: null, since: null, until: null, state: null }, 0, 1);
    expect(entry).toMatchObject({
      kind: 'request.taken',
      data: { justification: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it('finds what waits by and for an account, each once, the oldest first', async () => {
    const { store } = harness;
    const [ann, bob] = [aPerson('ann'), aPerson('bob')];
    const rows = [
      aRequest({ requester: ann, submittedAt: START + 3 }),
      aRequest({ requester: bob, beneficiary: ann, submittedAt: START + 1 }),
      aRequest({ requester: ann, beneficiary: bob, submittedAt: START + 2 }),
      aRequest({ requester: bob }),
    ];
    const over = aRequest({ requester: ann });
    await store.commit({ requests: [...rows, over], ...bare });
    await store.commit({ requests: [close(over, 'withdrawn', START)], ...bare });
    expect(ids(await store.pendingRequestsAbout(ann.slack))).toEqual([rows[1]?.id, rows[2]?.id, rows[0]?.id]);
    expect(ids(await store.pendingRequestsAbout(bob.slack))).toHaveLength(3);
    expect(await store.pendingRequestsAbout(aPerson().slack)).toEqual([]);
  });
}
