import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Field } from '../field.ts';
import { liveThrough, supervise } from '../journey.ts';
import type { Milestones } from '../journey.ts';
import { unique } from '../names.ts';
import type { Plan } from '../plan.ts';
import type { Moment, Point } from '../points.ts';
import type { StoreKind } from '../record.ts';
import { BOTH, must, onField } from '../row.ts';
import type { Bench, Row } from '../row.ts';

/** Runs side by side. On PostgreSQL each waits half a minute for the dead bot's row leases, and works little. */
const AT_ONCE: Readonly<Record<StoreKind, number>> = { sqlite: 2, postgres: 6 };
const MOST_TRIES = 3;
/** One moment in so many may never come again. */
const MOST_MISSED = 10;

type Spot = { readonly point: Point; readonly moment: Moment };
type Run = {
  readonly deaths: readonly number[];
  /** When the last bot began its work, monotonic ms like the rest. */
  readonly started: number;
  readonly milestones: Milestones;
  readonly puts: number;
  readonly deletes: number;
};

/** One lease in a field of its own, with a bot that is killed once at this spot. */
async function run(bench: Bench, store: StoreKind, plan: (field: Field) => Plan): Promise<Run> {
  const runs: Run[] = [];
  await onField(bench, store, {}, async (field) => {
    const access = await field.offer(unique('/kill'));
    const supervised = await supervise(field, plan(field));
    const milestones = await liveThrough(field, access, supervised.bot);
    const started = Date.parse(supervised.bot().started()?.time ?? '') - performance.timeOrigin;
    await supervised.stop();
    const changes = (await field.botChanges()).filter((change) => change.endsWith(access.id));
    const count = (verb: string): number => changes.filter((change) => change.startsWith(verb)).length;
    runs.push({ deaths: supervised.deaths, started, milestones, puts: count('CREATE'), deletes: count('DELETE') });
    return { seen: '', expected: { repeats: supervised.deaths.length } };
  });
  const [done] = runs;
  if (done === undefined) throw new Error('no run');
  return done;
}

/** Every spot of a lease, in the order in which an undisturbed one passes them. */
const spots = new Map<StoreKind, Promise<readonly Spot[]>>();
function allSpots(bench: Bench, store: StoreKind): Promise<readonly Spot[]> {
  const known = spots.get(store) ?? findSpots(bench, store);
  spots.set(store, known);
  return known;
}

async function findSpots(bench: Bench, store: StoreKind): Promise<readonly Spot[]> {
  let lines: readonly string[] = [];
  await onField(bench, store, {}, async (field) => {
    const points = path.join(field.scratch, 'points');
    const access = await field.offer(unique('/kill'));
    const supervised = await supervise(field, { points });
    await liveThrough(field, access, supervised.bot);
    await supervised.stop();
    lines = (await readFile(points, 'utf8')).trim().split('\n');
    return '';
  });
  return [...new Set(lines)].map((line) => ({
    moment: line.startsWith('before ') ? 'before' : 'after',
    point: line.slice(line.indexOf(' ') + 1),
  }));
}

/** null: the bot came by in none of its runs, because its work fell into other batches. */
async function killAt(bench: Bench, store: StoreKind, spot: Spot): Promise<Run | null> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const ambush = { ...spot, signal: 'SIGKILL' } as const;
    const done = await run(bench, store, (field) => ({ points: path.join(field.scratch, 'points'), ambush }));
    if (done.deaths.length === 1) return done;
  }
  return null;
}

/** How long after the kill, and after the next bot had begun, the lease was where it belongs next, s. */
function recovery({ deaths: [died = 0], started, milestones: { live, ended, quiet } }: Run) {
  const right = [live, ended, quiet].find((at) => at > died) ?? died;
  return { afterKill: (right - died) / 1000, afterStart: Math.max(0, right - started) / 1000 };
}

