import { describe, expect, it } from '@jest/globals';
import {
  FATIGUE,
  FATIGUE_WITHIN_MS,
  MOST_GATES,
  MOST_TABS,
  approveGate,
  closeGate,
  denyGate,
  isSameAsk,
  isWaiting,
  joinGate,
  spendGate,
  stateNow,
  tiredUntil,
} from '../../../src/domain/gate.ts';
import type { Gate, WaitingGate } from '../../../src/domain/gate.ts';
import { groupId } from '../../../src/domain/ids.ts';
import { gateEntry, systemActor } from '../../../src/domain/audit-drafts.ts';
import { replay, replayedGate } from '../../../src/domain/replay.ts';
import { aPerson, START } from '../../builders/domain.ts';
import { aGate } from '../../builders/gate.ts';

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
