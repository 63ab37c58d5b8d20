import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { Db } from './connection.ts';
import type { gates, grants, links, requests, signIns, teamAsks } from './schema.ts';

type Revised = { readonly id: string; readonly revision: number; readonly body: unknown };

/**
 * Writes rows by compare and swap, many in one statement: a first revision is new, any other follows the stored one.
 * @returns whether all of them fitted; if not, the caller undoes what was written
 */
export async function swapRows(
  db: Db,
  table: typeof requests | typeof grants | typeof teamAsks | typeof signIns | typeof links | typeof gates,
  rows: readonly Revised[],
): Promise<boolean> {
  const fresh = rows.filter((row) => row.revision === 1);
  const next = rows.filter((row) => row.revision !== 1);
  const inserted = () =>
    db.execute(
      sql`INSERT INTO ${table} (id, revision, body) SELECT id, revision, body FROM ${recordset(fresh, sql`id text, revision integer, body jsonb`)} ON CONFLICT DO NOTHING`,
    );
  const updated = () =>
    db.execute(
      sql`UPDATE ${table} AS stored SET revision = given.revision, body = given.body FROM ${recordset(next, sql`id text, revision integer, body jsonb`)} WHERE stored.id = given.id AND stored.revision = given.revision - 1`,
    );
  return (await all(fresh, inserted)) && (await all(next, updated));
}

/** Whether the statement wrote as many rows as it was given. */
export async function all(
  rows: readonly unknown[],
  statement: () => PromiseLike<{ readonly rowCount: number | null }>,
): Promise<boolean> {
  return rows.length === 0 || (await statement()).rowCount === rows.length;
}

/** Values as a table that a statement reads, in their order. */
export const recordset = (rows: readonly object[], columns: SQL): SQL =>
  sql`json_to_recordset(${JSON.stringify(rows)}::json) AS given (${columns})`;
