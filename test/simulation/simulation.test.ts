import { describe, expect, it } from '@jest/globals';
import { simulate } from './run.ts';
import { told } from './told.ts';

const SEEDS = 500;
const EACH = 50;
/** A machine that does much else may need ten times as long as an idle one. */
const TIMEOUT_MS = 600_000;

const seed = process.env['SEED'];

describe('people, faults, crashes and time, on one to three replicas', () => {
  if (seed !== undefined) {
    it(
      `seed ${seed}: every promise holds`,
      async () => {
        const outcome = await simulate(Number(seed));
        if (outcome.breach !== null) throw new Error(told(outcome));
      },
      TIMEOUT_MS,
    );
    return;
  }
  const firsts = Array.from({ length: SEEDS / EACH }, (_, index) => 1 + index * EACH);
  it.each(firsts)(
    `I1 to I30: every promise holds at every step, and all converges: ${EACH} seeds from %i`,
    async (first) => {
      for (let number = first; number < first + EACH; number++) {
        const outcome = await simulate(number);
        if (outcome.breach !== null) throw new Error(told(outcome));
      }
    },
    TIMEOUT_MS,
  );

  it('the same seed gives the same run, to the letter', async () => {
    const [once, twice] = [await simulate(7, null, 1e6), await simulate(7, null, 1e6)];
    expect(once.story.length).toBeGreaterThan(1000);
    expect(twice).toEqual(once);
  });
});
