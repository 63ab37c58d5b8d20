import Database from 'better-sqlite3';
import type { AuditEntry } from '../../src/domain/audit.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/usecases/store-port.ts';
import { proveRecord, readAudit, readTables } from '../doubles/e2e-record.ts';
import type { Tables } from '../doubles/e2e-record.ts';
import { recordedLog } from '../doubles/log.ts';

export type StoreKind = 'sqlite' | 'postgres';

/** What is still to be worked on and to be sent, and the earliest time (epoch ms) at which something must be looked at. */
export type Waiting = {
  readonly inbox: number;
  readonly outbox: number;
  /** Leases that have not ended. */
  readonly open: number;
  readonly nextLook: number | null;
};

/** The database of one row, read beside the running bots by a connection of its own. */
export type RecordReader = {
  readonly kind: StoreKind;
  /** For DATABASE_URL. */
  readonly url: string;
  tables(): Promise<Tables>;
  audit(): Promise<readonly AuditEntry[]>;
  waiting(): Promise<Waiting>;
  /** The store itself, while no bot runs: to write what one has left behind. */
  open(realm: string): Promise<Store>;
  prove(): ReturnType<typeof proveRecord>;
  /** Sets the database's own clock, where it has one, ahead of the real one. */
  setClock(ms: number): Promise<void>;
  close(): Promise<void>;
};

export function sqliteRecord(file: string): RecordReader {
  return {
    kind: 'sqlite',
    url: `file:${file}`,
    tables: () => Promise.resolve(readTables(file)),
    audit: () => readAudit(file),
    prove: () => proveRecord(file),
    setClock: () => Promise.resolve(),
    close: () => Promise.resolve(),
    open: (realm) => openSqliteStore({ file, realm, now: Date.now, log: recordedLog() }),
    waiting: () => {
      const database = new Database(file, { readonly: true, fileMustExist: true });
      try {
        const one = (sql: string) => database.prepare<[], number | null>(sql).pluck().get() ?? null;
        return Promise.resolve({
          inbox: one('SELECT count(*) FROM inbox WHERE done_at IS NULL') ?? 0,
          outbox: one('SELECT count(*) FROM outbox WHERE sent_at IS NULL') ?? 0,
          open: one("SELECT count(*) FROM grants WHERE state <> 'ended'") ?? 0,
          nextLook: one('SELECT min(next_look_at) FROM holdings'),
        });
      } finally {
        database.close();
      }
    },
  };
}
