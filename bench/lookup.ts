import type { Store } from '../src/usecases/store-port.ts';
import { onEachEngine } from './engines.ts';
import { fillGrants } from './fill.ts';
import { median } from './report.ts';
import type { Section } from './report.ts';

const SMALL = 1000;
const LARGE = 1_000_000;
const DUE = 50;
const ROUNDS = 41;
const LIVE_EVERY = 10;

/** How long it takes to know and to claim what is due, at a thousand grants and at a million. */
export async function measureLookup(): Promise<Section> {
  const found = await onEachEngine(async (engine) => {
    const store = await engine.open();
    try {
      await fillGrants(engine, { from: 1, to: SMALL, liveEvery: LIVE_EVERY, due: DUE });
      const small = await lookUps(store);
      await fillGrants(engine, { from: SMALL + 1, to: LARGE, liveEvery: LIVE_EVERY, due: 0 });
      await engine.sql('ANALYZE');
      const large = await lookUps(store);
      return { name: engine.name, small, large };
    } finally {
      await store.close();
    }
  });
  return {
    title: `Due look-up: the next due time, and ${DUE} due holdings claimed with their grants (${ROUNDS} rounds)`,
    figures: found.flatMap(({ name, small, large }) => [
      { name: `${name}, ${SMALL.toLocaleString('en')} grants`, unit: 'ms', runs: small },
      { name: `${name}, ${LARGE.toLocaleString('en')} grants`, unit: 'ms', runs: large },
      {
        name: `${name}, ratio of the medians`,
        unit: '×',
        runs: [median(large) / median(small)],
        bound: { kind: 'at most', value: 2 },
      },
    ]),
    notes: [`One grant in ${LIVE_EVERY} is live, the others have ended; every one has a holding of its own.`],
  };
}

async function lookUps(store: Store): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    await store.nextLook();
    const now = Date.now();
    // A row lease that is over at once: the next round finds the same work.
    const claimed = await store.claim({ replica: 'bench', now, until: now, limit: DUE });
    times.push(performance.now() - startedAt);
    if (claimed.length !== DUE || claimed.some(({ grants }) => grants.length !== 1)) {
      throw new Error(`claimed ${claimed.length} instead of ${DUE}`);
    }
  }
  return times;
}
