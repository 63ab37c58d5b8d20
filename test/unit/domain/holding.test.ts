import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueAt } from '../../../src/domain/grant.ts';
import type { LiveGrant, OpenGrant, PlannedGrant } from '../../../src/domain/grant.ts';
import { disowned, maySend, nextStep, openHolding, resolved } from '../../../src/domain/holding.ts';
import type { Holding, Look } from '../../../src/domain/holding.ts';
import { grantId } from '../../../src/domain/ids.ts';
import { aGrant, START } from '../../builders/domain.ts';
import { CALL_MS, playTimeline, QUARANTINE_MS, ROW_LEASE_MS, TIMEOUT_MS } from '../../doubles/holding-timeline.ts';
import type { Fate, Script, Timeline } from '../../doubles/holding-timeline.ts';

const base = aGrant();
const planned = (name: string, facts: Partial<PlannedGrant> = {}): PlannedGrant => ({
  ...base,
  id: grantId(name),
  ...facts,
});
const live = (name: string, facts: Partial<LiveGrant> = {}): LiveGrant => ({
  ...planned(name),
  state: 'live',
  liveAt: START,
  expiresAt: START + base.leaseSeconds * 1000,
  warnAt: null,
  ...facts,
});
const holding = (facts: Partial<Holding> = {}): Holding => ({
  ...openHolding(base.realm, base.person.userId, base.person.username, base.resource, START),
  rowLease: { replica: 'A', until: START + ROW_LEASE_MS },
  ...facts,
});
const look = (facts: Partial<Look> = {}): Look => ({
  at: START,
  present: true,
  user: 'enabled',
  resource: 'there',
  refused: new Map(),
  ...facts,
});
const stepOn = (row: Holding, grants: readonly OpenGrant[], seen: Look | null, deleteAnswered = false) =>
  nextStep(row, grants, { look: seen, deleteAnswered }, START, QUARANTINE_MS);
const absent = look({ present: false });
const ours = holding({ owned: true });
const due = { expiresAt: START };

describe('what another hand did', () => {
  it('I10: a lease whose access was removed ends as drift, and a newer lease does not revive it', () => {
    const step = stepOn(ours, [live('old'), planned('new')], absent);
    expect(step).toMatchObject({
      do: 'settle',
      live: [],
      ended: [{ id: 'old', endedBy: 'drift' }],
      holding: { nextLookAt: START },
    });
    expect(stepOn(ours, [planned('new')], absent)).toMatchObject({ do: 'put', grants: [{ id: 'new' }] });
  });

  it.each([{ puts: 1 }, { deletes: 1 }])('I10: nor is it put back while an attempt is unresolved (%j)', (attempts) => {
    const row = holding({ owned: true, lastSendAt: START - 1, ...attempts });
    expect(stepOn(row, [live('old')], absent)).toMatchObject({ do: 'delete' });
    expect(stepOn(row, [live('old')], absent, true)).toMatchObject({ do: 'wait' });
  });

  it('I7: access that is not ours gets no call at all', () => {
    const row = holding({ owned: false });
    expect(stepOn(row, [live('old', due)], null)).toMatchObject({ do: 'settle', ended: [{ endedBy: 'expiry' }] });
    expect(stepOn(row, [live('old')], absent)).toMatchObject({ do: 'settle', ended: [{ endedBy: 'drift' }] });
  });

  it('a person or resource that is gone ends every lease, a disabled person loses the access', () => {
    const gone = { do: 'settle', ended: [{ endedBy: 'person_gone' }], holding: { sessionsDue: false } };
    const endSessions = true;
    expect(stepOn(ours, [live('a', { endSessions })], look({ present: false, user: 'gone' }))).toMatchObject(gone);
    expect(stepOn(ours, [live('a')], look({ present: false, resource: 'gone' }))).toMatchObject({
      do: 'settle',
      ended: [{ endedBy: 'resource_gone' }],
    });
    const disabled = look({ user: 'disabled' });
    expect(stepOn(ours, [live('a')], disabled)).toMatchObject({ do: 'delete' });
    expect(stepOn(ours, [live('a', { endSessions })], { ...disabled, present: false }, true)).toMatchObject({
      do: 'settle',
      ended: [{ endedBy: 'person_gone' }],
      holding: { sessionsDue: true },
    });
  });
});

