import { asc, gt, sql } from 'drizzle-orm';
import type { AuditDraft } from '../../domain/audit.ts';
import { EMPTY, hasCommitment, linkEntry, withCommitment } from '../chain.ts';
import type { AuditRow, Head } from '../chain.ts';
import type { Db } from './connection.ts';
import { commitments } from './requests.ts';
import { audit, meta } from './schema.ts';
import { recordset } from './swap.ts';

const PAGE = 1000;

/** The chain's readers in order, and the highest time seen. */
export function auditTable(db: Db) {
  const readHead = db.select({ seq: meta.auditSeq, hash: meta.auditHash }).from(meta).prepare('audit_head');
  const page = db
    .select({ seq: audit.seq, entry: audit.entry, hash: audit.hash })
    .from(audit)
    .where(gt(audit.seq, sql.placeholder('after')))
    .orderBy(asc(audit.seq))
    .limit(PAGE)
    .prepare('audit_page');
  const highest = db.select({ at: meta.highestTime }).from(meta).prepare('highest_time');
  return {
    /** Where the record says that the chain ends. */
    recordedHead: async (): Promise<Head> => oneRow(await readHead.execute()),
    /** One page of what comes after `seq`; empty at the end. */
    rowsAfter: (after: number): Promise<readonly AuditRow[]> => page.execute({ after }),
    highestTime: async (): Promise<number | null> => oneRow(await highest.execute()).at,
  };
}

/**
 * Appends to the chain, as the last thing in the caller's transaction: from here to its end nobody else can append.
 * @throws RangeError when an entry cannot be written canonically
 */
export async function appendEntries(db: Db, realm: string, drafts: readonly AuditDraft[]): Promise<void> {
  if (drafts.length === 0) return;
  const commitment = await commitments(
    db,
    drafts.filter(hasCommitment).map((draft) => draft.requestId),
  );
  const complete = drafts.map((draft) => withCommitment(draft, (id) => commitment.get(id) ?? null));
  const locked = await db.select({ seq: meta.auditSeq, hash: meta.auditHash }).from(meta).for('update');
  let end = oneRow<Head>(locked);
  const rows = complete.map((draft) => {
    const row = linkEntry(draft, realm, end);
    end = row;
    return row;
  });
  const given = recordset(rows, sql`seq bigint, entry text, hash text`);
  await db.execute(
    sql`WITH appended AS (INSERT INTO ${audit} (seq, entry, hash) SELECT seq, entry, hash FROM ${given}) UPDATE ${meta} SET audit_seq = ${end.seq}, audit_hash = ${end.hash}`,
  );
}

/** @throws RangeError when one of them cannot be written canonically, wherever its place in the chain will be */
export function checkEntries(drafts: readonly AuditDraft[], realm: string): void {
  for (const draft of drafts) linkEntry(draft, realm, EMPTY);
}

/** Writes the row that says who this database is, with an empty chain, unless it is there. */
export async function createInstance(db: Db, instance: string, realm: string): Promise<boolean> {
  const row = { id: 1, realm, instance, auditSeq: EMPTY.seq, auditHash: EMPTY.hash };
  return (await db.insert(meta).values(row).onConflictDoNothing()).rowCount === 1;
}

/** The realm that the database was made for. */
export const realmOf = async (db: Db): Promise<string> =>
  oneRow(await db.select({ realm: meta.realm }).from(meta)).realm;

/** Keeps the highest time, which never goes down. */
export async function saveHighestTime(db: Db, now: number): Promise<void> {
  await db.update(meta).set({ highestTime: sql`greatest(coalesce(${meta.highestTime}, 0), ${now}::bigint)` });
}

function oneRow<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('the database has no meta row');
  return row;
}
