import { loadavg } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LeaseQuestion } from '../src/domain/policy.ts';
import { evaluator } from '../src/policy/evaluate.ts';
import { readPolicy } from '../src/policy/read-policy.ts';
import { patternTests } from '../src/policy/pattern.ts';
import { readRecord } from '../src/policy/recorded.ts';
import type { Store } from '../src/usecases/store-port.ts';
import { replayPolicy } from '../src/usecases/replay-policy.ts';
import { onEachEngine } from './engines.ts';
import { fillRequests } from './fill-requests.ts';
import { asYaml, questions } from './policy-rules.ts';
import type { Section } from './report.ts';

const REQUESTS = 100_000;
const RULES = 200;
const QUESTIONS = 64;
const MIB = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A past of ten weeks put to another policy file, half of it from before policy was asked. */
export async function measurePolicyReplay(): Promise<Section> {
  const asked = questions(QUESTIONS).filter((one): one is LeaseQuestion => one.resource !== null);
  const found = await onEachEngine(async (engine) => {
    const store = await engine.open();
    try {
      await fillRequests(engine, store, REQUESTS, asked);
      await engine.sql('ANALYZE');
      return { name: engine.name, ...(await replayed(store)) };
    } finally {
      await store.close();
    }
  });
  return {
    title: `Policy replay: ${REQUESTS.toLocaleString('en')} past requests, three entries each, ${RULES} rules`,
    figures: found.flatMap(({ name, seconds, workedSeconds, heapMib, residentMib }) => [
      { name: `${name}, all of it`, unit: 's', runs: [seconds], bound: { kind: 'at most', value: 60 } as const },
      { name: `${name}, processor time of it in this process`, unit: 's', runs: [workedSeconds] },
      {
        name: `${name}, heap in use at the end, over that after a tenth`,
        unit: 'MiB',
        runs: [heapMib],
        bound: { kind: 'at most', value: 8 } as const,
      },
      {
        name: `${name}, most resident after a tenth, over that before`,
        unit: 'MiB',
        runs: [residentMib],
        bound: { kind: 'at most', value: 128 } as const,
      },
    ]),
    notes: [
      ...found.map(({ name, told }) => `${name}: ${told}`),
      `Load of the machine over one minute: ${(loadavg()[0] ?? 0).toFixed(1)}.`,
    ],
  };
}

async function replayed(store: Store) {
  const read = readPolicy(asYaml(RULES));
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const heap: number[] = [];
  const resident = { before: 0, after: 0 };
  let count = 0;
  async function* watched(): ReturnType<Store['auditEntries']> {
    const tenth = (REQUESTS * 3) / 10;
    for await (const entry of store.auditEntries()) {
      count += 1;
      if (count === tenth || count === tenth * 10) heap.push(heapInUse());
      if (count % 1000 === 0) {
        const part = count <= tenth ? 'before' : 'after';
        resident[part] = Math.max(resident[part], process.memoryUsage.rss());
      }
      yield entry;
    }
  }
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const { requests, same, different, untold } = await replayPolicy(
    {
      ...{ entries: watched(), store, today: null },
      ...{ decide: evaluator(read.policy), fits: patternTests(), readRecord },
    },
    0,
    () => Promise.resolve(),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  if (requests !== REQUESTS) throw new Error(`${requests} requests were replayed`);
  return {
    seconds,
    workedSeconds: (user + system) / 1e6,
    heapMib: ((heap[1] ?? Number.NaN) - (heap[0] ?? Number.NaN)) / MIB,
    residentMib: (resident.after - resident.before) / MIB,
    told: `${same} the same, ${different} different, ${untold} cannot be told.`,
  };
}

function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
