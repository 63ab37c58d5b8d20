import { describe, expect, it } from '@jest/globals';
import {
  BACKCHANNEL_TAB,
  FATIGUE,
  FATIGUE_WITHIN_MS,
  MOST_GATES,
  MOST_TABS,
  answered,
  approveGate,
  closeGate,
  closeUntaken,
  denyGate,
  isSameAsk,
  isWaiting,
  joinGate,
  spendGate,
  stateNow,
  tiredUntil,
  tooManyWait,
  usableUntil,
} from '../../../src/domain/gate.ts';
import type { Gate, WaitingGate } from '../../../src/domain/gate.ts';
import { groupId } from '../../../src/domain/ids.ts';
import { gateEntry, systemActor } from '../../../src/domain/audit-drafts.ts';
import { replay, replayedGate } from '../../../src/domain/replay.ts';
import { aPerson, START } from '../../builders/domain.ts';
import { aBackchannelGate, aGate } from '../../builders/gate.ts';

const eve = aPerson('eve');
const approved = (gate: WaitingGate = aGate()): Gate => {
  const done = approveGate(gate, eve, START);
  if (!done.ok) throw new Error(done.refusal);
  return done.gate;
};

describe('a gate', () => {
  it('waits until its time, and what was approved counts until then', () => {
    const gate = aGate();
    expect([isWaiting(gate, gate.waitsUntil - 1), isWaiting(gate, gate.waitsUntil)]).toEqual([true, false]);
    for (const one of [gate, approved(gate)]) {
      expect(stateNow(one, gate.waitsUntil - 1)).toBe(one.state);
      expect(stateNow(one, gate.waitsUntil)).toBe('expired');
    }
    expect(spendGate(approved(gate), 'first', gate.waitsUntil - 1)?.tabs).toEqual([{ tab: 'first', spent: true }]);
    expect(spendGate(approved(gate), 'first', gate.waitsUntil)).toBeNull();
  });

  it('is spent by no tab that does not wait, and not before it is approved', () => {
    expect(spendGate(approved(), 'other', START)).toBeNull();
    for (const gate of [aGate(), denyGate(aGate(), eve, START), closeGate(aGate(), 'withdrawn', START)])
      expect(spendGate(gate, 'first', START)).toBeNull();
  });

  it('is approved by as many people as its stage says, each once and never the person himself', () => {
    const gate = aGate({ stage: { ...aGate().stage, required: 2 } as WaitingGate['stage'] });
    const first = approveGate(gate, eve, START);
    if (!first.ok || first.gate.state !== 'waiting') throw new Error('one of two is not enough');
    expect(approveGate(first.gate, eve, START)).toEqual({ ok: false, refusal: 'gate_counted' });
    expect(approveGate(first.gate, aPerson(), START)).toMatchObject({
      ok: true,
      gate: { state: 'approved', revision: 3 },
    });
    const self = { ...eve, userId: gate.person.userId };
    expect(approveGate(gate, self, START)).toEqual({ ok: false, refusal: 'own_gate' });
  });

  it('is joined by a tab once, and of too many the first is forgotten', () => {
    const gate = aGate();
    expect(joinGate(gate, 'first')).toBe(gate);
    const many = Array.from({ length: MOST_TABS }, (_, n) => `tab ${n}`).reduce(joinGate, gate);
    expect(many.tabs).toHaveLength(MOST_TABS);
    expect(spendGate(approved(many), 'first', START)).toBeNull();
  });

  it('is joined only by what looks the same on its card', () => {
    const gate = aGate({ scopes: ['openid', 'email'] });
    expect(isSameAsk(gate, { ...gate, scopes: ['email', 'openid'] })).toBe(true);
    const others: readonly Partial<WaitingGate>[] = [
      { session: 'other' },
      { scopes: ['openid'] },
      { action: 'UPDATE_PASSWORD' },
      { trigger: 'scope' },
      { stage: { groupId: groupId('g-other'), groupPath: '/approvers/platform', required: 1 } },
      { stage: { groupId: groupId('g-platform'), groupPath: '/approvers/platform', required: 2 } },
    ];
    for (const other of others) expect(isSameAsk(gate, { ...gate, ...other })).toBe(false);
  });
});

describe('nobody is asked any more', () => {
  const now = START + FATIGUE_WITHIN_MS;
  const opened = (minute: number, end: (gate: WaitingGate) => Gate) =>
    end(aGate({ openedAt: START + minute * 60_000 }));
  const denied = (minute: number) => opened(minute, (gate) => denyGate(gate, eve, START));
  const times = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n + 1));

  it('after three denials or time-outs, until the oldest of these is a quarter of an hour ago', () => {
    expect(tiredUntil(times(FATIGUE - 1, denied), now)).toBeNull();
    const three = [denied(1), opened(2, (gate) => closeGate(gate, 'expired', START)), opened(3, (gate) => gate)];
    expect(tiredUntil(three, now)).toBe(START + 60_000 + FATIGUE_WITHIN_MS);
    expect(tiredUntil(three, START + 60_000 + FATIGUE_WITHIN_MS)).toBeNull();
  });

  it('and not for what was approved, also when that time is over; but never for more cards than a channel bears', () => {
    const letIn = (minute: number) => opened(minute, approved);
    expect(tiredUntil(times(MOST_GATES - 1, letIn), now)).toBeNull();
    expect(tiredUntil(times(MOST_GATES, letIn), now)).toBe(START + 60_000 + FATIGUE_WITHIN_MS);
  });
});

