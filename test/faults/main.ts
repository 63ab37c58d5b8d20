// npm run test:faults [-- <part of a row's name>… --every=<n>]: what happens when things break, and the table of it, in which
// the rows that were run take their new place. With --every a row that has many moments to kill at takes each nth of them only.
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findJava } from '../../keycloak/java.js';
import { prepareKeycloak } from '../../keycloak/prepare.js';
import { startKeycloak } from '../../keycloak/server.js';
import { onOrphaned } from '../../scripts/orphan.js';
import { keycloakUrlVariable } from '../doubles/keycloak-server.ts';
import { PostgresMissing, postgresUrlVariable, startPostgres } from '../doubles/postgres-server.ts';
import type { PostgresServer } from '../doubles/postgres-server.ts';
import { peopledRealm } from './field.ts';
import { LeftOut } from './left-out.ts';
import type { Bench, Row } from './row.ts';
import type { StoreKind } from './record.ts';
import { ROWS } from './rows.ts';
import { page, printed, tally } from './table.ts';
import type { Outcome } from './table.ts';

const reference = path.join(import.meta.dirname, '..', '..', 'docs', 'reference', 'faults.md');
const say = (line: string): void => console.error(line);

async function outcomeOf(bench: Bench, row: Row, store: StoreKind): Promise<Outcome> {
  say(`… ${row.name} (${store})`);
  const startedAt = performance.now();
  const ended = (result: Outcome['result'], seen: string): Outcome => ({
    ...{ row, store, result, seen },
    seconds: (performance.now() - startedAt) / 1000,
  });
  try {
    return ended('passed', await row.run(bench, store));
  } catch (error) {
    if (error instanceof LeftOut) return ended('left out', error.message);
    say(
      error instanceof Error
        ? `${error.stack ?? error.message}\n${'said' in error ? String(error.said) : ''}`
        : String(error),
    );
    return ended('failed', error instanceof Error ? error.message : String(error));
  }
}

/** A server of our own, with fsync; rows that need one are left out where it cannot run. */
async function postgresOrNull(): Promise<PostgresServer | null> {
  try {
    const server = await startPostgres();
    process.env[postgresUrlVariable] = server.url;
    return server;
  } catch (error) {
    if (!(error instanceof PostgresMissing)) throw error;
    say(error.message);
    return null;
  }
}

onOrphaned(() => process.exit(1));
const words = process.argv.slice(2);
const patterns = words.filter((word) => !word.startsWith('--')).map((word) => new RegExp(word, 'i'));
const every = Number(words.find((word) => word.startsWith('--every='))?.slice('--every='.length) ?? 1);
const chosen = ROWS.flatMap((row) => row.stores.map((store) => ({ row, store }))).filter(
  ({ row, store }) => patterns.length === 0 || patterns.some((pattern) => pattern.test(`${row.name} ${store}`)),
);
const given = process.env[keycloakUrlVariable];
const keycloak = given === undefined ? await startKeycloak({ onProgress: say }) : null;
// The helpers that arrange realms for tests arrange them here, too.
process.env[keycloakUrlVariable] = keycloak?.url ?? given;
const postgres = chosen.some(({ store }) => store === 'postgres') ? await postgresOrNull() : null;
const outcomes: Outcome[] = [];
try {
  const bench: Bench = { keycloak, postgres, shared: await peopledRealm(), every, say };
  for (const { row, store } of chosen) {
    const outcome = await outcomeOf(bench, row, store);
    outcomes.push(outcome);
    console.log(printed(outcome));
  }
} finally {
  await postgres?.stop();
  await keycloak?.stop();
}
if (outcomes.length > 0) {
  const java = /"([^"]+)"/.exec(spawnSync(findJava(process.env).command, ['-version']).stderr.toString())?.[1] ?? '?';
  const { version } = await prepareKeycloak();
  await mkdir(path.dirname(reference), { recursive: true });
  const date = new Date().toISOString().slice(0, 10);
  const before = patterns.length === 0 ? '' : await readFile(reference, 'utf8').catch(() => '');
  await writeFile(reference, page(ROWS, outcomes, { keycloak: version, java, date }, before));
}
if (outcomes.length === 0) say('No row matches.');
console.log(tally(outcomes));
process.exit(outcomes.length > 0 && outcomes.every(({ result }) => result !== 'failed') ? 0 : 1);
