import type Database from 'better-sqlite3';
import { asc, eq, gt, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AuditDraft } from '../../domain/audit.ts';
import { linkEntry } from '../chain.ts';
import type { AuditRow, Head } from '../chain.ts';
import { audit, meta, slot } from './schema.ts';

const PAGE = 500;

/** The chain: its one writer, and its readers in order. */
export function auditTable(db: BetterSQLite3Database, realm: string) {
  const readHead = db.select({ seq: meta.auditSeq, hash: meta.auditHash }).from(meta).prepare();
  const moveHead = db
    .update(meta)
    .set({ auditSeq: slot(meta.auditSeq), auditHash: slot(meta.auditHash) })
    .prepare();
  const insert = db
    .insert(audit)
    .values({ seq: sql.placeholder('seq'), entry: sql.placeholder('entry'), hash: sql.placeholder('hash') })
    .prepare();
  const page = db
    .select({ seq: audit.seq, entry: audit.entry, hash: audit.hash })
    .from(audit)
    .where(gt(audit.seq, sql.placeholder('after')))
    .orderBy(asc(audit.seq))
    .limit(PAGE)
    .prepare();
  let known: Head | null = null;
  const recordedHead = (): Head => {
    const head = readHead.get();
    if (head === undefined) throw new Error('the database has no meta row');
    return head;
  };

  return {
    /** Appends to the chain, in the caller's transaction. */
    append(drafts: readonly AuditDraft[]): void {
      if (drafts.length === 0) return;
      let end = known ?? recordedHead();
      for (const draft of drafts) {
        const row = linkEntry(draft, realm, end);
        insert.run(row);
        end = { seq: row.seq, hash: row.hash };
      }
      moveHead.run({ audit_seq: end.seq, audit_hash: end.hash });
      known = end;
    },
    /** Forgets where the chain ends after a rollback; the database knows. */
    forgetHead: (): void => {
      known = null;
    },
    /** Where the record says that the chain ends, read from the database and not from memory. */
    recordedHead,
    /** One page of what comes after `seq`; empty at the end. */
    rowsAfter: (seq: number): readonly AuditRow[] => page.all({ after: seq }),
  };
}

/** Writes the row that says who this database is, with an empty chain, unless it is there. */
export function createInstance(db: BetterSQLite3Database, instance: string, realm: string, head: Head): boolean {
  const row = { id: 1, realm, instance, auditSeq: head.seq, auditHash: head.hash };
  return db.insert(meta).values(row).onConflictDoNothing().run().changes === 1;
}

/** The realm that the database was made for. */
export const realmOf = (database: Database.Database): string =>
  database.prepare<[], string>('SELECT realm FROM meta').pluck().get() ?? '';

/** The highest time seen, epoch ms, which never goes down. */
export function highestTime(db: BetterSQLite3Database) {
  const raise = db
    .update(meta)
    .set({ highestTime: sql`max(coalesce(${meta.highestTime}, 0), ${sql.placeholder('now')})` })
    .prepare();
  const read = db.select({ at: meta.highestTime }).from(meta).where(eq(meta.id, 1)).prepare();
  return {
    save: (now: number): void => void raise.run({ now }),
    read: (): number | null => read.get()?.at ?? null,
  };
}