describe('one step', () => {
  it('what may not be activated is not, and does not hold up what may', () => {
    const refused = new Map([[grantId('a'), 'plan changed']]);
    expect(stepOn(holding(), [planned('a')], look({ present: false, refused }))).toMatchObject({
      do: 'settle',
      ended: [{ endedBy: 'refused_at_activation' }],
    });
    expect(stepOn(holding(), [planned('a'), planned('b')], look({ present: false, refused }))).toMatchObject({
      do: 'put',
      grants: [{ id: 'b' }],
    });
  });

  it('a look from before the quarantine was over says nothing about a call that landed since', () => {
    const row = holding({ owned: true, puts: 1, lastSendAt: START - QUARANTINE_MS });
    expect(stepOn(row, [live('a', due)], look({ present: false, at: START - 1 }), true)).toMatchObject({ do: 'wait' });
    expect(stepOn(row, [live('a', due)], absent, true)).toMatchObject({ do: 'settle' });
  });

  it('I1: waiting for a late call never sleeps past the end of a lease', () => {
    const row = holding({ owned: true, deletes: 1, lastSendAt: START - 1 });
    const soon = planned('a', { leaseSeconds: 60, expiresAt: START + 60_000 });
    expect(stepOn(row, [soon], look())).toMatchObject({ do: 'wait', holding: { nextLookAt: dueAt(soon) } });
  });

  it('I5: a lease whose first PUT may have landed counts from that one', () => {
    const first = planned('a', { expiresAt: START + 1_000_000 });
    const again = stepOn(holding({ owned: true, puts: 1, lastSendAt: START - 1 }), [first], absent);
    expect(again).toMatchObject({ do: 'put', grants: [{ expiresAt: first.expiresAt }] });
    const fresh = stepOn(holding({ owned: true, puts: 1, lastSendAt: START - QUARANTINE_MS }), [first], absent);
    expect(fresh).toMatchObject({ do: 'put', grants: [{ expiresAt: START + base.leaseSeconds * 1000 }] });
  });

  it('sessions are ended before anything else', () => {
    expect(stepOn(holding({ sessionsDue: true }), [planned('a')], null)).toEqual({ do: 'end-sessions' });
  });

  it('I26: a call needs a row lease of one’s own that outlasts it, and a PUT a lease that is wanted', () => {
    const may = (call: 'put' | 'delete', grants: readonly OpenGrant[], replica = 'A', at = START) =>
      maySend(call, ours, grants, replica, at, TIMEOUT_MS);
    expect(may('put', [planned('a')])).toBe(true);
    expect(may('put', [live('a', due)])).toBe(false);
    expect(may('delete', [])).toBe(true);
    expect(may('delete', [], 'B')).toBe(false);
    expect(may('delete', [], 'A', START + ROW_LEASE_MS - TIMEOUT_MS - 1)).toBe(true);
    expect(may('delete', [], 'A', START + ROW_LEASE_MS - TIMEOUT_MS)).toBe(false);
    expect(maySend('delete', { ...ours, rowLease: null }, [], 'A', START, TIMEOUT_MS)).toBe(false);
  });
});

describe('a lease that begins later', () => {
  const startsAt = START + 60_000;
  const ahead = planned('ahead', { startsAt });

  it('sends nothing before its start, and asks to be looked at then', () => {
    expect(stepOn(holding(), [ahead], null)).toMatchObject({
      do: 'settle',
      live: [],
      ended: [],
      holding: { owned: null, nextLookAt: startsAt },
    });
    expect(maySend('put', ours, [ahead], 'A', START, TIMEOUT_MS)).toBe(false);
    expect(maySend('put', ours, [{ ...ahead, startsAt: START }], 'A', START, TIMEOUT_MS)).toBe(true);
    expect(stepOn(holding(), [{ ...ahead, startsAt: START }], absent)).toMatchObject({ do: 'put' });
  });

  it('does not keep the access of an earlier one, and what it closes with is decided anew at the start', () => {
    const over = live('over', due);
    expect(stepOn(ours, [over, ahead], null)).toMatchObject({ do: 'delete' });
    expect(stepOn(ours, [over, ahead], absent, true)).toMatchObject({
      do: 'settle',
      ended: [{ id: 'over', endedBy: 'expiry' }],
      holding: { owned: null, puts: 0, deletes: 0, lastSendAt: null, nextLookAt: startsAt },
    });
    // Another hand gave it meanwhile: it stays that hand's.
    expect(stepOn(holding(), [{ ...ahead, startsAt: START }], look())).toMatchObject({ holding: { owned: false } });
  });

  it('wakes the holding at its start while another lease lives, and while a late call may land', () => {
    expect(stepOn(ours, [live('now'), ahead], look())).toMatchObject({
      do: 'settle',
      holding: { nextLookAt: startsAt },
    });
    const row = holding({ owned: true, deletes: 1, lastSendAt: START });
    expect(stepOn(row, [live('over', due), ahead], absent, true)).toMatchObject({
      do: 'wait',
      holding: { nextLookAt: startsAt },
    });
  });

  it('ends without a call when it is released before', () => {
    const endAsked = { endedBy: 'release', by: base.person, at: START } as const;
    expect(stepOn(holding(), [{ ...ahead, endAsked }], null)).toMatchObject({
      do: 'settle',
      ended: [{ id: 'ahead', endedBy: 'release', liveAt: null }],
      holding: { nextLookAt: null },
    });
  });

  it('ends sessions of the earlier lease first, and is looked at after that', () => {
    const over = live('over', { ...due, endSessions: true });
    expect(stepOn(ours, [over, ahead], absent, true)).toMatchObject({
      holding: { sessionsDue: true, nextLookAt: START },
    });
  });

  it('I30: a start that is no number never comes', () => {
    const never = planned('never', { startsAt: Number.NaN });
    expect(maySend('put', ours, [never], 'A', START, TIMEOUT_MS)).toBe(false);
  });
});

