import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  activationDeadline,
  dueAt,
  effectiveUntil,
  endReason,
  holdingKey,
  isAhead,
  isWanted,
  planGrant,
  startLease,
  turnsAt,
} from '../../../src/domain/grant.ts';
import type { OpenGrant } from '../../../src/domain/grant.ts';
import { grantId, keycloakUserId, resourceId } from '../../../src/domain/ids.ts';
import { aGrant, aLiveGrant, aPerson, aRequest, START } from '../../builders/domain.ts';

const HOUR_MS = 3_600_000;
const leaseSeconds = fc.integer({ min: 1, max: 200_000 });
const delayMs = fc.integer({ min: 0, max: 4 * HOUR_MS });
const grant: fc.Arbitrary<OpenGrant> = fc
  .record({ kind: fc.constantFrom('planned', 'sent', 'live'), leaseSeconds, delayMs })
  .map(({ kind, leaseSeconds: lease, delayMs: delay }) => {
    const expiresAt = START + delay + lease * 1000;
    if (kind === 'planned') return aGrant({ leaseSeconds: lease });
    if (kind === 'sent') return aGrant({ leaseSeconds: lease, expiresAt });
    return aLiveGrant({ leaseSeconds: lease, liveAt: START + delay, expiresAt });
  });
const offset = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -5 * HOUR_MS, max: 300 * HOUR_MS }));

describe('when the holder is told that a lease ends soon', () => {
  it.each([
    ['15 minutes before the end', 4 * 3600, 900],
    ['at three quarters of a short one', 1800, 450],
    ['so of the shortest that is told of', 600, 150],
    ['never of one that is over in a moment', 599, null],
  ])('%s', (_, lease, before) => {
    const { expiresAt, warnAt } = startLease(aGrant({ leaseSeconds: lease }), START);
    expect(warnAt).toBe(before === null ? null : expiresAt - before * 1000);
  });
});

describe('a lease starts', () => {
  it('when its access is seen, and ends a full lease later, or when one that may have landed first would', () => {
    const planned = aGrant({ leaseSeconds: 3600, revision: 4 });
    expect(startLease(planned, START)).toEqual({
      ...planned,
      state: 'live',
      liveAt: START,
      expiresAt: START + HOUR_MS,
      warnAt: START + HOUR_MS - 900_000,
      revision: 5,
    });
    expect(startLease({ ...planned, expiresAt: START + 7 }, START).expiresAt).toBe(START + 7);
  });
});

describe('when a grant ends by itself', () => {
  it('I5: dueAt is the first instant at which there is a reason, and the reason never goes away', () => {
    fc.assert(
      fc.property(grant, offset, (open, shift) => {
        const due = dueAt(open);
        const reason = endReason(open, due);
        expect(reason).not.toBeNull();
        expect(endReason(open, due - 1)).toBeNull();
        expect(endReason(open, due + Math.abs(shift))).toBe(reason);
      }),
      { numRuns: 500 },
    );
  });

  it('I4: a live lease ends at its expiry, by wall clock milliseconds and nothing else', () => {
    fc.assert(
      fc.property(leaseSeconds, offset, (lease, shift) => {
        const live = aLiveGrant({ leaseSeconds: lease });
        expect(live.expiresAt).toBe(START + lease * 1000);
        expect(endReason(live, live.expiresAt + shift)).toBe(shift < 0 ? null : 'expiry');
      }),
    );
  });

  it('a grant that is not live within the shorter of its lease and an hour never will be', () => {
    fc.assert(
      fc.property(leaseSeconds, fc.option(delayMs), offset, (lease, sentAfter, shift) => {
        const expiresAt = sentAfter === null ? null : START + sentAfter + lease * 1000;
        const planned = aGrant({ leaseSeconds: lease, expiresAt });
        const deadline = START + Math.min(lease * 1000, HOUR_MS);
        expect(activationDeadline(planned)).toBe(deadline);
        const given = deadline + shift;
        const over = given >= deadline || (expiresAt !== null && given >= expiresAt);
        expect(endReason(planned, given)).toBe(over ? 'not_activated' : null);
      }),
    );
  });

  it('an end that was asked for wins over every clock', () => {
    fc.assert(
      fc.property(grant, fc.constantFrom('release' as const, 'revocation' as const), offset, (open, endedBy, shift) => {
        const asked = { ...open, endAsked: { endedBy, by: aPerson(), at: START } };
        expect(endReason(asked, dueAt(open) + shift)).toBe(endedBy);
        expect(dueAt(asked)).toBe(START);
      }),
    );
  });

  it('I30: an expiry that is no number ends the lease', () => {
    expect(endReason(aLiveGrant({ expiresAt: NaN }), START)).toBe('expiry');
  });

  it('I11: a holding is known by realm, user and resource ids, whatever things are called', () => {
    const key = (path: string) =>
      holdingKey('acme', keycloakUserId('u'), { kind: 'group', id: resourceId('r'), path, clientUuid: null });
    expect(key('/old/name')).toBe(key('/new'));
    expect(key('/x')).not.toBe(
      holdingKey('acme', keycloakUserId('u'), {
        kind: 'realm-role',
        id: resourceId('r'),
        path: '/x',
        clientUuid: null,
      }),
    );
  });
});

