import { drizzle } from 'drizzle-orm/node-postgres';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { CodedError } from '../../lib/errors.ts';
import type { Log } from '../../usecases/ports.ts';
import { missingMigrations } from '../migrations.ts';
import { isCollision, storeError } from './errors.ts';

export type Db = NodePgDatabase;

/** Where PostgreSQL is. `tls`: `encrypted` believes any certificate, `verified` only one for this host from a known authority. */
export type PostgresAddress = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: 'off' | 'encrypted' | 'verified';
};

/**
 * Writes share a connection and look-ups are short, so few connections carry much. Nobody waits long for a server that
 * does not answer, and a replica that stops inside a transaction loses it, and the rows it held, within seconds.
 */
const LIMITS = {
  max: 10,
  connectionTimeoutMillis: 5000,
  idleTimeoutMillis: 30_000,
  maxLifetimeSeconds: 3600,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  statement_timeout: 15_000,
  query_timeout: 20_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 8000,
  application_name: 'leasehold',
} as const;

export function createPool(address: PostgresAddress, log: Log): pg.Pool {
  const { tls, ...rest } = address;
  const ssl = tls === 'off' ? false : { rejectUnauthorized: tls === 'verified' };
  const pool = new pg.Pool({ ...LIMITS, ...rest, ssl });
  // A connection that breaks tells so by an event; without a listener that would end the process.
  const tell = (error: Error) => log.warn('store.connection_lost', { error });
  pool.on('error', tell);
  pool.on('connect', (client) => client.on('error', tell));
  return pool;
}

/**
 * Runs `work` in a transaction on a connection of its own.
 * @throws what `work` or COMMIT throws; then nothing is kept, except where the connection was lost during COMMIT
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (db: Db, client: pg.PoolClient) => Promise<T>,
  begin = 'BEGIN ISOLATION LEVEL READ COMMITTED',
): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query(begin);
    const result = await work(drizzle(client), client);
    await client.query('COMMIT');
    broken = false;
    return result;
  } catch (error) {
    // A connection that failed is thrown away, and the server undoes what it was told; waiting for it helps nobody.
    if (storeError(error) instanceof CodedError && !isCollision(error)) throw error;
    broken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Any number that no other program on the database takes for its own advisory lock. */
const MIGRATION_LOCK = 5_170_204_411;

/** Brings the tables up to date, all or nothing; replicas that start together do it one after the other. */
export async function migrate(pool: pg.Pool, now: number): Promise<readonly string[]> {
  return inTransaction(pool, async (_, client) => {
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await client.query('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)');
    for (const { name, sql } of missingMigrations('postgres', await appliedMigrations(client))) {
      await client.query(sql);
      await client.query('INSERT INTO migrations (name, applied_at) VALUES ($1, $2)', [name, now]);
    }
    return appliedMigrations(client);
  });
}

export async function appliedMigrations(client: Pick<pg.Pool, 'query'>): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY name');
  return rows.map((row) => row.name);
}

/**
 * What is told to be committed must be on disk, and text must be kept as it is.
 * @throws store_unavailable where the server is set up so that one of them does not hold
 */
export async function checkServer(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ encoding: string; commits: string }>(
    `SELECT current_setting('server_encoding') AS encoding, current_setting('synchronous_commit') AS commits`,
  );
  const [found] = rows;
  if (found?.encoding !== 'UTF8') {
    throw new CodedError('store_unavailable', 'The database in DATABASE_URL must have the encoding UTF8.');
  }
  if (found.commits === 'off') {
    throw new CodedError(
      'store_unavailable',
      'PostgreSQL runs with synchronous_commit = off and may forget; set it on.',
    );
  }
}
