import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createStore } from '../../../src/store/postgres/store.ts';
import type { DatabaseTime } from '../../../src/store/postgres/time.ts';
import { REALM, START } from '../../builders/domain.ts';
import { createDatabase, runSql } from '../../doubles/postgres-server.ts';
import type { OpenStore } from './harness.ts';

/** Time that stands still, and that nobody is unsure of. */
export const stopped: DatabaseTime = { now: () => START, apartMs: () => 0 };

export type PostgresDatabase = {
  /** Another, empty schema: as good as another database, and made at once. */
  readonly schema: () => Promise<PostgresSchema>;
  readonly drop: () => Promise<void>;
};
export type PostgresSchema = {
  /** As a replica of its own would connect. */
  readonly pool: (options?: pg.PoolConfig) => pg.Pool;
  readonly run: (statements: string) => Promise<void>;
};

export async function openDatabase(): Promise<PostgresDatabase> {
  const { url, drop } = await createDatabase();
  const schema = async (): Promise<PostgresSchema> => {
    const name = `s_${randomUUID().replaceAll('-', '')}`;
    await runSql(url, `CREATE SCHEMA ${name}`);
    const options = `-c search_path=${name}`;
    return {
      pool: (more = {}) => quiet(new pg.Pool({ connectionString: url, options, ...more })),
      run: (statements) => runSql(url, `SET search_path = ${name}; ${statements}`),
    };
  };
  return { schema, drop };
}

/** A fresh store for each test of the contract. @param database the one that `beforeAll` has opened */
export function postgresHarness(database: () => PostgresDatabase): OpenStore {
  return async () => {
    const { pool, run } = await database().schema();
    const store = await createStore(pool(), REALM, stopped);
    return {
      store,
      asClient: run,
      tamper: (statements) =>
        run(`DROP TRIGGER audit_no_update ON audit; DROP TRIGGER audit_no_delete ON audit; ${statements}`),
      end: () => store.close(),
    };
  };
}

/** A server that is stopped by a test tells every idle connection so. */
function quiet(pool: pg.Pool): pg.Pool {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