describe('what only tokens carry', () => {
  const role = { kind: 'realm-role', id: resourceId('r'), path: 'refund', clientUuid: null } as const;
  const inToken = { ...role, inToken: true } as const;

  it('is held apart from the same role in Keycloak', () => {
    const key = (resource: typeof role | typeof inToken) => holdingKey('acme', keycloakUserId('u'), resource);
    expect(key(role)).toBe('acme/u/realm-role/r');
    expect(key(inToken)).not.toBe(key(role));
  });

  it('never outlives its lease in a token, and after an early end by no more than a token lives', () => {
    const written = aLiveGrant({ resource: role });
    const carried = aLiveGrant({ resource: inToken });
    const end = carried.expiresAt;
    expect(effectiveUntil(written, end, 300_000)).toBe(end + 300_000);
    expect([end - 400_000, end - 100_000, end, end + 5000].map((at) => effectiveUntil(carried, at, 300_000))).toEqual([
      end - 100_000,
      end,
      end,
      end,
    ]);
    expect(effectiveUntil(aGrant({ resource: inToken }), START, 300_000)).toBe(START);
  });
});

describe('a grant that begins later', () => {
  const ahead = aGrant({ startsAt: START + HOUR_MS, leaseSeconds: 600 });

  it('is not wanted before its start, nor over; its deadline counts from there', () => {
    fc.assert(
      fc.property(offset, (shift) => {
        const now = START + HOUR_MS + shift;
        expect(isAhead(ahead, now)).toBe(shift < 0);
        expect(isWanted(ahead, now)).toBe(shift >= 0 && shift < 600_000);
        expect(endReason(ahead, now)).toBe(shift < 600_000 ? null : 'not_activated');
        expect(turnsAt(ahead, now)).toBe(START + HOUR_MS + (shift < 0 ? 0 : 600_000));
      }),
    );
  });

  it('has an end that was asked for at once', () => {
    const asked = { ...ahead, endAsked: { endedBy: 'release', by: aPerson(), at: START + 5 } } as const;
    expect(isAhead(asked, START + 5)).toBe(false);
    expect(endReason(asked, START + 5)).toBe('release');
    expect(turnsAt(asked, START + 5)).toBe(START + 5);
  });

  it.each([
    ['after the approval', 10, 10],
    ['with it', 5, null],
    ['before it', 4, null],
    ['never', null, null],
  ])('when the start that was asked for lies %s', (_, asked, starts) => {
    const by = aPerson();
    const approvals = [{ kind: 'approve', stage: 0, by, at: START, leaseSeconds: 900 }] as const;
    const request = { ...aRequest(), state: 'approved', approvals, decidedAt: START + 5, leaseSeconds: 900 } as const;
    const startsAt = asked === null ? null : START + asked;
    expect(planGrant(grantId('g'), { ...request, startsAt }).startsAt).toBe(starts === null ? null : START + starts);
  });
});

describe('the grant that an approved request becomes', () => {
  it('hands on what policy does, and nothing where it does not', () => {
    const request = { ...aRequest(), state: 'approved', decidedAt: START, leaseSeconds: 60 } as const;
    expect(planGrant(grantId('g'), { ...request, limits: { rows: 5 } }).limits).toEqual({ rows: 5 });
    expect(planGrant(grantId('g'), request)).not.toHaveProperty('limits');
  });

  it('I12: is planned for the beneficiary, for the approved time, by those who approved', () => {
    const by = aPerson();
    const approvals = [{ kind: 'approve', stage: 0, by, at: START, leaseSeconds: 900 }] as const;
    const request = { ...aRequest(), state: 'approved', approvals, decidedAt: START + 5, leaseSeconds: 900 } as const;
    expect(planGrant(grantId('g'), request)).toEqual({
      id: 'g',
      realm: request.realm,
      requestId: request.id,
      person: request.beneficiary,
      resource: request.resource,
      leaseSeconds: 900,
      endSessions: request.endSessions,
      digest: request.digest,
      approvers: [by],
      approvedAt: START + 5,
      startsAt: null,
      endAsked: null,
      correlationId: request.correlationId,
      revision: 1,
      state: 'planned',
      expiresAt: null,
    });
  });
});
