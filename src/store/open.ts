import type { Log } from '../usecases/ports.ts';
import type { Store } from '../usecases/store-port.ts';
import type { PostgresAddress } from './postgres/connection.ts';
import { openPostgresReader, openPostgresStore } from './postgres/open.ts';
import type { OpenReader } from './reader.ts';
import { openSqliteReader, openSqliteStore } from './sqlite/open.ts';

/** Where the record is kept. */
export type Database =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly address: PostgresAddress };

export type OpenStore = {
  readonly store: Store;
  /** UTC epoch ms: of this machine, or of the database where replicas must agree on it. */
  readonly wall: () => number;
};

/**
 * Opens the record, whatever keeps it, and creates what is missing.
 * @param wall UTC epoch ms of this machine; may jump
 * @param monotonic ms since any point; never goes back
 * @throws store_locked, store_unavailable
 */
export async function openStore({
  database,
  wall,
  monotonic,
  ...options
}: {
  readonly database: Database;
  readonly realm: string;
  readonly wall: () => number;
  readonly monotonic: () => number;
  readonly log: Log;
}): Promise<OpenStore> {
  if (database.engine === 'postgres') return openPostgresStore({ ...options, monotonic, address: database.address });
  return { store: await openSqliteStore({ ...options, now: wall, file: database.file }), wall };
}

/** Opens the record to be looked at, beside running bots or offline. @throws store_unavailable */
export const openReader = (database: Database, log: Log): Promise<OpenReader> =>
  database.engine === 'postgres' ? openPostgresReader(database.address, log) : openSqliteReader(database.file);
