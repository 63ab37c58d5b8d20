import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { readDatabaseConfig } from '../src/config.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/usecases/store-port.ts';
import { createDatabase, runSql, startPostgres } from '../test/doubles/postgres-server.ts';
import { silent } from './world.ts';

/** The realm of every row that a bench makes. */
export const REALM = 'bench';

/** An empty database of one engine, as durable as in production. */
export type Engine = {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** For DATABASE_URL. */
  readonly url: string;
  open(): Promise<Store>;
  /** Another empty database of this kind. */
  another(): Promise<Engine>;
  /** Statements on a connection of their own, beside the store. */
  sql(statements: string): Promise<void>;
  /** What stands before `INSERT … SELECT … FROM n`, so that n has a column i with the numbers from 1 to `count`. */
  numbers(count: number): string;
  /** Makes JSON of a text expression. */
  json(text: string): string;
};

/** An engine of each kind for `measure`, one after the other. */
export async function onEachEngine<T>(measure: (engine: Engine) => Promise<T>): Promise<readonly T[]> {
  const server = await startPostgres(); // its own defaults: fsync and synchronous_commit are on
  const folder = await mkdtemp(path.join(tmpdir(), 'leasehold-bench-'));
  try {
    const results: T[] = [];
    results.push(await measure(sqliteEngine(path.join(folder, 'bench.db'))));
    results.push(await measure(await postgresEngine(server.url)));
    return results;
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A PostgreSQL alone, for what several replicas share. */
export async function onPostgres<T>(measure: (engine: Engine) => Promise<T>): Promise<T> {
  const server = await startPostgres();
  try {
    return await measure(await postgresEngine(server.url));
  } finally {
    await server.stop();
  }
}

/** The record behind a DATABASE_URL. */
export async function openAt(url: string): Promise<Store> {
  const read = readDatabaseConfig({ DATABASE_URL: url });
  if (!read.ok) throw new Error(read.problems.join(' '));
  const opened = await openStore({
    database: read.database,
    realm: REALM,
    wall: Date.now,
    monotonic: () => performance.now(),
    log: silent,
  });
  return opened.store;
}

/** Text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A SQLite file, made when it is opened. */
export function sqliteEngine(file: string): Engine {
  const sql = (statements: string): Promise<void> =>
    new Promise((resolve) => {
      const database = new BetterSqlite(file);
      database.exec(statements);
      database.close();
      resolve();
    });
  return {
    name: 'SQLite',
    url: `file:${file}`,
    open: () => openAt(`file:${file}`),
    another: () => Promise.resolve(sqliteEngine(`${file}-another`)),
    sql,
    numbers: (count) => `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`,
    json: (text) => text,
  };
}

async function postgresEngine(serverUrl: string): Promise<Engine> {
  const { url } = await createDatabase(serverUrl);
  return {
    name: 'PostgreSQL',
    url,
    open: () => openAt(url),
    another: () => postgresEngine(serverUrl),
    sql: (statements) => runSql(url, statements),
    numbers: (count) => `WITH n (i) AS (SELECT generate_series(1, ${count}))`,
    json: (text) => `(${text})::jsonb`,
  };
}