describe('what is written down', () => {
  it('a lease that went live: since when, until when, one revision on; the next look is at the first end', () => {
    const late = live('late', { expiresAt: START + 9_000_000 });
    expect(stepOn(ours, [planned('a'), late], look())).toEqual({
      do: 'settle',
      live: [
        {
          ...planned('a'),
          ...{ state: 'live', liveAt: START, expiresAt: START + 3_600_000, warnAt: START + 2_700_000, revision: 2 },
        },
      ],
      ended: [],
      holding: { ...ours, nextLookAt: START + 3_600_000 },
    });
    const sent = planned('b', { expiresAt: START + 5000 });
    expect(stepOn(ours, [sent], look())).toMatchObject({ live: [{ expiresAt: START + 5000 }] });
  });

  it('a lease that ended: since when it was live, if it ever was, and one revision on', () => {
    const { liveAt } = live('a');
    expect(stepOn(holding({ owned: false }), [live('a', due)], null)).toMatchObject({
      ended: [{ state: 'ended', liveAt, endedAt: START, endedBy: 'expiry', revision: 2 }],
    });
    const never = planned('a', { approvedAt: START - 3_600_000 });
    expect(stepOn(holding(), [never], null)).toMatchObject({ ended: [{ liveAt: null, endedBy: 'not_activated' }] });
  });

  it('at the end: whose it was is forgotten, unless it was there before; sessions only of what was ours, if one lease asks', () => {
    const row = {
      puts: 0,
      deletes: 0,
      lastSendAt: null,
      failures: 0,
      held: null,
      nextLookAt: null,
      sessionsDue: false,
    };
    const over = live('a', { ...due, endSessions: true });
    const failing = { failures: 3, held: 'refused', lastSendAt: START - QUARANTINE_MS };
    const settled = (owned: boolean | null, grants: readonly OpenGrant[]) =>
      stepOn(holding({ owned, ...failing }), grants, absent, true);
    expect(settled(false, [over])).toMatchObject({ do: 'settle', holding: { ...row, owned: false } });
    expect(settled(null, [over])).toMatchObject({ do: 'settle', holding: { ...row, owned: null } });
    expect(settled(true, [live('b', due)])).toMatchObject({ do: 'settle', holding: { ...row, owned: null } });
    expect(settled(true, [over, live('b', due)])).toMatchObject({
      holding: { ...row, owned: null, sessionsDue: true, nextLookAt: START },
    });
  });

  it('I6: what a lease asks of the sessions is kept under others, and done once the access is gone', () => {
    const over = live('a', { ...due, endSessions: true });
    const other = live('b', { expiresAt: START + 9000 });
    expect(stepOn(ours, [over, other], look())).toMatchObject({
      do: 'settle',
      ended: [{ id: 'a' }],
      holding: { owned: true, sessionsDue: true, nextLookAt: dueAt(other) },
    });
    expect(stepOn(ours, [live('a', { endSessions: true }), planned('b')], absent)).toMatchObject({
      do: 'settle',
      ended: [{ id: 'a', endedBy: 'drift' }],
      holding: { owned: true, sessionsDue: true, nextLookAt: START },
    });
    expect(stepOn(holding({ owned: false }), [over, other], look())).toMatchObject({ holding: { sessionsDue: false } });
    const kept = holding({ owned: true, sessionsDue: true });
    expect(stepOn(kept, [other], look())).toMatchObject({ do: 'settle', holding: { sessionsDue: true } });
    expect(stepOn(kept, [planned('c')], absent)).toMatchObject({ do: 'put', holding: { sessionsDue: true } });
    expect(stepOn(kept, [live('b', due)], null)).toMatchObject({ do: 'delete', holding: { sessionsDue: true } });
    expect(stepOn(kept, [live('b', due)], absent, true)).toMatchObject({
      do: 'settle',
      holding: { owned: null, sessionsDue: true, nextLookAt: START },
    });
    const gone = look({ present: false, user: 'gone' });
    expect(stepOn(kept, [other], gone)).toMatchObject({ do: 'settle', holding: { sessionsDue: false } });
  });

  it('an attempt is counted before it is sent and struck off once it is resolved', () => {
    expect(stepOn(ours, [live('a', due)], null)).toEqual({
      do: 'delete',
      holding: { ...ours, deletes: 1, lastSendAt: START },
    });
    expect(stepOn(holding(), [planned('a')], absent)).toMatchObject({
      do: 'put',
      holding: { owned: true, puts: 1, lastSendAt: START },
      grants: [{ expiresAt: START + 3_600_000, revision: 2 }],
    });
    const both = holding({ puts: 2, deletes: 2 });
    expect(resolved(both, 'put')).toEqual({ ...both, puts: 1 });
    expect(resolved(both, 'delete')).toEqual({ ...both, deletes: 1 });
    expect(resolved(ours, 'put')).toEqual(ours);
    expect(resolved(ours, 'delete')).toEqual(ours);
  });

  it('a PUT that never took effect leaves nothing ours, unless another may have, or a lease is live', () => {
    expect(disowned(ours, [planned('a')])).toEqual({ ...ours, owned: null });
    expect(disowned(ours, [])).toEqual({ ...ours, owned: null });
    const sent = holding({ owned: true, puts: 1 });
    expect(disowned(sent, [planned('a')])).toEqual(sent);
    expect(disowned(ours, [planned('a'), live('b')])).toEqual(ours);
  });

  it('waiting for late calls ends when the quarantine does', () => {
    const row = holding({ owned: true, deletes: 1, lastSendAt: START - 1000 });
    expect(stepOn(row, [live('a')], look())).toMatchObject({
      do: 'wait',
      holding: { nextLookAt: START - 1000 + QUARANTINE_MS },
    });
  });
});

