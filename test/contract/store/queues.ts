import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { bundled } from '../../../src/domain/bundle.ts';
import { groupId } from '../../../src/domain/ids.ts';
import { START, aPerson, aRequest } from '../../builders/domain.ts';
import { aMessage, anInboxItem } from '../../builders/messages.ts';
import type { PostedMessage } from '../../../src/domain/message.ts';
import type { Store } from '../../../src/usecases/store-port.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const bare = { audit: [] };
const claim = { replica: 'a', now: START, until: START + 30_000 };

/** What is unfinished, of one account after the other; nobody has it afterwards. */
async function received(store: Store, limit = 9): Promise<readonly unknown[]> {
  const lanes = await store.claimInbox({ ...claim, limit });
  await giveBack(store, lanes);
  return lanes.flatMap((lane) => lane.items);
}

/** What is to be said, of one lane after the other; nobody has it afterwards. */
async function waiting(store: Store): Promise<readonly unknown[]> {
  const lanes = await store.claimMessages({ ...claim, of: 'words', limit: 9 });
  await giveBack(store, lanes);
  return lanes.flatMap((lane) => lane.messages);
}

const giveBack = (store: Store, lanes: readonly { readonly lane: string }[]): Promise<void> =>
  store.release(
    lanes.map(({ lane }) => lane),
    claim.replica,
    { until: null, attempts: 0 },
  );

export function queueContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());

  it('I16: the same envelope is new once, however often and however close together it comes', async () => {
    const { store } = harness;
    const item = anInboxItem();
    const answers = await Promise.all([store.receive(item), store.receive(item), store.receive(item)]);
    expect(answers).toEqual(['new', 'known', 'known']);
    expect(await received(store)).toEqual([item]);
    await store.commit({ inboxDone: item.key, ...bare });
    expect(await store.receive(item)).toBe('known');
    expect(await store.countUnfinished()).toBe(0);
    expect(await received(store)).toEqual([]);
  });

  it('I16: an envelope is carried out once: who finishes it second conflicts', async () => {
    const { store } = harness;
    const item = anInboxItem();
    await store.receive(item);
    const carryOut = (): Promise<string> => store.commit({ requests: [aRequest()], inboxDone: item.key, ...bare });
    expect(await Promise.all([carryOut(), carryOut()])).toEqual(['committed', 'conflict']);
  });

  it('I23: what was received and not finished is there in order of arrival', async () => {
    const { store } = harness;
    const items = Array.from({ length: 5 }, () => anInboxItem());
    for (const item of items) await store.receive(item);
    await store.commit({ inboxDone: items[1]?.key ?? '', ...bare });
    expect(await store.countUnfinished()).toBe(4);
    expect(await received(store, 3)).toEqual([items[0], items[2], items[3]]);
  });

  it('messages leave in the order in which they were queued, each key once', async () => {
    const { store } = harness;
    const [first, second, third] = [aMessage(), aMessage({ at: START - 5 }), aMessage()];
    await store.commit({ messages: [first, second], ...bare });
    await store.commit({ messages: [third, { ...first, correlationId: 'again' }], ...bare });
    expect(await waiting(store)).toEqual([first, second, third]);
    await store.commit({ sent: [first.key], ...bare });
    await store.commit({ messages: [first], ...bare });
    expect(await waiting(store)).toEqual([second, third]);
    expect(await store.countUnsent()).toBe(2);
  });

  it('I29: a message is recorded as sent once: whoever lost its lane and comes late changes nothing', async () => {
    const { store } = harness;
    const [message, other] = [aMessage(), aMessage()];
    await store.commit({ messages: [message, other], ...bare });
    const card: PostedMessage = {
      requestId: aRequest().id,
      role: 'card',
      stage: 0,
      channel: 'C1',
      ts: '1.1',
      line: null,
    };
    const send = (ts: string, keys: readonly string[]): Promise<string> =>
      store.commit({ sent: keys, posted: [{ ...card, ts }], messages: [aMessage()], ...bare });
    expect(await Promise.all([send('1.1', [message.key]), send('1.2', [other.key, message.key])])).toEqual([
      'committed',
      'conflict',
    ]);
    expect(await store.posted(card.requestId)).toEqual([card]);
    expect(await store.countUnsent()).toBe(2);
    expect(await store.commit({ sent: ['never queued'], ...bare })).toBe('conflict');
  });

  it('I13: one posted message counts per request, role and stage, and a newer one takes its place', async () => {
    const { store } = harness;
    const card: PostedMessage = {
      requestId: aRequest().id,
      role: 'card',
      stage: 0,
      channel: 'C1',
      ts: '1.1',
      line: null,
    };
    const latest: PostedMessage = { ...card, role: 'latest', ts: '1.2', line: { line: 'reminder', at: 0 } };
    await store.commit({ posted: [card, latest], ...bare });
    expect(await store.posted(card.requestId)).toEqual([card, latest]);
    const newer: PostedMessage = { ...latest, ts: '1.3' };
    await store.commit({ posted: [newer], ...bare });
    expect(await store.posted(card.requestId)).toEqual([card, newer]);
    expect(await store.postedAt('C1', '1.1')).toEqual([card]);
    expect(await store.postedAt('C1', '1.2')).toEqual([]);
    const nextStage: PostedMessage = { ...card, stage: 1 };
    await store.commit({ posted: [nextStage], ...bare });
    expect(await store.postedAt('C1', '1.1')).toEqual([nextStage]);
  });

  it('I13: one message shows several parts of a bundle, until it is recorded anew', async () => {
    const { store } = harness;
    const [first, second] = bundled([aRequest(), aRequest()]);
    if (first === undefined || second === undefined) throw new Error('no parts');
    const place = { role: 'card', stage: 0, channel: 'C1', ts: '1.1', line: null } as const;
    const rows = [first, second].map(({ id }): PostedMessage => ({ ...place, requestId: id }));
    await store.commit({ posted: rows, ...bare });
    const shown = (await store.postedAt('C1', '1.1')).map(({ requestId }) => requestId);
    expect(new Set(shown)).toEqual(new Set([first.id, second.id]));
    await store.commit({ posted: rows.slice(1), ...bare });
    expect(await store.postedAt('C1', '1.1')).toEqual(rows.slice(1));
    expect(await store.posted(first.id)).toEqual([]);
  });

  it('the parts of a bundle are found by its id, in their order; a part with all its approvals asks nobody', async () => {
    const { store } = harness;
    const requester = aPerson();
    const stages = [0, 1, 2].map((index) => ({ groupId: groupId(`g${index}`), groupPath: `/g${index}`, required: 1 }));
    const plan = stages.slice(0, 3);
    const parts = bundled(Array.from({ length: 3 }, () => aRequest({ requester, beneficiary: requester, plan })));
    const [first, second] = parts;
    if (first === undefined || second === undefined) throw new Error('no parts');
    await store.commit({ requests: [...parts, aRequest()], ...bare });
    expect(await store.bundle(first.id)).toEqual(parts);
    expect(await store.bundle(second.id)).toEqual([]);
    const approvals = stages.map((_, stage) => ({
      ...({ kind: 'approve', at: START, leaseSeconds: 60 } as const),
      ...{ stage, by: aPerson() },
    }));
    await store.commit({ requests: [{ ...second, approvals, revision: 2 }], ...bare });
    const all = stages.map((stage) => stage.groupId);
    const asked = await store.requestsToDecide(aPerson().userId, all, 9);
    expect(new Set(asked.map(({ id }) => id))).toEqual(
      new Set(parts.flatMap(({ id }) => (id === second.id ? [] : [id]))),
    );
  });
}
