import type { Store } from '../src/usecases/store-port.ts';
import { handWritten } from './by-hand.ts';
import { decisionRows } from './decision-rows.ts';
import type { DecisionRows } from './decision-rows.ts';
import { onEachEngine } from './engines.ts';
import type { Section } from './report.ts';

const RUNS = 5;
const DECISIONS = 1000;
const AT_ONCE = 50;

/** Durable decisions a second through the store, beside the same rows written by hand on the same engine. */
export async function measureDecisions(): Promise<Section> {
  const found = await onEachEngine(async (engine) => {
    const store = await engine.open();
    // A database of its own: our store knows by heart where its chain ends.
    const other = await engine.another();
    const tables = await other.open();
    const hand = await handWritten(other);
    const rates = { ours: [] as number[], hand: [] as number[] };
    try {
      for (let run = 0; run <= RUNS; run++) {
        const turns = [
          ['ours', store, (rows: DecisionRows) => decide(store, rows)],
          ['hand', tables, hand.decide],
        ] as const;
        for (const [name, into, one] of run % 2 === 0 ? turns : turns.toReversed()) {
          const rows = Array.from({ length: DECISIONS }, decisionRows);
          for (let from = 0; from < rows.length; from += AT_ONCE) {
            await Promise.all(
              rows.slice(from, from + AT_ONCE).map(({ pending }) => into.commit({ requests: [pending], audit: [] })),
            );
          }
          const rate = await rateOf(rows, one);
          if (run > 0) rates[name].push(rate); // the first round warms up
        }
      }
      return { name: engine.name, ...rates };
    } finally {
      await hand.close();
      await tables.close();
      await store.close();
    }
  });
  return {
    title: `Durable decisions, ${AT_ONCE} at once (${RUNS} runs of ${DECISIONS})`,
    figures: found.flatMap(({ name, ours, hand }) => [
      { name: `${name}, through the store`, unit: '/s', runs: ours },
      { name: `${name}, by hand`, unit: '/s', runs: hand },
      {
        name: `${name}, store / by hand`,
        unit: '×',
        runs: ours.map((rate, run) => rate / (hand[run] ?? Number.NaN)),
        bound: { kind: 'at least', value: 0.5 },
      },
    ]),
    notes: [
      `By hand: the same rows, hashes and two commits, in transactions of ${AT_ONCE}, prepared statements, no compare-and-swap.`,
    ],
  };
}

async function decide(store: Store, { envelope, batch }: DecisionRows): Promise<void> {
  await store.receive(envelope);
  if ((await store.commit(batch)) !== 'committed') throw new Error('a decision was not committed');
}

/** `AT_ONCE` people decide, each again as soon as the last decision is durable. */
async function rateOf(rows: readonly DecisionRows[], one: (rows: DecisionRows) => Promise<void>): Promise<number> {
  const left = [...rows];
  const startedAt = performance.now();
  const person = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await one(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, person));
  return rows.length / ((performance.now() - startedAt) / 1000);
}
