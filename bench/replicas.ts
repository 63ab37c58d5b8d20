import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onPostgres, sqliteEngine } from './engines.ts';
import type { Engine } from './engines.ts';
import { fillGrants } from './fill.ts';
import type { ReplicaSays } from './replica.ts';
import type { Section } from './report.ts';

const RUNS = 3;
const DUE = 2000;
const HELD = 200;
const script = path.join(import.meta.dirname, 'replica.ts');

/** Two replicas beside one, and how soon somebody else takes up the work of a process that was killed. */
export async function measureReplicas(): Promise<Section> {
  const one: number[] = [];
  const two: number[] = [];
  const taken: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    one.push((await drain(1)).perSecond);
    const both = await drain(2);
    two.push(both.perSecond);
    taken.push(both.calls / both.holdings);
  }
  const recoveries: number[] = [];
  for (let run = 0; run < RUNS; run++) recoveries.push(await onPostgres(recoverByReplica));
  const restarts: number[] = [];
  for (let run = 0; run < RUNS; run++) restarts.push(await recoverByRestart());
  return {
    title: `${DUE} due revocations with a Keycloak that answers after 20 ms, 8 calls at once for each replica (${RUNS} runs)`,
    figures: [
      { name: 'one replica on PostgreSQL', unit: '/s', runs: one },
      { name: 'two replicas on PostgreSQL', unit: '/s', runs: two },
      {
        name: 'two / one',
        unit: '×',
        runs: two.map((rate, run) => rate / (one[run] ?? Number.NaN)),
        bound: { kind: 'at least', value: 1.8 },
      },
      { name: 'calls per holding, two replicas', unit: '×', runs: taken, bound: { kind: 'at most', value: 1 } },
      {
        name: `kill -9 of the replica that holds ${HELD}: all ended by another`,
        unit: 's',
        runs: recoveries,
        bound: { kind: 'at most', value: 30 },
      },
      {
        name: `kill -9 and a restart alone, SQLite: all ${HELD} ended`,
        unit: 's',
        runs: restarts,
        bound: { kind: 'at most', value: 5 },
      },
    ],
    notes: [
      'Beside it, by their documentation: pg-boss takes a job for lost after 15 min (expireInSeconds), graphile-worker after 4 h.',
    ],
  };
}

function drain(
  replicas: number,
): Promise<{ readonly perSecond: number; readonly calls: number; readonly holdings: number }> {
  return onPostgres(async (engine) => {
    await fillDue(engine, DUE);
    const children = await Promise.all(Array.from({ length: replicas }, () => start(engine.url)));
    const startedAt = Date.now();
    const done = await Promise.all(children.map((child) => child.go()));
    const seconds = (Math.max(...done.map(({ at }) => at)) - startedAt) / 1000;
    const calls = done.flatMap((one) => one.taken);
    return { perSecond: DUE / seconds, calls: calls.length, holdings: new Set(calls).size };
  });
}

async function recoverByReplica(engine: Engine): Promise<number> {
  await fillDue(engine, HELD);
  const [holder, other] = [await start(engine.url, 'stall'), await start(engine.url)];
  await holder.stall();
  const killedAt = Date.now();
  holder.kill();
  return ((await other.go()).at - killedAt) / 1000;
}

async function recoverByRestart(): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'leasehold-bench-'));
  try {
    const engine = sqliteEngine(path.join(folder, 'bench.db'));
    await fillDue(engine, HELD);
    const holder = await start(engine.url, 'stall');
    await holder.stall();
    holder.kill();
    const restartedAt = Date.now();
    const again = await start(engine.url);
    return ((await again.go()).at - restartedAt) / 1000;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fillDue(engine: Engine, due: number): Promise<void> {
  await (await engine.open()).close(); // makes the tables
  await fillGrants(engine, { from: 1, to: due, liveEvery: 1, due });
}

/** A replica in a process of its own, ready to begin. */
async function start(
  url: string,
  mode = '',
): Promise<{
  go(): Promise<Extract<ReplicaSays, { say: 'done' }>>;
  /** Begins, and resolves when it waits for Keycloak with rows claimed. */
  stall(): Promise<void>;
  kill(): void;
}> {
  const child = fork(script, [url, mode]);
  await said(child, 'ready');
  return {
    go: async () => {
      const done = said(child, 'done');
      child.send('go');
      const result = await done;
      child.disconnect();
      if (result.say !== 'done') throw new Error('it is not done');
      return result;
    },
    stall: async () => {
      const stalled = said(child, 'stalled');
      child.send('go');
      await stalled;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

async function said(child: ChildProcess, what: ReplicaSays['say']): Promise<ReplicaSays> {
  const gone = once(child, 'exit').then(() => {
    throw new Error('a replica ended by itself');
  });
  gone.catch(() => undefined);
  for (;;) {
    const [message] = (await Promise.race([once(child, 'message'), gone])) as [ReplicaSays];
    if (message.say === what) return message;
  }
}
