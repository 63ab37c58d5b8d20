import Database from 'better-sqlite3';
import type { AuditEntry } from '../../src/domain/audit.ts';
import { proveRecord, readAudit, readTables } from '../doubles/e2e-record.ts';
import type { Tables } from '../doubles/e2e-record.ts';

export type StoreKind = 'sqlite' | 'postgres';

/** What is still to be worked on and to be sent, and the earliest time (epoch ms) at which something must be looked at. */
export type Waiting = { readonly inbox: number; readonly outbox: number; readonly nextLook: number | null };

/** The database of one row, read beside the running bots by a connection of its own. */
export type RecordReader = {
  readonly kind: StoreKind;
  /** For DATABASE_URL. */
  readonly url: string;
  tables(): Promise<Tables>;
  audit(): Promise<readonly AuditEntry[]>;
  waiting(): Promise<Waiting>;
  prove(): ReturnType<typeof proveRecord>;
};

export function sqliteRecord(file: string): RecordReader {
  return {
    kind: 'sqlite',
    url: `file:${file}`,
    tables: () => Promise.resolve(readTables(file)),
    audit: () => readAudit(file),
    prove: () => proveRecord(file),
    waiting: () => {
      const database = new Database(file, { readonly: true, fileMustExist: true });
      try {
        const one = (sql: string) => database.prepare<[], number | null>(sql).pluck().get() ?? null;
        return Promise.resolve({
          inbox: one('SELECT count(*) FROM inbox WHERE done_at IS NULL') ?? 0,
          outbox: one('SELECT count(*) FROM outbox WHERE sent_at IS NULL') ?? 0,
          nextLook: one('SELECT min(next_look_at) FROM holdings'),
        });
      } finally {
        database.close();
      }
    },
  };
}
