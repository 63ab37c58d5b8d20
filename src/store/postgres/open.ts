import { drizzle } from 'drizzle-orm/node-postgres';
import { CodedError } from '../../lib/errors.ts';
import type { Log } from '../../usecases/ports.ts';
import type { Store } from '../../usecases/store-port.ts';
import { missingMigrations } from '../migrations.ts';
import type { OpenReader } from '../reader.ts';
import { realmOf } from './audit.ts';
import { appliedMigrations, checkServer, createPool } from './connection.ts';
import type { PostgresAddress } from './connection.ts';
import { promised } from './errors.ts';
import { forgetOld } from './messages.ts';
import { createStore, storeReader } from './store.ts';
import { followTime } from './time.ts';

export type PostgresOptions = {
  readonly address: PostgresAddress;
  readonly realm: string;
  /** Ms since any point; never goes back. */
  readonly monotonic: () => number;
  readonly log: Log;
};

const CLOCK_MS = 5000;
const FORGET_MS = 600_000;

/**
 * Opens the record that several bots share, creating its tables as needed. `wall` is the database's time, UTC epoch ms.
 * @throws store_unavailable when it cannot be used
 */
export const openPostgresStore: (
  options: PostgresOptions,
) => Promise<{ readonly store: Store; readonly wall: () => number }> = promised(open);

async function open({ address, realm, monotonic, log }: PostgresOptions) {
  const pool = createPool(address, log);
  try {
    await checkServer(pool);
    const time = await followTime(pool, monotonic);
    const store = await createStore(pool, realm, time);
    const told = (event: string) => (error: unknown) => log.warn(event, { error });
    const timers = [
      setInterval(() => void time.refresh().catch(told('store.time_unknown')), CLOCK_MS).unref(),
      setInterval(() => void forgetOld(drizzle(pool), time.now()).catch(told('store.not_tidied')), FORGET_MS).unref(),
    ];
    const { host, database } = address;
    log.info('store.opened', { host, database, migrations: await appliedMigrations(pool), apartMs: time.apartMs() });
    const close = (): Promise<void> => {
      for (const timer of timers) clearInterval(timer);
      return store.close();
    };
    return { store: { ...store, close }, wall: () => time.now() };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/**
 * Opens the record beside running bots, to be looked at only. All answers are of one moment: when the first was asked for.
 * @throws store_unavailable when there is none, or its tables are of another version
 */
export const openPostgresReader: (address: PostgresAddress, log: Log) => Promise<OpenReader> = promised(openReader);

async function openReader(address: PostgresAddress, log: Log): Promise<OpenReader> {
  const pool = createPool(address, log);
  try {
    const client = await pool.connect();
    const close = async (): Promise<void> => {
      client.release(true);
      await pool.end();
    };
    try {
      await client.query('SET idle_in_transaction_session_timeout = 0');
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass('migrations') IS NOT NULL AS there");
      if (rows[0]?.there !== true || missingMigrations('postgres', await appliedMigrations(client)).length > 0) {
        throw new CodedError('store_unavailable', 'The database has no up-to-date record; start the bot on it once.');
      }
      const db = drizzle(client);
      return { ...storeReader(db, await realmOf(db)), close };
    } catch (error) {
      client.release(true);
      throw error;
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
}
