import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { keycloakUserId } from '../../../src/domain/ids.ts';
import { settle } from '../../../src/domain/team-ask.ts';
import type { InboxItem } from '../../../src/usecases/intent.ts';
import { START, aGrant, aLiveGrant, aPerson, aRequest, aResource, aTeamAsk } from '../../builders/domain.ts';
import { aDraft } from './harness.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const bare = { audit: [] };
const guest = { part: 'refused', refusal: { refusal: 'guest' } } as const;

/** Asks for many people, and what is offered before anybody types. */
export function teamContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());

  const [bob, chen] = [aPerson('bob').slack, aPerson('chen').slack];

  it('an ask for many people is read back as it was, with the message that tells of it', async () => {
    const { store } = harness;
    const ask = aTeamAsk([bob, chen]);
    expect(await store.teamAsk(ask.id)).toBeNull();
    await store.commit({ teams: [ask], ...bare });
    expect(await store.teamAsk(ask.id)).toEqual({ ask, told: null });
    expect(await store.openTeamAsk(ask.asker.userId)).toEqual(ask);
    await store.commit({ teamsTold: [{ teamId: ask.id, channel: 'D1', ts: '1.2' }], ...bare });
    const next = settle(ask, bob, guest);
    if (next === null) throw new Error('nothing settled');
    expect(await store.commit({ teams: [next], ...bare })).toBe('committed');
    expect(await store.teamAsk(ask.id)).toEqual({ ask: next, told: { channel: 'D1', ts: '1.2' } });
  });

  it('of two writes on one revision the second conflicts and changes nothing', async () => {
    const { store } = harness;
    const ask = aTeamAsk([bob, chen]);
    await store.commit({ teams: [ask], ...bare });
    const [one, two] = [settle(ask, bob, guest), settle(ask, chen, guest)];
    if (one === null || two === null) throw new Error('nothing settled');
    const request = aRequest();
    const writes = [{ teams: [one] }, { teams: [two], requests: [request] }];
    expect(await Promise.all(writes.map((write) => store.commit({ ...write, audit: [aDraft()] })))).toEqual([
      'committed',
      'conflict',
    ]);
    expect((await store.teamAsk(ask.id))?.ask).toEqual(one);
    expect(await store.request(request.id)).toBeNull();
  });

  it('one person has one unfinished ask at most; another person, or one that is done, is in nobody’s way', async () => {
    const { store } = harness;
    const ask = aTeamAsk([bob]);
    await store.commit({ teams: [ask], ...bare });
    expect(await store.commit({ teams: [aTeamAsk([chen], { asker: ask.asker })], ...bare })).toBe('conflict');
    expect(await store.commit({ teams: [aTeamAsk([chen])], ...bare })).toBe('committed');
    const done = settle(ask, bob, guest);
    if (done === null) throw new Error('nothing settled');
    await store.commit({ teams: [done], ...bare });
    expect(await store.openTeamAsk(ask.asker.userId)).toBeNull();
    expect(await store.commit({ teams: [aTeamAsk([chen], { asker: ask.asker })], ...bare })).toBe('committed');
  });

  it('I16: a write leaves envelopes to be carried out in a lane of their own, each key once; one that conflicts leaves none', async () => {
    const { store } = harness;
    const ask = aTeamAsk([bob, chen]);
    const access = { by: 'text', text: 'x' } as const;
    const part = (beneficiary: typeof bob): InboxItem => ({
      key: `part ${beneficiary.userId}`,
      receivedAt: START,
      slack: ask.asker.slack,
      reply: { slack: ask.asker.slack, responseUrl: null },
      correlationId: 'c',
      intent: { intent: 'request', access, duration: '1h', justification: 'why', beneficiary, teamId: ask.id },
    });
    const own: InboxItem = { ...part(bob), key: 'own', intent: { intent: 'help' } };
    await store.receive(own);
    await store.commit({ teams: [ask], inbox: [part(bob), part(chen)], ...bare });
    await store.commit({ inbox: [part(bob)], ...bare });
    const lost = { teams: [aTeamAsk([bob], { asker: ask.asker })], inbox: [{ ...part(bob), key: 'lost' }] };
    expect(await store.commit({ ...lost, ...bare })).toBe('conflict');
    const lanes = await store.claimInbox({ replica: 'a', now: START, until: START + 9, limit: 9 });
    expect(lanes.map(({ items }) => items)).toEqual([[own], [part(bob), part(chen)]]);
    await store.commit({ inboxDone: part(bob).key, ...bare });
    await store.commit({ inbox: [part(bob)], ...bare });
    expect(await store.countUnfinished()).toBe(2);
  });

  it('to have asked for many people at once is to have asked once', async () => {
    const { store } = harness;
    const requester = aPerson('ann');
    const { id: teamId } = aTeamAsk([]);
    const rows = [{ teamId }, { teamId }, { teamId: null }, { teamId: null }];
    const requests = rows.map((row) => aRequest({ ...row, requester, beneficiary: aPerson() }));
    await store.commit({ requests, ...bare });
    expect(await store.countRequestsSince(requester.userId, START)).toBe(3);
    expect(await store.request(requests[0]?.id ?? aRequest().id)).toMatchObject({ teamId });
  });

  it('tells what somebody had by a lease, each thing once and the latest first; what never went live he never had', async () => {
    const { store } = harness;
    const person = aPerson('ann');
    const [old, again, planned, others] = [aResource(), aResource(), aResource(), aResource()];
    const had = (resource: typeof old, liveAt: number) => aLiveGrant({ person, resource, liveAt });
    const over = { ...had(old, START + 3), state: 'ended', endedAt: START + 9, endedBy: 'expiry' } as const;
    const never = { ...aGrant({ person }), state: 'ended', liveAt: null, endedAt: START, endedBy: 'drift' } as const;
    const grants = [had(again, START), over, had(again, START + 5), aGrant({ person, resource: planned }), never];
    await store.commit({ grants: [...grants, aLiveGrant({ resource: others })], ...bare });
    const ref = ({ kind, id }: typeof old) => ({ kind, id });
    expect(await store.latelyHeld(person.slack, 9)).toEqual([again, old].map(ref));
    expect(await store.latelyHeld(person.slack, 1)).toEqual([ref(again)]);
    expect(await store.latelyHeld(bob, 9)).toEqual([]);
  });

  it('tells what these people have now, what most of them have first, and nothing of anybody else', async () => {
    const { store } = harness;
    const [ann, eve, stranger] = [aPerson(), aPerson(), aPerson()];
    const [one, both, gone, theirs] = [aResource(), aResource(), aResource(), aResource()];
    const over = { ...aLiveGrant({ person: eve, resource: gone }), state: 'ended', endedAt: START } as const;
    const grants = [
      aLiveGrant({ person: ann, resource: one }),
      aLiveGrant({ person: ann, resource: one }),
      aLiveGrant({ person: ann, resource: both }),
      aLiveGrant({ person: eve, resource: both }),
      { ...over, endedBy: 'expiry' as const },
      aGrant({ person: eve, resource: theirs }),
      aLiveGrant({ person: stranger, resource: theirs }),
    ];
    await store.commit({ grants, ...bare });
    const users = [ann.userId, eve.userId, keycloakUserId('nobody')];
    const ref = ({ kind, id }: typeof one) => ({ kind, id });
    expect(await store.commonlyHeld(users, 9)).toEqual([both, one].map(ref));
    expect(await store.commonlyHeld(users, 1)).toEqual([ref(both)]);
    expect(await store.commonlyHeld([], 9)).toEqual([]);
  });
}
