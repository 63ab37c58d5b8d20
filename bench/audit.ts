import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AuditFilter } from '../src/usecases/audit-filter.ts';
import type { Store } from '../src/usecases/store-port.ts';
import { verifyChain } from '../src/usecases/verify-audit.ts';
import { onEachEngine } from './engines.ts';
import { fillAudit } from './fill.ts';
import { median } from './report.ts';
import type { Section } from './report.ts';

const SMALL = 10_000;
const LARGE = 1_000_000;
const ROUNDS = 21;
const PAGE = 50;
const MIB = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The last entries of one person, filtered and paged, and the whole chain verified, in a short audit and in a long one. */
export async function measureAudit(): Promise<Section> {
  const found = await onEachEngine(async (engine) => {
    const store = await engine.open();
    try {
      await fillAudit(engine, store, SMALL);
      const small = await searches(store);
      await fillAudit(engine, store, LARGE);
      await engine.sql('ANALYZE');
      const large = await searches(store);
      return { name: engine.name, small, large, ...(await verified(store)) };
    } finally {
      await store.close();
    }
  });
  return {
    title: `Audit: the last ${PAGE} of one person, of one path since a day, and the page after (${ROUNDS} rounds)`,
    figures: found.flatMap(({ name, small, large, perSecond, grownMib }) => [
      { name: `${name}, ${SMALL.toLocaleString('en')} entries`, unit: 'ms', runs: small },
      { name: `${name}, ${LARGE.toLocaleString('en')} entries`, unit: 'ms', runs: large },
      {
        name: `${name}, ratio of the medians`,
        unit: '×',
        runs: [median(large) / median(small)],
        bound: { kind: 'at most', value: 3 },
      },
      {
        name: `${name}, verify ${LARGE.toLocaleString('en')} entries`,
        unit: 'entries/s',
        runs: [perSecond],
        bound: { kind: 'at least', value: 100_000 },
      },
      {
        name: `${name}, heap in use after all of it, over that after a tenth`,
        unit: 'MiB',
        runs: [grownMib],
        bound: { kind: 'at most', value: 8 },
      },
    ]),
  };
}

const person = { teamId: 'T0', userId: 'U7' };
const everything: AuditFilter = { person: null, access: null, since: null, until: null, state: null };

async function searches(store: Store): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    const first = await store.audit({ ...everything, person }, 0, PAGE);
    const next = await store.audit({ ...everything, person }, PAGE / 2, PAGE / 2);
    await store.audit({ ...everything, person, access: 'path-7', since: 1000 }, 0, PAGE);
    times.push(performance.now() - startedAt);
    if (first.length !== PAGE || next.length !== PAGE / 2) throw new Error('the person has too few entries');
  }
  return times;
}

async function verified(store: Store): Promise<{ readonly perSecond: number; readonly grownMib: number }> {
  const startedAt = performance.now();
  const result = await verifyChain(store.auditEntries(), () => store.auditHead());
  const seconds = (performance.now() - startedAt) / 1000;
  if (!result.ok) throw new Error(result.problem);
  return { perSecond: result.entries / seconds, grownMib: await memoryGrown(store) };
}

/** What is still in use after a tenth of the chain and after all of it, garbage collected before each look. */
async function memoryGrown(store: Store): Promise<number> {
  const used: number[] = [];
  let count = 0;
  async function* watched(): ReturnType<Store['auditEntries']> {
    for await (const entry of store.auditEntries()) {
      count += 1;
      if (count === LARGE / 10 || count === LARGE) used.push(heapInUse());
      yield entry;
    }
  }
  await verifyChain(watched(), () => store.auditHead());
  return ((used[1] ?? Number.NaN) - (used[0] ?? Number.NaN)) / MIB;
}

function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
