import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { readDatabaseConfig } from '../../../src/config.ts';
import type { PostgresAddress } from '../../../src/store/postgres/connection.ts';
import { createStore } from '../../../src/store/postgres/store.ts';
import type { DatabaseTime } from '../../../src/store/postgres/time.ts';
import { REALM, START } from '../../builders/domain.ts';
import { createDatabase, runSql } from '../../doubles/postgres-server.ts';
import type { OpenStore } from './harness.ts';

/** The parts of an address, as the configuration gives them. */
export function addressOf(url: string): PostgresAddress {
  const read = readDatabaseConfig({ DATABASE_URL: url });
  if (!read.ok || read.database.engine !== 'postgres') throw new Error('no address');
  return read.database.address;
}

/** Time that stands still, and that nobody is unsure of. */
export const stopped: DatabaseTime = { now: () => START, apartMs: () => 0 };

export type PostgresDatabase = {
  /** Another, empty schema: as good as another database, and made at once. */
  readonly schema: () => Promise<PostgresSchema>;
  readonly drop: () => Promise<void>;
};
export type PostgresSchema = {
  readonly url: string;
  /** As a replica of its own would connect. */
  readonly pool: (options?: pg.PoolConfig) => pg.Pool;
  readonly run: (statements: string) => Promise<void>;
  /** Whether the whole database refuses writes from now on, as a standby does; connections are cut. */
  readonly readOnly: (on: boolean) => Promise<void>;
};

export async function openDatabase(): Promise<PostgresDatabase> {
  const { url, drop } = await createDatabase();
  const schema = async (): Promise<PostgresSchema> => {
    const name = `s_${randomUUID().replaceAll('-', '')}`;
    await runSql(url, `CREATE SCHEMA ${name}`);
    const options = `-c search_path=${name}`;
    return {
      pool: (more = {}) => quiet(new pg.Pool({ connectionString: url, options, ...more })),
      url,
      run: (statements) => runSql(url, `SET search_path = ${name}; ${statements}`),
      readOnly: (on) =>
        runSql(
          `${url}?options=-c%20default_transaction_read_only%3Doff`,
          `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = ${on ? 'on' : 'off'};
           SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        ),
    };
  };
  return { schema, drop };
}

// Triggers sleep for a replica's session, so that the audit can be emptied, too.
const EMPTY = `SET session_replication_role = replica;
  ${['audit', 'meta', 'leases', 'outbox', 'inbox', 'posted', 'home_groups', 'homes', 'holdings', 'resources', 'grants', 'justifications', 'requests', 'sign_ins', 'links', 'gates', 'carried_leases'].map((table) => `DELETE FROM ${table}`).join(';')}`;

/**
 * A fresh store for each test of the contract; making tables takes longer than most tests, so they are emptied and used
 * again. @param database the one that `beforeAll` has opened
 */
export function postgresHarness(database: () => PostgresDatabase): OpenStore {
  const unused: PostgresSchema[] = [];
  return async () => {
    const schema = unused.pop() ?? (await database().schema());
    const { pool, run } = schema;
    const store = await createStore(pool(), REALM, stopped);
    let tampered = false;
    return {
      store,
      asClient: run,
      tamper: (statements) => {
        tampered = true;
        return run(`DROP TRIGGER audit_no_update ON audit; DROP TRIGGER audit_no_delete ON audit; ${statements}`);
      },
      end: async () => {
        await store.close();
        if (tampered) return;
        await run(EMPTY);
        unused.push(schema);
      },
    };
  };
}

/** A server that is stopped by a test tells every idle connection so. */
function quiet(pool: pg.Pool): pg.Pool {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
