import pg from 'pg';
import type { Gate } from '../../src/domain/gate.ts';
import type { Grant } from '../../src/domain/grant.ts';
import type { AccessRequest } from '../../src/domain/request.ts';
import { readDatabaseConfig } from '../../src/config.ts';
import { openReader, openStore } from '../../src/store/open.ts';
import { createDatabase } from '../doubles/postgres-server.ts';
import { listed, prove } from '../doubles/e2e-record.ts';
import type { Tables } from '../doubles/e2e-record.ts';
import { recordedLog } from '../doubles/log.ts';
import type { RecordReader, Waiting } from './record.ts';

/**
 * The database's clock is the bots' clock, and a row may set it: in this database `clock_timestamp()` is ours, and is ahead
 * of the real one by what stands in `skew`.
 */
const CLOCK = (name: string): string => `
  CREATE TABLE public.skew (ms BIGINT NOT NULL);
  INSERT INTO public.skew VALUES (0);
  CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT pg_catalog.clock_timestamp() + (SELECT ms FROM public.skew) * interval ''1 millisecond''';
  ALTER DATABASE "${name}" SET search_path = public, pg_catalog;
`;

/** A PostgreSQL database of its own, as two replicas share it. Reading it waits while the server is away. */
export async function postgresRecord(serverUrl: string): Promise<RecordReader> {
  const { url, drop } = await createDatabase(serverUrl);
  const pool = new pg.Pool({ connectionString: url, max: 3 });
  pool.on('error', () => undefined);
  await pool.query(CLOCK(new URL(url).pathname.slice(1)));
  await pool.query('SET search_path = public, pg_catalog');
  const config = readDatabaseConfig({ DATABASE_URL: url });
  if (!config.ok) throw new Error(config.problems.join(' '));
  const { database } = config;
  const log = recordedLog();
  const rows = async <T>(sql: string): Promise<readonly T[]> => (await pool.query(sql)).rows as readonly T[];
  const bodies = async <T>(table: string): Promise<readonly T[]> =>
    (await rows<{ readonly body: T }>(`SELECT body FROM ${table} ORDER BY 1`)).map(({ body }) => body);
  const tables = async (): Promise<Tables> => ({
    requests: await bodies<AccessRequest>('requests'),
    grants: await bodies<Grant>('grants'),
    gates: await bodies<Gate>('gates'),
    holdings: await bodies('holdings'),
    posted: await rows('SELECT * FROM posted ORDER BY request_id, role, stage'),
  });
  const reading = async <T>(read: (reader: Awaited<ReturnType<typeof openReader>>) => Promise<T>): Promise<T> => {
    const reader = await openReader(database, log);
    try {
      return await read(reader);
    } finally {
      await reader.close();
    }
  };

  return {
    kind: 'postgres',
    url,
    tables,
    audit: () => reading((reader) => listed(reader.auditEntries())),
    prove: () => reading(async (reader) => prove(reader, await tables())),
    open: async (realm) =>
      (await openStore({ database, realm, wall: Date.now, monotonic: () => performance.now(), log })).store,
    waiting: async () => {
      const [found] = await rows<{ readonly [name in keyof Waiting]: string | null }>(`SELECT
        (SELECT count(*) FROM inbox WHERE done_at IS NULL) AS inbox,
        (SELECT count(*) FROM outbox WHERE sent_at IS NULL) AS outbox,
        (SELECT count(*) FROM grants WHERE state <> 'ended') AS open,
        (SELECT min(next_look_at) FROM holdings) AS "nextLook"`);
      const number = (name: keyof Waiting): number => Number(found?.[name] ?? 0);
      const next = found?.nextLook ?? null;
      return {
        inbox: number('inbox'),
        outbox: number('outbox'),
        open: number('open'),
        nextLook: next === null ? null : Number(next),
      };
    },
    setClock: async (ms) => {
      await pool.query('UPDATE public.skew SET ms = $1', [Math.round(ms)]);
    },
    close: async () => {
      await pool.end();
      await drop();
    },
  };
}
