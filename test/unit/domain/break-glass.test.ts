import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  SIGNATURES,
  audienceOf,
  isTaken,
  nextReviewReminder,
  openReviewOf,
  sign,
  takeAtOnce,
  takenSeconds,
} from '../../../src/domain/break-glass.ts';
import { progress } from '../../../src/domain/request.ts';
import { START, aPerson, aRequest } from '../../builders/domain.ts';

const people = Array.from({ length: 4 }, (_, index) => aPerson(`person-${index}`));
const [holder = aPerson()] = people;
const take = () => takeAtOnce({ ...aRequest(), askedSeconds: 60, submittedAt: START }, holder);

describe('what is taken', () => {
  it('lasts an hour at most, and never longer than the entitlement', () => {
    expect([60, 3600, 86_400].map((maxSeconds) => takenSeconds({ maxSeconds }))).toEqual([60, 3600, 3600]);
  });

  it('I12: is for the one who takes it, approved by nobody, and always ends his sessions', () => {
    expect(take()).toMatchObject({
      requester: holder,
      beneficiary: holder,
      endSessions: true,
      approvals: [],
      leaseSeconds: 60,
    });
    expect(isTaken(take())).toBe(true);
    expect(isTaken(aRequest())).toBe(false);
  });

  it('is for the people of the first stage; a request for those of the current one', () => {
    expect(audienceOf(take())).toMatchObject({ index: 0 });
    const request = aRequest();
    expect(audienceOf(request)).toEqual(progress(request));
    expect(audienceOf({ ...request, state: 'withdrawn', closedAt: START })).toBeNull();
  });
});

describe('its review', () => {
  it('whoever signs in whatever order: open until two others have, each counted once, and closed for ever then', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ who: fc.nat(3), right: fc.boolean() }), { maxLength: 12 }), (tries) => {
        let request = take();
        const signed = new Set<number>();
        for (const [index, { who, right }] of tries.entries()) {
          const by = people[who] ?? holder;
          const result = sign(request, { by, at: START + index, right, comment: null });
          const mayCount = who !== 0 && !signed.has(who) && signed.size < SIGNATURES;
          expect(result.ok).toBe(mayCount);
          if (!result.ok) continue;
          signed.add(who);
          expect(result.request).toMatchObject({ revision: request.revision + 1, version: 1, approvals: [] });
          request = result.request;
        }
        expect(request.review.signatures).toHaveLength(signed.size);
        expect(openReviewOf(request) === null).toBe(signed.size === SIGNATURES);
        expect(request.remindAt === null).toBe(signed.size === SIGNATURES);
      }),
    );
  });

  it('is reminded of after an hour and four, and then daily: always later, never more than a day later', () => {
    const hour = 3_600_000;
    expect([0, 1, 4, 24, 30].map((hours) => (nextReviewReminder(START, START + hours * hour) - START) / hour)).toEqual([
      1, 4, 24, 48, 48,
    ]);
    fc.assert(
      fc.property(fc.nat(1e10), (passed) => {
        const wait = nextReviewReminder(START, START + passed) - START - passed;
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(24 * hour);
      }),
    );
  });
});
