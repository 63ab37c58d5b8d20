import { and, eq, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { Gate } from '../../domain/gate.ts';
import type { Link } from '../../domain/link.ts';
import type { SignIn } from '../../domain/sign-in.ts';
import { isTaken } from './errors.ts';
import { slot } from './schema.ts';
import type { gates, links, signIns } from './schema.ts';

/** Writes a row by compare and swap: a first revision is new, any other follows the stored one. */
export function swapIn(
  db: BetterSQLite3Database,
  table: typeof signIns | typeof links | typeof gates,
): (row: SignIn | Link | Gate) => boolean {
  const insert = db
    .insert(table)
    .values({ id: sql.placeholder('id'), revision: 1, body: sql.placeholder('body') })
    .onConflictDoNothing()
    .prepare();
  const update = db
    .update(table)
    .set({ revision: slot(table.revision), body: slot(table.body) })
    .where(and(eq(table.id, sql.placeholder('id')), eq(table.revision, sql.placeholder('before'))))
    .prepare();
  return (body) => {
    const { id, revision } = body;
    if (revision === 1) return insert.run({ id, body }).changes === 1;
    try {
      return update.run({ id, revision, body, before: revision - 1 }).changes === 1;
    } catch (error) {
      if (isTaken(error)) return false;
      throw error;
    }
  };
}
