import { afterEach, beforeEach, expect, it } from '@jest/globals';
import {
  BACKCHANNEL_TAB,
  answered,
  approveGate,
  closeGate,
  closeUntaken,
  denyGate,
  joinGate,
  spendGate,
  withCard,
} from '../../../src/domain/gate.ts';
import type { Gate, WaitingGate } from '../../../src/domain/gate.ts';
import type { Batch } from '../../../src/usecases/store-port.ts';
import { START, aPerson, aRequest } from '../../builders/domain.ts';
import { aBackchannelGate, aGate } from '../../builders/gate.ts';
import { aDraft, allEntries } from './harness.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const ELSEWHERE = 'another-realm';

/** Sign-ins that wait at the gate. */
export function gateContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());

  const commit = (batch: Omit<Batch, 'audit'>) => harness.store.commit({ ...batch, audit: [] });
  const waitingOf = ({ person, client }: WaitingGate) => harness.store.waitingGate(person.userId, client);
  const won = (outcomes: readonly string[]) => outcomes.filter((outcome) => outcome === 'committed');

  it('one is read back as it was at every step', async () => {
    const { store } = harness;
    const opened = aGate({ clientName: null, ip: null, device: null, action: 'UPDATE_PASSWORD' });
    expect(await store.gate(opened.id)).toBeNull();
    const joined = joinGate(withCard(opened, { channel: 'C1', ts: '1.2' }), 'second');
    const approved = approveGate(joined, aPerson(), START + 5);
    if (!approved.ok) throw new Error(approved.refusal);
    const spent = spendGate(approved.gate, 'second', START + 6);
    if (spent === null) throw new Error('an approval of one stage was not spent');
    for (const step of [opened, withCard(opened, { channel: 'C1', ts: '1.2' }), joined, approved.gate, spent]) {
      expect(await commit({ gates: [step] })).toBe('committed');
      expect(await store.gate(opened.id)).toEqual(step);
    }
  });

  it('a second one that waits for the same person at the same client conflicts, and nothing of its write stays', async () => {
    const { store } = harness;
    const gate = aGate();
    await commit({ gates: [gate] });
    const [second, request] = [aGate({ person: gate.person }), aRequest()];
    const before = await allEntries(store);
    expect(await store.commit({ gates: [second], requests: [request], audit: [aDraft()] })).toBe('conflict');
    expect(await store.gate(second.id)).toBeNull();
    expect(await store.request(request.id)).toBeNull();
    expect(await allEntries(store)).toEqual(before);
    expect(await waitingOf(gate)).toEqual(gate);
  });

  it('at another client, or of another person, another one waits beside it', async () => {
    const gate = aGate();
    const [elsewhere, other] = [aGate({ person: gate.person, client: 'jenkins' }), aGate()];
    expect(await commit({ gates: [gate, elsewhere, other] })).toBe('committed');
    for (const one of [gate, elsewhere, other]) expect(await waitingOf(one)).toEqual(one);
    expect(await harness.store.countWaitingGates()).toBe(3);
  });

  it('any number of backchannel requests wait beside a sign-in of the same person and client, and none is taken for it', async () => {
    const { store } = harness;
    const gate = aGate();
    const { person } = gate;
    const asked = [aBackchannelGate({ person }), aBackchannelGate({ person }), aBackchannelGate({ person })];
    expect(await commit({ gates: [...asked, gate] })).toBe('committed');
    expect(await waitingOf(gate)).toEqual(gate);
    expect(await commit({ gates: [aGate({ person })] })).toBe('conflict');
    expect(await store.countWaitingGates()).toBe(4);
    await commit({ gates: [closeGate(gate, 'withdrawn', START + 1)] });
    expect(await waitingOf(gate)).toBeNull();
    expect(await store.gatesOf(person.userId, START, 9)).toHaveLength(4);
    const [first] = asked;
    if (first !== undefined) expect(await store.gate(first.id)).toEqual(first);
    expect(await commit({ gates: [aBackchannelGate({ nonce: first?.nonce ?? '' })] })).toBe('conflict');
  });

  it('of a backchannel request nothing keeps what it is answered with once it is closed, spent or answered', async () => {
    const bearer = 'a-bearer-for-one-answer';
    const approvedOf = (gate: WaitingGate) => {
      const approved = approveGate(gate, aPerson(), START + 5);
      if (!approved.ok || approved.gate.state !== 'approved') throw new Error('not approved');
      return approved.gate;
    };
    const ends: readonly ((gate: WaitingGate) => readonly (Gate | null)[])[] = [
      (gate) => [closeGate(gate, 'expired', START + 1)],
      (gate) => [approvedOf(gate), spendGate(approvedOf(gate), BACKCHANNEL_TAB, START + 6)],
      (gate) => [approvedOf(gate), closeUntaken(approvedOf(gate), START + 6)],
      (gate) => [denyGate(gate, aPerson(), START + 1), answered(denyGate(gate, aPerson(), START + 1))],
    ];
    for (const end of ends) {
      const gate = aBackchannelGate({}, { bearer });
      await commit({ gates: [gate] });
      expect(JSON.stringify(await harness.store.gate(gate.id))).toContain(bearer);
      for (const step of end(gate)) expect(await commit({ gates: step === null ? [] : [step] })).toBe('committed');
      expect(JSON.stringify(await harness.store.gate(gate.id))).not.toContain(bearer);
    }
  });

  it('a nonce opens one gate, also after that one is closed', async () => {
    const gate = aGate();
    await commit({ gates: [gate] });
    expect(await commit({ gates: [aGate({ nonce: gate.nonce })] })).toBe('conflict');
    await commit({ gates: [closeGate(gate, 'withdrawn', START + 1)] });
    expect(await commit({ gates: [aGate({ person: gate.person, nonce: gate.nonce })] })).toBe('conflict');
    expect(await waitingOf(gate)).toBeNull();
    expect(await commit({ gates: [aGate({ person: gate.person })] })).toBe('committed');
  });

  it('one takes the place of another within one write that closes the other first, and not in the other order', async () => {
    const gate = aGate();
    await commit({ gates: [gate] });
    const closed = closeGate(gate, 'superseded', START + 1);
    const successor = aGate({ person: gate.person });
    expect(await commit({ gates: [successor, closed] })).toBe('conflict');
    expect(await waitingOf(gate)).toEqual(gate);
    expect(await commit({ gates: [closed, successor] })).toBe('committed');
    expect(await waitingOf(gate)).toEqual(successor);
    expect(await harness.store.gate(gate.id)).toEqual(closed);
  });

  it('one is opened and closed again within one write', async () => {
    const gate = aGate();
    const closed = closeGate(gate, 'unreachable', START);
    expect(await commit({ gates: [gate, closed, aGate({ person: gate.person })] })).toBe('committed');
    expect(await harness.store.gate(gate.id)).toEqual(closed);
  });

  it('of two decisions on one revision the second conflicts and changes nothing', async () => {
    const { store } = harness;
    const gate = aGate();
    await commit({ gates: [gate] });
    const [denied, withdrawn] = [denyGate(gate, aPerson(), START + 1), closeGate(gate, 'withdrawn', START + 1)];
    const outcomes = [denied, withdrawn].map((next) => store.commit({ gates: [next], audit: [aDraft()] }));
    expect(await Promise.all(outcomes)).toEqual(['committed', 'conflict']);
    expect(await store.gate(gate.id)).toEqual(denied);
    expect((await allEntries(store)).filter(({ kind }) => kind === 'clock.jumped')).toHaveLength(1);
    expect(await commit({ gates: [{ ...aGate(), id: gate.id }] })).toBe('conflict');
  });

  it('of many that race for one person and client, or with one nonce, one is opened', async () => {
    const { person, nonce } = aGate();
    const race = (rivals: readonly WaitingGate[]) => Promise.all(rivals.map((gate) => commit({ gates: [gate] })));
    expect(won(await race(Array.from({ length: 9 }, () => aGate({ person }))))).toHaveLength(1);
    expect(won(await race(Array.from({ length: 9 }, () => aGate({ nonce }))))).toHaveLength(1);
    expect(await harness.store.countWaitingGates()).toBe(2);
  });

  it('a person’s are found from a time on, the newest first, whatever became of them', async () => {
    const { store } = harness;
    const first = aGate();
    const { person } = first;
    const closed = closeGate(first, 'expired', START + 1);
    const second = aGate({ person, client: 'jenkins', openedAt: START + 10 });
    const third = aGate({ person, openedAt: START + 20 });
    await commit({ gates: [first, closed, third, second, aGate()] });
    expect(await store.gatesOf(person.userId, START, 9)).toEqual([third, second, closed]);
    expect(await store.gatesOf(person.userId, START + 10, 9)).toEqual([third, second]);
    expect(await store.gatesOf(person.userId, START, 1)).toEqual([third]);
    expect(await store.gatesOf(person.userId, START + 21, 9)).toEqual([]);
  });

  it('those that waited too long are found, the longest first, until they are closed', async () => {
    const { store } = harness;
    const [late, later, waits] = [endingAt(START + 5), endingAt(START + 9), endingAt(START + 10)];
    await commit({ gates: [waits, later, late] });
    expect(await store.gatesPastWaiting(START + 9, 9)).toEqual([late, later]);
    expect(await store.gatesPastWaiting(START + 9, 1)).toEqual([late]);
    await commit({ gates: [closeGate(late, 'expired', START + 9)] });
    expect(await store.gatesPastWaiting(START + 9, 9)).toEqual([later]);
    expect(await store.countWaitingGates()).toBe(2);
  });

  it('are forgotten once they have been over for long enough, but never before they were closed', async () => {
    const { store } = harness;
    const [over, just, open] = [endingAt(START + 4), endingAt(START + 5), endingAt(START + 4)];
    await commit({ gates: [over, just, open] });
    await commit({ gates: [over, just].map((gate) => closeGate(gate, 'expired', START + 5)) });
    await store.forgetGates(START + 5);
    expect(await store.gate(over.id)).toBeNull();
    expect(await store.gate(just.id)).not.toBeNull();
    expect(await store.gate(open.id)).toEqual(open);
  });

  it('of another realm are not seen, nor forgotten, and stand in nobody’s way', async () => {
    const { store } = harness;
    const theirs = aGate({ realm: ELSEWHERE });
    const gone = closeGate(aGate({ realm: ELSEWHERE }), 'expired', START);
    await commit({ gates: [theirs, { ...gone, revision: 1 }] });
    expect(await store.gate(theirs.id)).toBeNull();
    expect(await waitingOf(theirs)).toBeNull();
    expect(await store.gatesOf(theirs.person.userId, 0, 9)).toEqual([]);
    expect(await store.gatesPastWaiting(theirs.waitsUntil, 9)).toEqual([]);
    expect(await store.countWaitingGates()).toBe(0);
    await store.forgetGates(theirs.waitsUntil + 1);
    expect(await commit({ gates: [{ ...gone, revision: 2 }] })).toBe('committed');
    expect(await commit({ gates: [aGate({ person: theirs.person, nonce: theirs.nonce })] })).toBe('committed');
  });
}

const endingAt = (waitsUntil: number): WaitingGate => aGate({ waitsUntil });
