import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { EndedGrant, LiveGrant } from '../../../src/domain/grant.ts';
import { close, decide } from '../../../src/domain/request.ts';
import type { PendingRequest } from '../../../src/domain/request.ts';
import { personActor, requestEntry } from '../../../src/domain/audit-drafts.ts';
import { sha256 } from '../../../src/lib/hash.ts';
import { START, aGrant, aHolding, aLiveGrant, aPerson, aRequest, aResource } from '../../builders/domain.ts';
import { aDraft, allEntries } from './harness.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const bare = { audit: [] };
const ended = (grant: LiveGrant, endedAt: number, revision = grant.revision + 1): EndedGrant => ({
  ...grant,
  state: 'ended',
  endedAt,
  endedBy: 'expiry',
  revision,
});

export function commitContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());
  const submitted = async (facts: Partial<PendingRequest> = {}): Promise<PendingRequest> => {
    const request = aRequest(facts);
    expect(await harness.store.commit({ requests: [request], ...bare })).toBe('committed');
    return request;
  };

  it('what was committed is read back as it was', async () => {
    const { store } = harness;
    const request = aRequest({ justification: 'why — “quoted” 💥' });
    const grant = aGrant({ requestId: request.id });
    const live = aLiveGrant({ person: grant.person, resource: grant.resource });
    const holding = aHolding({ rowLease: { replica: 'a', until: START + 5 }, held: 'refused' }, grant);
    await store.commit({ requests: [request], grants: [grant, live], holdings: [holding], ...bare });
    expect(await store.request(request.id)).toEqual(request);
    expect(await store.pendingRequest(request.beneficiary.userId, request.resource)).toEqual(request);
    expect(await store.pendingRequestsOf(request.requester.slack)).toEqual([request]);
    expect(await store.grant(live.id)).toEqual(live);
    expect(await store.grantOfRequest(request.id)).toEqual(grant);
    expect(await store.openGrantsOf(grant.person.slack)).toEqual(expect.arrayContaining([grant, live]));
    expect(await store.liveGrantsOf(grant.person.userId)).toEqual([live]);
    expect(await store.liveGrantsOf(aPerson().userId)).toEqual([]);
    expect(await store.countOpenGrants()).toBe(2);
    expect(await store.holding(holding.key)).toEqual({ holding, grants: expect.arrayContaining([grant, live]) });
  });

  it('I15: of two decisions on one revision the second conflicts and changes nothing', async () => {
    const request = await submitted();
    const denied = decide(request, { kind: 'deny', comment: null }, aPerson(), START);
    if (!denied.ok) throw new Error(denied.refusal);
    const withdrawn = close(request, 'withdrawn', START);
    const grant = aGrant({ requestId: request.id });
    expect(
      await Promise.all([
        harness.store.commit({ requests: [denied.request], audit: [aDraft(1)] }),
        harness.store.commit({ grants: [grant], requests: [withdrawn], audit: [aDraft(2)] }),
      ]),
    ).toEqual(['committed', 'conflict']);
    expect(await harness.store.request(request.id)).toEqual(denied.request);
    expect(await harness.store.grant(grant.id)).toBeNull();
    expect((await allEntries(harness.store)).map((entry) => entry.correlationId)).not.toContain('draft-2');
  });

  it('a revision that skips one, repeats one or has no row before it conflicts', async () => {
    const { store } = harness;
    const request = await submitted();
    const grant = aGrant();
    await store.commit({ grants: [grant], ...bare });
    expect(await store.commit({ requests: [request], ...bare })).toBe('conflict');
    expect(await store.commit({ requests: [{ ...request, revision: 3 }], ...bare })).toBe('conflict');
    expect(await store.commit({ requests: [aRequest({ revision: 2 })], ...bare })).toBe('conflict');
    expect(await store.commit({ grants: [grant], ...bare })).toBe('conflict');
    expect(await store.commit({ grants: [{ ...grant, revision: 3 }], ...bare })).toBe('conflict');
    expect(await store.commit({ grants: [{ ...grant, revision: 2, expiresAt: START }], ...bare })).toBe('committed');
  });

  it('one person has at most one pending request for a resource, and may ask again when it is settled', async () => {
    const request = await submitted();
    const again = aRequest({ requester: request.requester, resource: request.resource });
    expect(await harness.store.commit({ requests: [again], ...bare })).toBe('conflict');
    await submitted({ requester: request.requester });
    await submitted({ resource: request.resource });
    await harness.store.commit({ requests: [close(request, 'expired', START)], ...bare });
    expect(await harness.store.commit({ requests: [again], ...bare })).toBe('committed');
  });

  it('I12: a request becomes at most one grant', async () => {
    const grant = aGrant();
    await harness.store.commit({ grants: [grant], ...bare });
    expect(await harness.store.commit({ grants: [aGrant({ requestId: grant.requestId })], ...bare })).toBe('conflict');
  });

  it('of commits that share a write, a conflict undoes itself alone', async () => {
    const { store } = harness;
    const taken = await submitted();
    const fresh = Array.from({ length: 120 }, () => aRequest());
    const outcomes = await Promise.all(
      fresh.map((request, index) => {
        const rival = aRequest({ requester: taken.requester, resource: taken.resource });
        const requests = index % 7 === 3 ? [request, rival] : [request];
        return store.commit({ requests, audit: [aDraft(index)] });
      }),
    );
    expect(outcomes).toEqual(fresh.map((_, index) => (index % 7 === 3 ? 'conflict' : 'committed')));
    const stored = await Promise.all(fresh.map((request) => store.request(request.id)));
    expect(stored.map((request) => (request === null ? 'conflict' : 'committed'))).toEqual(outcomes);
    const [, ...entries] = await allEntries(store);
    expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 2));
    expect(entries.map((entry) => entry.data['number'])).toEqual(fresh.flatMap((_, i) => (i % 7 === 3 ? [] : [i])));
  });

  it('an entry that cannot be written canonically is refused alone, with all that came with it', async () => {
    const { store } = harness;
    const [spoilt, good] = [aRequest(), aRequest()];
    const outcomes = await Promise.allSettled([
      store.commit({ requests: [spoilt], audit: [{ ...aDraft(), data: { half: 0.5 } }] }),
      store.commit({ requests: [good], audit: [aDraft(1)] }),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'fulfilled']);
    expect(await store.request(spoilt.id)).toBeNull();
    expect(await store.request(good.id)).toEqual(good);
  });

  it('the audit holds a commitment to the justification, never its text, and the text can be erased', async () => {
    const request = aRequest({ justification: 'because of the merger' });
    const entry = requestEntry('request.submitted', request, personActor(request.requester), START);
    await harness.store.commit({ requests: [request], audit: [entry] });
    const [, written] = await allEntries(harness.store);
    expect(written?.data['justification']).toMatch(/^[0-9a-f]{64}$/);
    expect(written?.data['justification']).not.toBe(sha256('because of the merger'));
    expect(JSON.stringify(written)).not.toContain('merger');
    await harness.asClient('DELETE FROM justifications');
    expect(await harness.store.request(request.id)).toEqual({ ...request, justification: '' });
  });

  it('finds the live grants whose holders are to be told that they end soon, the first one first, and each once', async () => {
    const { store } = harness;
    const [second, first, never] = [START + 5, START + 3, null].map((warnAt) => aLiveGrant({ warnAt }));
    const planned = aGrant();
    for (const grant of [second, first, never, planned])
      if (grant !== undefined) await store.commit({ grants: [grant], ...bare });
    expect(await store.grantsToWarn(START + 2, 9)).toEqual([]);
    expect(await store.grantsToWarn(START + 5, 9)).toEqual([first, second]);
    expect(await store.grantsToWarn(START + 5, 1)).toEqual([first]);
    if (first === undefined || second === undefined) throw new Error('no grants');
    const ended = { ...second, state: 'ended', endedAt: START + 5, endedBy: 'release', revision: 2 } as const;
    await store.commit({ grants: [{ ...first, warnAt: null, revision: 2 }, ended], ...bare });
    expect(await store.grantsToWarn(START + 9, 9)).toEqual([]);
  });

  it('tells who else holds a resource now by a live lease, each person once, and names as many as are wanted', async () => {
    const { store } = harness;
    const resource = aResource();
    const people = Array.from({ length: 4 }, () => aPerson()).sort((a, b) => (a.userId < b.userId ? -1 : 1));
    const [me, ...others] = people;
    if (me === undefined) throw new Error('nobody');
    const twin = { ...resource, kind: 'realm-role' } as const;
    const { person: stranger } = aGrant();
    const grants = [
      ...people.map((person) => aLiveGrant({ person, resource })),
      ...others.map((person) => aLiveGrant({ person, resource })),
      aGrant({ person: stranger, resource }),
      aLiveGrant({ person: stranger, resource: twin }),
      aLiveGrant({ person: stranger }),
    ];
    for (const grant of grants) await store.commit({ grants: [grant], ...bare });
    const slacks = others.map(({ slack }) => slack);
    expect(await store.leaseholders(resource, me.userId, 9)).toEqual({ count: 3, some: slacks });
    expect(await store.leaseholders(resource, me.userId, 2)).toEqual({ count: 3, some: slacks.slice(0, 2) });
    expect(await store.leaseholders(resource, stranger.userId, 1)).toEqual({ count: 4, some: [me.slack] });
    expect(await store.leaseholders(aResource(), me.userId, 9)).toEqual({ count: 0, some: [] });
    for (const grant of grants)
      if (grant.state === 'live') await store.commit({ grants: [ended(grant, START + 9)], ...bare });
    expect(await store.leaseholders(resource, me.userId, 9)).toEqual({ count: 0, some: [] });
  });

  it('tells by which lease somebody had a resource last; one that never went live does not count', async () => {
    const { store } = harness;
    const [person, resource] = [aPerson(), aResource()];
    const had = [START + 5, START + 9, START + 7].map((endedAt) => ended(aLiveGrant({ person, resource }), endedAt, 1));
    const missed = {
      ...aGrant({ person, resource }),
      liveAt: null,
      endedAt: START + 20,
      endedBy: 'not_activated',
    } as const;
    const other = [ended(aLiveGrant({ resource }), START + 30, 1), ended(aLiveGrant({ person }), START + 30, 1)];
    await store.commit({ grants: [{ ...missed, state: 'ended' }, aLiveGrant({ person, resource })], ...bare });
    expect(await store.lastLease(person.userId, resource)).toBeNull();
    for (const grant of [...had, ...other]) await store.commit({ grants: [grant], ...bare });
    expect(await store.lastLease(person.userId, resource)).toEqual(had[1]);
    expect(await store.lastLease(aPerson().userId, resource)).toBeNull();
    expect(await store.lastLease(person.userId, { ...resource, kind: 'realm-role' })).toBeNull();
  });

  it('finds the requests that waited too long, want a reminder or came too often', async () => {
    const { store } = harness;
    const requester = aPerson();
    const early = await submitted({ requester, submittedAt: START, waitsUntil: START + 10, remindAt: START + 5 });
    const late = await submitted({ requester, submittedAt: START + 5, waitsUntil: START + 20, remindAt: START + 4 });
    const reminded = await submitted({ requester, resource: aResource() });
    expect(await store.requestsPastWaiting(START + 9, 9)).toEqual([]);
    expect(await store.requestsPastWaiting(START + 10, 9)).toEqual([early]);
    expect(await store.requestsPastWaiting(START + 20, 1)).toEqual([early]);
    expect(await store.requestsToRemind(START + 4, 9)).toEqual([late]);
    expect(await store.requestsToRemind(START + 5, 9)).toEqual([late, early]);
    expect(await store.requestsToRemind(START + 5, 1)).toEqual([late]);
    expect(await store.requestsToRemind(START + 10, 9)).toEqual([late]);
    expect(await store.countRequestsSince(requester.userId, START)).toBe(3);
    expect(await store.countRequestsSince(requester.userId, START + 5)).toBe(1);
    const { beneficiary } = early;
    expect(await store.requestsFor(beneficiary.userId, START)).toEqual({ requests: 3, denied: 0 });
    expect(await store.requestsFor(beneficiary.userId, START + 5)).toEqual({ requests: 1, denied: 0 });
    expect(await store.requestsFor(beneficiary.userId, START + 6)).toEqual({ requests: 0, denied: 0 });
    const denial = { kind: 'deny', stage: 0, by: aPerson(), at: START, comment: null } as const;
    const denied = aRequest({ requester: aPerson(), beneficiary, submittedAt: START + 7 });
    await store.commit({ requests: [denied], ...bare });
    await store.commit({ requests: [{ ...denied, state: 'denied', denial, revision: 2 }], ...bare });
    expect(await store.requestsFor(beneficiary.userId, START + 6)).toEqual({ requests: 1, denied: 1 });
    await store.commit({ requests: [early, reminded].map((each) => close(each, 'expired', START + 20)), ...bare });
    expect(await store.requestsPastWaiting(START + 20, 9)).toEqual([late]);
    expect(await store.requestsToRemind(START + 9, 9)).toEqual([late]);
    expect(await store.pendingRequestsOf(requester.slack)).toEqual([late]);
  });

  it('remembers the highest time, which never goes down', async () => {
    const { store } = harness;
    expect(await store.highestTime()).toBeNull();
    await store.saveHighestTime(START + 5);
    await store.saveHighestTime(START);
    expect(await store.highestTime()).toBe(START + 5);
  });
}
