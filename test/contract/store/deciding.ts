import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { groupId, keycloakUserId } from '../../../src/domain/ids.ts';
import type { GroupId, KeycloakUserId } from '../../../src/domain/ids.ts';
import { close, escalate } from '../../../src/domain/request.ts';
import type { PendingRequest } from '../../../src/domain/request.ts';
import { START, aPerson, aRequest } from '../../builders/domain.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const bare = { audit: [] };
const [platform, leads] = ['platform', 'leads'].map(groupId) as [GroupId, GroupId];
const mia = keycloakUserId('mia');
const managed = { manager: { userId: mia, username: 'mia' }, required: 1 as const };
const own = { groupId: platform, groupPath: '/approvers/platform', required: 1 };
const escalating = { ...own, escalation: { groupId: leads, groupPath: '/leads', afterSeconds: 60 } };

export function decidingContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());

  const asked = async (facts: Partial<PendingRequest>): Promise<PendingRequest> => {
    const request = aRequest(facts);
    await harness.store.commit({ requests: [request], ...bare });
    return request;
  };
  const waitsFor = (by: KeycloakUserId, ...seats: readonly (GroupId | KeycloakUserId)[]) =>
    harness.store.requestsToDecide(by, seats, 9);
  const escalated = async (request: PendingRequest): Promise<PendingRequest> => {
    const wider = escalate(request);
    if (wider === null) throw new Error('it escalates nowhere');
    await harness.store.commit({ requests: [wider], ...bare });
    return wider;
  };

  it('a request waits for its manager, by his own id, and for nobody else', async () => {
    const request = await asked({ plan: [managed, own] });
    expect(await waitsFor(mia, platform, mia)).toEqual([request]);
    expect(await waitsFor(keycloakUserId('gus'), platform, keycloakUserId('gus'))).toEqual([]);
    const next = await asked({ plan: [own, managed] });
    expect(await waitsFor(mia, mia)).toEqual([request]);
    const by = aPerson();
    const approvals = [{ kind: 'approve' as const, stage: 0, by, at: START, leaseSeconds: 60 }];
    await harness.store.commit({ requests: [{ ...next, approvals, revision: 2 }], ...bare });
    expect((await waitsFor(mia, mia)).map(({ id }) => id).sort()).toEqual([request.id, next.id].sort());
  });

  it('an escalated request waits for both groups, once for somebody who is in both', async () => {
    const request = await asked({ plan: [escalating], escalateAt: START + 60_000 });
    const dana = aPerson().userId;
    expect(await waitsFor(dana, leads)).toEqual([]);
    const wider = await escalated(request);
    expect(await waitsFor(dana, leads)).toEqual([wider]);
    expect(await waitsFor(dana, platform)).toEqual([wider]);
    expect(await waitsFor(dana, platform, leads)).toEqual([wider]);
    expect(await waitsFor(wider.requester.userId, platform, leads)).toEqual([]);
    await harness.store.commit({ requests: [close(wider, 'withdrawn', START)], ...bare });
    expect(await waitsFor(dana, platform, leads)).toEqual([]);
  });

  it('finds what is to be escalated, first what is due first, while it waits', async () => {
    const { store } = harness;
    const late = await asked({ plan: [escalating], escalateAt: START + 9, waitsUntil: START + 20 });
    const early = await asked({ plan: [escalating], escalateAt: START + 5, waitsUntil: START + 30 });
    await asked({ plan: [own] });
    expect(await store.requestsToEscalate(START + 4, 9)).toEqual([]);
    expect(await store.requestsToEscalate(START + 9, 9)).toEqual([early, late]);
    expect(await store.requestsToEscalate(START + 9, 1)).toEqual([early]);
    expect(await store.requestsToEscalate(START + 20, 9)).toEqual([early]);
    await escalated(early);
    expect(await store.requestsToEscalate(START + 19, 9)).toEqual([late]);
  });

  it('two cards of one stage are on record, each with its line', async () => {
    const { store } = harness;
    const { id } = await asked({ plan: [escalating] });
    const roles = ['card', 'escalation_card', 'escalation_latest', 'latest'] as const;
    const posted = roles.map((role, index) => ({
      ...{ requestId: id, role, stage: 0, channel: `C${role}`, ts: `1.${index}` },
      line: role.endsWith('latest') ? ({ line: 'reminder', at: 0 } as const) : null,
    }));
    for (const message of posted) await store.commit({ posted: [message], ...bare });
    expect(await store.posted(id)).toEqual(posted);
    for (const message of posted) expect(await store.postedAt(message.channel, message.ts)).toEqual([message]);
  });
}