// Later than this no call lands: the quarantine is longer than a row lease and a late landing together.
const LATEST_MS = QUARANTINE_MS - ROW_LEASE_MS - 1;
const afterMs = fc.integer({ min: 0, max: LATEST_MS });
const fate: fc.Arbitrary<Fate> = fc.oneof(
  fc.record({ fate: fc.constantFrom('answered' as const, 'killed before' as const, 'lost' as const) }),
  fc.record({ fate: fc.constantFrom('late' as const, 'killed after' as const), afterMs }),
);
const asked = fc.record({
  after: fc.integer({ min: 0, max: 900_000 }),
  leaseSeconds: fc.integer({ min: 60, max: 600 }),
  /** How long after its approval it begins; null: at once. */
  ahead: fc.option(fc.integer({ min: 1, max: 900_000 })),
});
const grants = fc.array(asked, { minLength: 1, maxLength: 4 }).map((all) =>
  all.map(({ after, leaseSeconds, ahead }, index) => {
    const approvedAt = START + after;
    return planned(`g${index}`, { leaseSeconds, approvedAt, startsAt: ahead === null ? null : approvedAt + ahead });
  }),
);
const beginOf = ({ startsAt, approvedAt }: PlannedGrant): number => startsAt ?? approvedAt;
const script = (fates: fc.Arbitrary<Fate[]>): fc.Arbitrary<Script> =>
  fc.record({ memberBefore: fc.boolean(), grants, hands: fc.constant([]), fates });
const anyFates = fc.array(fate, { maxLength: 6 });
const play = (played: Script): Timeline => playTimeline(played, START);

