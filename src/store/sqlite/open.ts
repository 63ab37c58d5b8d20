import { CodedError } from '../../lib/errors.ts';
import type { Log } from '../../usecases/ports.ts';
import type { Store } from '../../usecases/store-port.ts';
import { missingMigrations } from '../migrations.ts';
import type { OpenReader } from '../reader.ts';
import { realmOf } from './audit.ts';
import { appliedMigrations, lockFile, makeFolder, openReadable, openWritable } from './connection.ts';
import { promised } from './errors.ts';
import { createStore, openTables, storeReader } from './store.ts';

export type SqliteOptions = {
  /** A path, or `:memory:` for a database that nobody else sees. */
  readonly file: string;
  readonly realm: string;
  /** UTC epoch ms. */
  readonly now: () => number;
  readonly log: Log;
};

/**
 * Opens the record for the one bot that writes it, creating file, folder and tables as needed.
 * @throws store_locked when another bot has the file; store_unavailable when it cannot be used
 */
export const openSqliteStore: (options: SqliteOptions) => Promise<Store> = promised(open);

function open({ file, realm, now, log }: SqliteOptions): Store {
  if (file === ':memory:') return createStore(openWritable(file), realm, now);
  makeFolder(file);
  const lock = lockFile(file);
  try {
    const database = openWritable(file);
    try {
      const store = createStore(database, realm, now);
      // The lock says that whoever held a lease is dead; work that he left must not wait until it runs out (I3).
      database.exec('UPDATE holdings SET lease_replica = NULL, lease_until = NULL WHERE lease_until IS NOT NULL');
      database.exec("DELETE FROM leases WHERE replica IS NOT NULL OR name LIKE 'job %'");
      log.info('store.opened', { file, migrations: appliedMigrations(database) });
      return { ...store, close: () => store.close().finally(lock.release) };
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Opens the record beside a running bot, to be looked at only. All answers are of one moment: when the first was asked for.
 * @throws store_unavailable when there is no such file, or its tables are of another version
 */
export const openSqliteReader: (file: string) => Promise<OpenReader> = promised(openReader);

function openReader(file: string): OpenReader {
  const database = openReadable(file);
  try {
    if (missingMigrations('sqlite', appliedMigrations(database)).length > 0) {
      throw new CodedError('store_unavailable', `${file} was written by an older Leasehold; start the bot on it once.`);
    }
    database.exec('BEGIN');
    return { ...storeReader(openTables(database, realmOf(database))), close: promised(() => void database.close()) };
  } catch (error) {
    database.close();
    throw error;
  }
}