async function killEverywhere(bench: Bench, store: StoreKind, serves: string): Promise<string> {
  const all = (await allSpots(bench, store)).filter(({ point }) => point.startsWith(`${serves}: `));
  must(all.length > 0, `a lease has calls of ${serves}`);
  const chosen = all.filter((_, index) => index % bench.every === 0);
  bench.say(`  ${chosen.length} of ${all.length} moments`);
  const runs: Run[] = [];
  const failures: string[] = [];
  let missed = 0;
  const waiting = [...chosen];
  const work = async (): Promise<void> => {
    for (let spot = waiting.shift(); spot !== undefined; spot = waiting.shift()) {
      try {
        const done = await killAt(bench, store, spot);
        if (done === null) missed += 1;
        else runs.push(done);
        const [count, what] = [runs.length + missed + failures.length, done === null ? 'never came' : 'killed'];
        bench.say(`  ${count} of ${chosen.length}: ${what} ${spot.moment} ${spot.point}`);
      } catch (error) {
        failures.push(`${spot.moment} ${spot.point}: ${error instanceof Error ? error.message : String(error)}`);
        bench.say(failures.at(-1) ?? '');
        if (error instanceof Error && 'said' in error) bench.say(String(error.said));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE[store] }, work));
  if (failures.length > 0) throw new Error(`${failures.length} of ${chosen.length}: ${failures.join(' · ')}`);
  must(missed * MOST_MISSED <= chosen.length, `the bot came by at nearly every moment, and not at ${missed}`);
  const times = runs.map(recovery);
  const sum = (of: (one: Run) => number): number => runs.reduce((total, one) => total + of(one), 0);
  return `killed at ${runs.length} of ${all.length} moments, one run each${missed === 0 ? '' : `, while ${missed} came in none of three runs, because work fell into other batches`}; right again ${spread(times.map(({ afterKill }) => afterKill))} after the kill, ${spread(times.map(({ afterStart }) => afterStart))} after the next bot had begun, people’s repeated clicks included; Keycloak counted ${sum(({ puts }) => puts)} PUT and ${sum(({ deletes }) => deletes)} DELETE for ${runs.length} leases`;
}

/** Median and longest. */
function spread(seconds: readonly number[]): string {
  const sorted = seconds.toSorted((a, b) => a - b);
  return `${(sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1)} s (at most ${(sorted.at(-1) ?? 0).toFixed(1)} s)`;
}

const SERVES = [
  ['request', 'while a request is taken in', ['I16', 'I22', 'I23', 'I29']],
  ['decision', 'while a decision is taken', ['I12', 'I14', 'I15', 'I16', 'I22', 'I23']],
  ['activation', 'while access is given', ['I4', 'I7', 'I9', 'I22', 'I27']],
  ['revocation', 'while access is taken away', ['I1', 'I3', 'I7', 'I22', 'I27']],
  ['outbox', 'while people are told', ['I15', 'I22', 'I29']],
] as const;

/** Opening a new database dies after each of its statements; the next start finds it whole or empty, and works. */
async function killMigration(bench: Bench, store: StoreKind): Promise<string> {
  let statements = 0;
  await onField(bench, store, {}, async (field) => {
    const notes = path.join(field.scratch, 'statements');
    const first = await field.start({ migration: { notes } });
    await first.stop();
    const lines = (await readFile(notes, 'utf8')).trim().split('\n');
    // Afterwards comes everyday work.
    const last = lines.findLastIndex((line) => line.startsWith('INSERT INTO migrations') || line.startsWith('CREATE'));
    statements = lines.indexOf('COMMIT', last) + 1;
    must(statements > 10, 'opening a new database takes many statements');
    return '';
  });
  for (let killAfter = 1; killAfter <= statements; killAfter += bench.every) {
    await onField(bench, store, {}, async (field) => {
      const killed = await field.launch({ migration: { killAfter } });
      must((await killed.exited) === 137, `the bot died after statement ${killAfter}`);
      const access = await field.offer(`/migrate/${killAfter}`);
      const bot = await field.start();
      if (killAfter + bench.every > statements) await liveThrough(field, access, () => bot);
      await bot.stop();
      return '';
    });
  }
  return `killed after ${bench.every === 1 ? 'each' : `every ${bench.every}th`} of ${statements} statements, the commits among them; the next start made the tables whole every time, and a lease went through`;
}

export const KILL_ROWS: readonly Row[] = [
  ...SERVES.map(([serves, when, holds]): Row => ({
    name: `kill-${serves}`,
    fault: `\`kill -9\` ${when}`,
    injected: 'the bot kills itself before, and after, each of its port calls; it is started again at once',
    holds,
    stores: BOTH,
    run: (bench, store) => killEverywhere(bench, store, serves),
  })),
  {
    name: 'kill-migration',
    fault: '`kill -9` while the tables are made',
    injected: 'the driver carries out each script a statement at a time and dies after one',
    holds: ['I22', 'I24'],
    stores: BOTH,
    run: killMigration,
  },
];
