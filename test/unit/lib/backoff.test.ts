import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs } from '../../../src/lib/backoff.ts';

const limits = { baseMs: 500, maxMs: 60_000 };

it('doubles from the base to the cap', () => {
  const waits = [1, 2, 3, 7, 8, 50, 5000].map((attempt) => backoffMs(attempt, limits, 0.999_999));
  expect(waits).toEqual([500, 1000, 2000, 32_000, 60_000, 60_000, 60_000]);
});

it('spreads over the upper half of the wait, for ever', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, chance) => {
        const whole = backoffMs(attempt, limits, 0.999_999_999);
        const wait = backoffMs(attempt, limits, chance);
        return wait >= Math.floor(whole / 2) && wait <= limits.maxMs;
      },
    ),
  );
});