describe('a holding in simulated time, looked at only when it asks for it', () => {
  it('I8: it comes to an end, with the access as it was before, whatever became of the calls', () => {
    fc.assert(
      fc.property(script(anyFates), (played) => {
        const end = play(played);
        expect(end.grants.every((grant) => grant.state === 'ended')).toBe(true);
        expect(end.member).toBe(played.memberBefore);
        expect(end.holding).toMatchObject({ nextLookAt: null, puts: 0, deletes: 0, sessionsDue: false });
        const last = Math.max(end.calmAt, ...played.grants.map((grant) => beginOf(grant) + grant.leaseSeconds * 1000));
        expect(end.endedAt).toBeLessThan(last + 600_000 + 2 * QUARANTINE_MS);
      }),
      { numRuns: 500 },
    );
  });

  it('I12: no PUT leaves, and no lease is live, before one that was approved has begun', () => {
    fc.assert(
      fc.property(script(anyFates), (played) => {
        const { sent, history } = play(played);
        for (const { at } of sent.filter(({ call }) => call === 'put'))
          expect(played.grants.some((grant) => beginOf(grant) <= at)).toBe(true);
        for (const row of history)
          if (row.state === 'live') expect(row.liveAt).toBeGreaterThanOrEqual(row.startsAt ?? row.approvedAt);
      }),
      { numRuns: 300 },
    );
  });

  it('I1: once the trouble is over, access is taken away the moment the last lease falls due', () => {
    fc.assert(
      fc.property(script(anyFates), (played) => {
        const { sent, calmAt } = play(played);
        const calm = sent.filter(
          ({ call, at, lateMs, present }) => call === 'delete' && present && at - lateMs > calmAt,
        );
        for (const { lateMs } of calm) expect(lateMs).toBeLessThanOrEqual(10 * CALL_MS);
      }),
      { numRuns: 500 },
    );
  });

  it('I5: an expiry is fixed when the lease goes live, and never later than a full lease after its last PUT', () => {
    fc.assert(
      fc.property(script(anyFates), (played) => {
        const { history, sent } = play(played);
        for (const { id, leaseSeconds } of played.grants) {
          const fixed = history.flatMap((row) =>
            row.id === id && row.state !== 'planned' && row.liveAt !== null ? [row.expiresAt] : [],
          );
          expect(new Set(fixed).size).toBeLessThanOrEqual(1);
          const [expiresAt] = fixed;
          const started = history.find((row) => row.id === id && row.state === 'live');
          if (expiresAt === undefined || expiresAt === null || started?.state !== 'live') continue;
          const latest = Math.max(started.liveAt, ...sent.filter(({ at }) => at <= started.liveAt).map(({ at }) => at));
          expect(expiresAt).toBeLessThanOrEqual(latest + leaseSeconds * 1000);
        }
      }),
    );
  });

  it('I9: without trouble, overlapping leases are one PUT, one DELETE, at the last expiry', () => {
    fc.assert(
      fc.property(script(fc.constant([])), (played) => {
        const { sent, grants: ended } = play(played);
        const calls = sent.map(({ call }) => call);
        if (played.memberBefore) {
          expect(calls).toEqual([]);
          return;
        }
        expect(ended.every((grant) => grant.state === 'ended' && grant.endedBy === 'expiry')).toBe(true);
        for (const [index, call] of calls.entries()) expect(call).toBe(index % 2 === 0 ? 'put' : 'delete');
        expect(calls.at(-1)).toBe('delete');
      }),
    );
  });

  it('I10: what another hand removes is given again only to a lease that was not live then', () => {
    const hand = fc.integer({ min: 1_000, max: 600_000 });
    fc.assert(
      fc.property(script(anyFates), hand, (played, after) => {
        const removedAt = START + after;
        const { history, sent } = play({ ...played, memberBefore: false, hands: [{ at: removedAt, member: false }] });
        const wasLive = new Set(
          history.flatMap((row) => (row.state === 'live' && row.liveAt < removedAt ? [row.id] : [])),
        );
        const others = played.grants.filter(({ id }) => !wasLive.has(id));
        const before = sent.filter(({ at }) => at <= removedAt);
        if (others.length === 0) {
          expect(sent.slice(before.length).filter(({ call }) => call === 'put')).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what only tokens carry', () => {
  const row = holding({ resource: { ...base.resource, kind: 'realm-role', inToken: true } });

  it('is live at the first look and ends without a call', () => {
    const step = stepOn(row, [planned('new')], look());
    expect(step).toMatchObject({ do: 'settle', holding: { owned: false }, live: [{ id: 'new', state: 'live' }] });
    const asked = { endAsked: { endedBy: 'release', by: base.person, at: START } } as const;
    const kept = holding({ ...row, owned: false });
    expect(stepOn(kept, [live('old', due)], null)).toMatchObject({ do: 'settle', ended: [{ endedBy: 'expiry' }] });
    expect(stepOn(kept, [live('old', asked)], null)).toMatchObject({ do: 'settle', ended: [{ endedBy: 'release' }] });
  });

  it('asks for no logout at its end', () => {
    const ending = stepOn(holding({ ...row, owned: false }), [live('old', { ...due, endSessions: true })], null);
    expect(ending).toMatchObject({ do: 'settle', holding: { sessionsDue: false } });
  });
});
