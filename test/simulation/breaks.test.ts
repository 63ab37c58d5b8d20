import { describe, expect, it } from '@jest/globals';
import { breaks } from './breaks/all.ts';
import { simulate } from './run.ts';

/** So many runs at most until a break is found; most take fewer than ten. */
const SEEDS = 150;
const TIMEOUT_MS = 600_000;

describe('the simulation finds what is broken on purpose', () => {
  it.each(breaks.map((one) => [one.name, one.invariant, one] as const))(
    '%s breaks %s',
    async (_, invariant, broken) => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const { breach } = await simulate(seed, broken);
        if (breach === null) continue;
        expect([invariant, ...(broken.also ?? [])]).toContain(breach.invariant);
        return;
      }
      throw new Error(`not found in ${SEEDS} runs`);
    },
    TIMEOUT_MS,
  );
});