it('I22: replaying the audit gives state, approvals and spent tabs of each gate', () => {
  const gate = aGate();
  const done = approved(gate);
  const spent = spendGate(done, 'first', START);
  if (spent === null) throw new Error('not spent');
  const first = replay([gateEntry('gate.opened', gate, systemActor, START)]);
  expect(first.gates.get(gate.id)).toEqual({ state: 'waiting', approvals: 0, spent: 0 });
  const told = replay(
    [gateEntry('gate.approved', done, systemActor, START), gateEntry('gate.spent', spent, systemActor, START)],
    first,
  );
  expect(told.gates.get(gate.id)).toEqual(replayedGate(spent));
  expect(replayedGate(spent)).toEqual({ state: 'approved', approvals: 1, spent: 1 });
  expect(first.gates.get(gate.id)?.state).toBe('waiting');
});

describe('a backchannel request', () => {
  const allowed = (gate: WaitingGate, at = START) => {
    const done = approveGate(gate, eve, at);
    if (!done.ok || done.gate.state !== 'approved') throw new Error('not approved');
    return done.gate;
  };
  const spent = (gate: WaitingGate, at = START) => spendGate(allowed(gate, at), BACKCHANNEL_TAB, at);

  it('is approved by the person named himself where nobody else is asked, and only there', () => {
    const person = { userId: eve.userId, username: 'eve' };
    expect(approveGate(aBackchannelGate({ person, stage: null }), eve, START)).toMatchObject({
      gate: { state: 'approved' },
    });
    expect(approveGate(aBackchannelGate({ person }), eve, START)).toEqual({ ok: false, refusal: 'own_gate' });
  });

  it('is usable from the click on, for as long as asked, once Keycloak is to be told, and else never', () => {
    const gate = aBackchannelGate({}, { seconds: 600 });
    const told = spent(gate, START + 5000);
    expect(told && usableUntil(told)).toBe(START + 605_000);
    const others = [gate, allowed(gate), denyGate(gate, eve, START), closeGate(gate, 'expired', START), approved()];
    for (const other of others) expect(usableUntil(other)).toBeNull();
    expect(told && usableUntil(closeUntaken(told, START))).toBeNull();
  });

  it('is spent once, and not when it is too late', () => {
    const told = spent(aBackchannelGate());
    expect(told && spendGate(told, BACKCHANNEL_TAB, START)).toBeNull();
    const gate = aBackchannelGate();
    expect(spendGate(allowed(gate), BACKCHANNEL_TAB, gate.waitsUntil)).toBeNull();
  });

  it('keeps what it is answered with until it is spent, answered or closed', () => {
    const gate = aBackchannelGate();
    for (const one of [allowed(gate), denyGate(gate, eve, START)]) expect(one.backchannel?.bearer).toBe('bearer');
    const ends = [spent(gate), answered(denyGate(gate, eve, START)), closeUntaken(allowed(gate), START)];
    for (const one of [...ends, closeGate(gate, 'expired', START), closeGate(allowed(gate), 'changed', START)])
      expect(one?.backchannel?.bearer).toBeNull();
  });

  it('that Keycloak did not take is told so by the audit alone, spent or not (I22)', () => {
    const done = allowed(aBackchannelGate());
    const closed = closeUntaken(done, START);
    const told = replay([
      gateEntry('gate.approved', done, systemActor, START),
      gateEntry('gate.untaken', closed, systemActor, START),
    ]);
    expect(told.gates.get(done.id)).toEqual(replayedGate(closed));
    expect(replayedGate(closed)).toEqual({ state: 'untaken', approvals: 1, spent: 0 });
  });

  it('does not wait beside ten others, which sign-ins and those of which the time is over are not', () => {
    const waiting = Array.from({ length: MOST_GATES }, () => aBackchannelGate());
    expect(tooManyWait(waiting, START)).toBe(true);
    expect(tooManyWait([...waiting.slice(1), aGate()], START)).toBe(false);
    expect(tooManyWait(waiting, START + 300_000)).toBe(false);
  });

  it('tires nobody of sign-ins, nor they of it', () => {
    const now = START + FATIGUE_WITHIN_MS;
    const denied = (gate: WaitingGate) => denyGate({ ...gate, openedAt: START + 1 }, eve, START + 2);
    const asked = Array.from({ length: FATIGUE }, () => denied(aBackchannelGate()));
    const signIns = Array.from({ length: FATIGUE }, () => denied(aGate()));
    expect([tiredUntil(asked, now), tiredUntil(signIns, now, 'backchannel')]).toEqual([null, null]);
    expect(tiredUntil(asked, now, 'backchannel')).not.toBeNull();
  });
});
