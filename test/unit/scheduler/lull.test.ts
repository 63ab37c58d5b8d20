import { expect, it } from '@jest/globals';
import { createLull } from '../../../src/scheduler/lull.ts';

const timed = async (wait: Promise<void>): Promise<number> => {
  const startedAt = performance.now();
  await wait;
  return performance.now() - startedAt;
};

it('nothing stands back where nothing came', async () => {
  const lull = createLull({ quietMs: 60_000, longestMs: 60_000 });
  await lull.wait();
});

it('work stands back until nothing has come for a while', async () => {
  const lull = createLull({ quietMs: 30, longestMs: 60_000 });
  lull.stir();
  const waited = timed(lull.wait());
  setTimeout(() => lull.stir(), 20);
  expect(await waited).toBeGreaterThanOrEqual(45);
});

it('work is not starved by what keeps coming', async () => {
  const lull = createLull({ quietMs: 60_000, longestMs: 30 });
  lull.stir();
  await lull.wait();
});
