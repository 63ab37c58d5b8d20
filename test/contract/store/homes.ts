import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { grantEntry, personActor, requestEntry } from '../../../src/domain/audit-drafts.ts';
import { groupId } from '../../../src/domain/ids.ts';
import type { GroupId } from '../../../src/domain/ids.ts';
import { seatKey } from '../../../src/domain/plan.ts';
import { close, decide, progress } from '../../../src/domain/request.ts';
import type { PendingRequest } from '../../../src/domain/request.ts';
import type { Person, SlackUser } from '../../../src/domain/people.ts';
import { START, aLiveGrant, aPerson, aRequest } from '../../builders/domain.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const bare = { audit: [] };
const [platform, security, other] = ['platform', 'security', 'other'].map(groupId) as [GroupId, GroupId, GroupId];
const stage = (group: GroupId, required = 1) => ({ groupId: group, groupPath: `/approvers/${group}`, required });

/** Who has an App Home, which write has it drawn anew, and what waits for whom. */
export function homeContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());

  const opened = (person: Person, groups: readonly GroupId[] | null = null) =>
    harness.store.commit({ homes: [{ slack: person.slack, groups }], ...bare });
  /** Whose Homes are to be drawn, which then are, as the outbox does it. */
  const drawings = async (): Promise<readonly SlackUser[]> => {
    const claim = { replica: 'a', now: START, until: START + 30_000, limit: 99 };
    const lanes = await harness.store.claimMessages({ ...claim, of: 'homes' });
    const messages = lanes.flatMap((lane) => lane.messages);
    const owners = messages.flatMap(({ body }) => (body.to === 'home' ? [body.slack] : []));
    await harness.store.commit({ homes: owners.map((slack) => ({ slack, groups: null })), ...bare });
    await harness.store.commit({ sent: messages.map(({ key }) => key), ...bare });
    await harness.store.release(
      lanes.map(({ lane }) => lane),
      'a',
      { until: null, attempts: 0 },
    );
    return owners.toSorted((a, b) => a.userId.localeCompare(b.userId));
  };
  const step = (kind: Parameters<typeof requestEntry>[0], request: Parameters<typeof requestEntry>[1], by: Person) =>
    harness.store.commit({ requests: [request], audit: [requestEntry(kind, request, personActor(by), START)] });
  const approved = (request: PendingRequest, by: Person) => {
    const decided = decide(request, { kind: 'approve', leaseSeconds: 60 }, by, START);
    if (!decided.ok) throw new Error(decided.refusal);
    return decided.request;
  };

  it('a step of a request or lease has the Homes of its people drawn, and nobody else’s', async () => {
    const [ann, bob] = [aPerson('ann'), aPerson('bob')];
    await opened(ann);
    await opened(bob);
    const request = aRequest({ requester: ann });
    await step('request.submitted', request, ann);
    expect(await drawings()).toEqual([ann.slack]);
    const grant = aLiveGrant({ person: bob });
    await harness.store.commit({ grants: [grant], audit: [grantEntry('grant.live', grant, personActor(ann), START)] });
    expect(await drawings()).toEqual([bob.slack]);
    await harness.store.commit({ requests: [{ ...request, remindAt: START, revision: 2 }], ...bare });
    expect(await drawings()).toEqual([]);
  });

  it('a decision has the Homes of the group that was asked drawn, and the decider’s', async () => {
    const [ann, chen, dana, erin, fay] = ['ann', 'chen', 'dana', 'erin', 'fay'].map(aPerson) as [
      Person,
      Person,
      Person,
      Person,
      Person,
    ];
    await opened(chen);
    await opened(dana, [platform, other]);
    await opened(erin, [security]);
    await opened(fay, [platform]);
    await opened(fay, [other]);
    const request = aRequest({ requester: ann, plan: [stage(platform), stage(security)] });
    await step('request.submitted', request, ann);
    expect(await drawings()).toEqual([]);
    const second = approved(request, chen);
    await step('request.approval', second, chen);
    expect(await drawings()).toEqual([chen.slack, dana.slack]);
    if (second.state !== 'pending') throw new Error(second.state);
    await step('request.withdrawn', close(second, 'withdrawn', START), ann);
    expect(await drawings()).toEqual([erin.slack]);
    await harness.store.commit({ stirs: [other], ...bare });
    expect(await drawings()).toEqual([dana.slack, fay.slack]);
  });

  it('many changes are one drawing, until it begins', async () => {
    const ann = aPerson('ann');
    await opened(ann, [platform]);
    for (let count = 0; count < 3; count += 1) await harness.store.commit({ stirs: [platform], ...bare });
    expect(await harness.store.countUnsent()).toBe(1);
    await opened(ann, null);
    for (let count = 0; count < 3; count += 1) await harness.store.commit({ stirs: [platform], ...bare });
    expect(await harness.store.countUnsent()).toBe(2);
    expect(await drawings()).toEqual([ann.slack, ann.slack]);
    await harness.store.commit({ stirs: [platform], ...bare });
    expect(await drawings()).toEqual([ann.slack]);
  });

  it('a write that conflicts has nothing drawn', async () => {
    const ann = aPerson('ann');
    await opened(ann);
    await step('request.withdrawn', close(aRequest({ requester: ann }), 'withdrawn', START), ann);
    expect(await drawings()).toEqual([]);
  });

  it('a Home is no card: neither is claimed with the other', async () => {
    const ann = aPerson('ann');
    await opened(ann, [platform]);
    await harness.store.commit({ stirs: [platform], ...bare });
    const claim = { replica: 'a', now: START, until: START + 30_000, limit: 9 };
    expect(await harness.store.claimMessages({ ...claim, of: 'words' })).toEqual([]);
    expect(await harness.store.claimMessages({ ...claim, of: 'cards' })).toEqual([]);
    expect(await harness.store.claimMessages({ ...claim, of: 'homes' })).toHaveLength(1);
  });

  it('finds what waits for somebody: of the groups he is in, the longest waiting first, neither his own nor decided by him', async () => {
    const { store } = harness;
    const [ann, chen] = [aPerson('ann'), aPerson('chen')];
    const asked = async (facts: Partial<PendingRequest>): Promise<PendingRequest> => {
      const request = aRequest({ requester: ann, plan: [stage(platform)], ...facts });
      await store.commit({ requests: [request], ...bare });
      return request;
    };
    const late = await asked({ submittedAt: START + 9 });
    const early = await asked({ submittedAt: START + 1 });
    const ofSecurity = await asked({ submittedAt: START + 5, plan: [stage(security)] });
    await asked({ plan: [stage(other)] });
    await asked({ requester: chen });
    await asked({ beneficiary: chen });
    const halfway = await asked({ plan: [stage(platform, 2)] });
    await store.commit({ requests: [approved(halfway, chen)], ...bare });
    await store.commit({ requests: [close(await asked({}), 'expired', START)], ...bare });
    expect(await store.requestsToDecide(chen.userId, [platform, security], 9)).toEqual([early, ofSecurity, late]);
    expect(await store.requestsToDecide(chen.userId, [platform, security], 2)).toEqual([early, ofSecurity]);
    expect(await store.requestsToDecide(chen.userId, [], 9)).toEqual([]);
  });

  it('knows the stage of a request at each of its approvals', async () => {
    const { store } = harness;
    const plan = [stage(platform, 2), stage(security), stage(other, 3)];
    let request = aRequest({ plan });
    await store.commit({ requests: [request], ...bare });
    const nobody = aPerson();
    for (let count = 0; count < 6; count += 1) {
      const current = progress(request)?.index;
      for (const [index, one] of plan.entries()) {
        const found = await store.requestsToDecide(nobody.userId, [seatKey(one)], 9);
        expect(found).toEqual(index === current ? [request] : []);
      }
      const next = approved(request, aPerson());
      if (next.state !== 'pending') break;
      await store.commit({ requests: [next], ...bare });
      request = next;
    }
    expect(request.approvals).toHaveLength(5);
  });
}
