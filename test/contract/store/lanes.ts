import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { MessageBody } from '../../../src/domain/message.ts';
import type { SlackUser } from '../../../src/domain/people.ts';
import { requestId } from '../../../src/domain/ids.ts';
import { inboxLane } from '../../../src/usecases/intent.ts';
import type { InboxItem } from '../../../src/usecases/intent.ts';
import type { InboxLane, OutboxLane } from '../../../src/usecases/store-port.ts';
import { START, aPerson } from '../../builders/domain.ts';
import { aMessage, anInboxItem } from '../../builders/messages.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const bare = { audit: [] };
const until = START + 30_000;
const free = { until: null, attempts: 0 };

/** How work is shared out between replicas: lanes of the inbox and outbox, and jobs. */
export function laneContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());

  const inbox = (replica: string, now = START, limit = 9): Promise<readonly InboxLane[]> =>
    harness.store.claimInbox({ replica, now, until: now + 30_000, limit });
  const outbox = (
    replica: string,
    of: 'words' | 'cards' = 'words',
    now = START,
    limit = 9,
  ): Promise<readonly OutboxLane[]> => harness.store.claimMessages({ replica, now, until: now + 30_000, limit, of });
  const names = (lanes: readonly { readonly lane: string }[]): readonly string[] => lanes.map(({ lane }) => lane);
  const received = async (...slacks: readonly SlackUser[]): Promise<readonly InboxItem[]> => {
    const items = slacks.map((slack) => anInboxItem({ slack }));
    for (const item of items) await harness.store.receive(item);
    return items;
  };
  const queued = async (...bodies: readonly MessageBody[]) => {
    const messages = bodies.map((body) => aMessage({ body }));
    await harness.store.commit({ messages, ...bare });
    return messages;
  };
  const alarm: MessageBody = { to: 'operators', alarm: { alarm: 'clock_jumped', seconds: 301 } };
  const cardOf = (id: string): MessageBody => ({ to: 'card', requestId: requestId(id) });
  const lineOf = (id: string, line: 'reminder' | 'reopened'): MessageBody => ({
    to: 'thread',
    requestId: requestId(id),
    line: line === 'reminder' ? { line, at: START } : { line },
  });
  const told = (slack: SlackUser, notice: 'help' | 'ended'): MessageBody => ({
    to: 'person',
    reply: { slack, responseUrl: null },
    notice: notice === 'help' ? { notice } : { notice: 'decided', requestId: requestId('r') },
  });

  it('I16: envelopes are handed out by whole lanes, one account each, the longest waiting first', async () => {
    const [ann, bob] = [aPerson('ann').slack, aPerson('bob').slack];
    const [first, second, third] = await received(bob, ann, bob);
    expect(await inbox('a')).toEqual([
      { lane: inboxLane({ slack: bob, intent: { intent: 'help' } }), items: [first, third] },
      { lane: inboxLane({ slack: ann, intent: { intent: 'help' } }), items: [second] },
    ]);
  });

  it('I26: of replicas that ask at once each lane goes to one, and what comes later waits for him', async () => {
    const people = Array.from({ length: 9 }, () => aPerson().slack);
    await received(...people);
    const claims = await Promise.all([inbox('a', START, 4), inbox('b', START, 4), inbox('c', START, 4)]);
    expect(claims.map((lanes) => lanes.length).sort()).toEqual([1, 4, 4]);
    expect(new Set(claims.flatMap(names)).size).toBe(9);
    await received(...people);
    expect(await inbox('d', until - 1)).toEqual([]);
    expect(await inbox('a', until - 1)).toEqual([]);
  });

  it('a lane is free again when it is given back, with what came meanwhile, or when its lease is over', async () => {
    const ann = aPerson('ann').slack;
    const [first] = await received(ann);
    const [lane] = names(await inbox('a'));
    const [second] = await received(ann);
    await harness.store.commit({ inboxDone: first?.key ?? '', ...bare });
    expect(await inbox('b')).toEqual([]);
    await harness.store.release([lane ?? ''], 'a', free);
    expect(await inbox('b')).toEqual([{ lane, items: [second] }]);
    expect(names(await inbox('c', until))).toEqual([lane]);
  });

  it('only who holds a lane gives it back', async () => {
    await received(aPerson('ann').slack);
    const [lane = ''] = names(await inbox('a'));
    await harness.store.release([lane, 'a lane of nobody'], 'b', free);
    expect(await inbox('b')).toEqual([]);
    expect(names(await inbox('b', until))).toEqual([lane]);
    await harness.store.release([lane], 'a', free);
    expect(await inbox('c', until)).toEqual([]);
  });

  it('messages are handed out by lanes: a request with its thread, a person, the operators', async () => {
    const [ann, bob] = [aPerson('ann').slack, aPerson('bob').slack];
    const [first, second, third, fourth, fifth] = await queued(
      lineOf('one', 'reopened'),
      told(ann, 'help'),
      cardOf('one'),
      alarm,
      told(ann, 'help'),
    );
    expect(await outbox('a')).toEqual([
      { lane: 'request one', attempts: 0, messages: [first, third] },
      { lane: `person ${ann.teamId}/${ann.userId}`, attempts: 0, messages: [second, fifth] },
      { lane: 'operators', attempts: 0, messages: [fourth] },
    ]);
    const [later] = await queued(told(bob, 'help'), alarm);
    expect((await outbox('b')).flatMap((each) => each.messages)).toEqual([later]);
  });

  it('I29: a lane that waits is handed to nobody, whatever is queued in it, and then with the tries it took', async () => {
    const [first] = await queued(alarm);
    await outbox('a');
    await harness.store.release(['operators'], 'a', { until: START + 100, attempts: 3 });
    const [second] = await queued(alarm);
    for (const replica of ['a', 'b']) expect(await outbox(replica, 'words', START + 99)).toEqual([]);
    expect(await outbox('b', 'words', START + 100)).toEqual([
      { lane: 'operators', attempts: 3, messages: [first, second] },
    ]);
    await harness.store.release(['operators'], 'b', free);
    expect(await outbox('a', 'words', START + 100)).toMatchObject([{ attempts: 0 }]);
  });

  it('what somebody waits for goes before news, and cards alone are apart', async () => {
    const [ann, bob] = [aPerson('ann').slack, aPerson('bob').slack];
    await queued(cardOf('over'), lineOf('news', 'reminder'), cardOf('news'), told(bob, 'ended'), cardOf('asked'));
    await queued(lineOf('asked', 'reopened'), told(ann, 'help'));
    const annLane = `person ${ann.teamId}/${ann.userId}`;
    expect(names(await outbox('a', 'words', START, 2))).toEqual(['request asked', annLane]);
    expect(names(await outbox('b'))).toEqual(['request news', `person ${bob.teamId}/${bob.userId}`]);
    expect(names(await outbox('c'))).toEqual([]);
    expect(names(await outbox('c', 'cards'))).toEqual(['request over']);
    expect(names(await outbox('c', 'cards'))).toEqual([]);
  });

  it('one lane with a long queue keeps no other from being handed out', async () => {
    const [ann, bob] = [aPerson('ann').slack, aPerson('bob').slack];
    await queued(...Array.from({ length: 1200 }, () => told(ann, 'ended')), told(bob, 'ended'));
    const claims = [...(await outbox('a', 'words', START, 2)), ...(await outbox('a', 'words', START, 2))];
    expect(claims.map(({ messages }) => messages.length)).toEqual([1000, 1]);
  });

  it('a job is done by one replica at a time', async () => {
    const { store } = harness;
    const claim = (replica: string, now = START): Promise<boolean> =>
      store.claimJob({ name: 'job sweep', replica, now, until: now + 30_000 });
    const claims = await Promise.all([claim('a'), claim('b'), claim('c')]);
    expect(claims.filter(Boolean)).toHaveLength(1);
    const holder = ['a', 'b', 'c'][claims.indexOf(true)] ?? '';
    expect(await store.claimJob({ name: 'job other', replica: 'b', now: START, until })).toBe(true);
    await store.release(['job sweep'], holder, { until: START + 900_000, attempts: 0 });
    expect(await claim('b', START + 899_999)).toBe(false);
    expect(await claim('b', START + 900_000)).toBe(true);
    expect(await claim('c', START + 930_000)).toBe(true);
  });
}
