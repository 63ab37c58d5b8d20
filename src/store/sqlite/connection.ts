import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { CodedError } from '../../lib/errors.ts';
import { missingMigrations } from '../migrations.ts';
import { engineCode, storeError } from './errors.ts';

/** How long a write waits for a stranger (a backup, a shell) to let go of the file; no socket or timer runs meanwhile. */
const BUSY_TIMEOUT_MS = 250;

/**
 * Takes the file for this process until it closes the lock or dies, however it dies: the system frees a dead process's
 * file locks, and SQLite's own exclusive transaction is such a lock on every platform that it runs on.
 * @throws store_locked when another process has it
 */
export function lockFile(file: string): { release: () => void } {
  const lock = opened(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (engineCode(error) !== 'SQLITE_BUSY') throw storeError(error);
    throw new CodedError(
      'store_locked',
      `Another Leasehold is running on ${file}; stop it, or give this one a file of its own.`,
    );
  }
  return { release: () => void lock.close() };
}

/** Opens the file for reading and writing, creating it and its folder, each write durable when it returns. */
export function openWritable(file: string): Database.Database {
  const database = opened(file, { timeout: BUSY_TIMEOUT_MS });
  database.pragma('journal_mode = WAL');
  // better-sqlite3 builds SQLite with NORMAL for WAL, which may forget the last commits on a power cut.
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  // Ids are random, so every insert touches another page of each index: keep those of a big database at hand (8 MiB).
  database.pragma('cache_size = -8192');
  return database;
}

export const openReadable = (file: string): Database.Database =>
  opened(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });

/** Creates the folder of a database; it holds people's data, so nobody else may look in. */
export function makeFolder(file: string): void {
  try {
    makeWithParents(path.dirname(path.resolve(file)));
  } catch (error) {
    const told = `The folder of ${file} cannot be made; name a file in DATABASE_URL whose folder Leasehold may write.`;
    throw new CodedError('store_unavailable', told, { cause: error });
  }
}

/** Not mkdir's own `recursive`, which in Node 24 never returns where a parent exists and mkdir says ENOENT, as in /proc. */
function makeWithParents(folder: string): void {
  if (existsSync(folder)) return;
  makeWithParents(path.dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Brings the tables up to date; each migration is applied wholly or not at all. */
export function migrate(database: Database.Database, now: number): void {
  database.exec('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at INTEGER NOT NULL)');
  const record = database.prepare('INSERT INTO migrations (name, applied_at) VALUES (?, ?)');
  for (const { name, sql } of missingMigrations('sqlite', appliedMigrations(database))) {
    database.transaction(() => {
      database.exec(sql);
      record.run(name, now);
    })();
  }
}

export const appliedMigrations = (database: Database.Database): readonly string[] =>
  database.prepare<[], string>('SELECT name FROM migrations ORDER BY name').pluck().all();

function opened(file: string, options: Database.Options): Database.Database {
  try {
    return new Database(file, options);
  } catch (error) {
    const told = `The database file ${file} cannot be opened; check that it is there and that Leasehold may use it.`;
    throw new CodedError('store_unavailable', told, { cause: error });
  }
}
