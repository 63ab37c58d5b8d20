import { and, asc, eq, sql } from 'drizzle-orm';
import type { CarriedSession, CarriedStore, CarriedWrites } from '../../usecases/carried-store.ts';
import type { Db } from './connection.ts';
import { carriedLeases, grants, isLive } from './schema.ts';
import { all, recordset } from './swap.ts';

/** Looks for sessions that carry what is nowhere else. */
export function carriedTable(db: Db, realm: string) {
  const { session, carries, userId, toldAt, dueAt, endedAt } = carriedLeases;
  const ofSession = db
    .select({ session, carries, userId, toldAt, dueAt, endedAt })
    .from(carriedLeases)
    .where(and(eq(carriedLeases.realm, realm), eq(session, sql.placeholder('session'))))
    .orderBy(asc(carries))
    .prepare('carried_by');
  return {
    carriedBy: async (id: string): Promise<readonly CarriedSession[]> => ofSession.execute({ session: id }),
  };
}

/** One statement, which waits for whoever is ending one of these leases at this moment. */
export async function carrySessions(db: Db, realm: string, sessions: readonly CarriedSession[]): Promise<void> {
  if (sessions.length === 0) return;
  const given = recordset(
    sessions,
    sql`session text, carries text, "userId" text, "toldAt" bigint, "dueAt" bigint, "endedAt" bigint`,
  );
  await db.execute(sql`
    WITH given AS (SELECT * FROM ${given}),
    alive AS (
      SELECT id FROM ${grants}
      WHERE ${grants.realm} = ${realm} AND ${isLive} AND ${grants.id} IN (SELECT carries FROM given) ORDER BY id FOR SHARE
    )
    INSERT INTO ${carriedLeases} (realm, session, carries, user_id, told_at, due_at, ended_at)
    SELECT ${realm}, session, carries, "userId", "toldAt", "dueAt", "endedAt" FROM given
    WHERE "dueAt" IS NOT NULL OR carries IN (SELECT id FROM alive)
    ON CONFLICT DO NOTHING`);
}

/** Claims what is due; what another replica is claiming at this moment is passed over. */
export async function claimCarried(
  db: Db,
  realm: string,
  { now, until, limit }: Parameters<CarriedStore['claimCarried']>[0],
): Promise<readonly CarriedSession[]> {
  const due = db.$with('due').as(
    db
      .select({ session: carriedLeases.session, carries: carriedLeases.carries })
      .from(carriedLeases)
      .where(sql`${carriedLeases.realm} = ${realm} AND ${carriedLeases.dueAt} <= ${now}`)
      .orderBy(asc(carriedLeases.dueAt), asc(carriedLeases.session))
      .limit(limit)
      .for('update', { skipLocked: true }),
  );
  return db
    .with(due)
    .update(carriedLeases)
    .set({ dueAt: until })
    .where(
      sql`${carriedLeases.realm} = ${realm} AND (${carriedLeases.session}, ${carriedLeases.carries}) IN (SELECT session, carries FROM ${due})`,
    )
    .returning({
      ...{ session: carriedLeases.session, carries: carriedLeases.carries, userId: carriedLeases.userId },
      ...{ toldAt: carriedLeases.toldAt, dueAt: carriedLeases.dueAt, endedAt: carriedLeases.endedAt },
    });
}

/** False when a session is no longer as it was claimed. Runs in the caller's transaction, after the leases were written. */
export async function writeCarried(db: Db, realm: string, batches: readonly CarriedWrites[]): Promise<boolean> {
  const over = batches.flatMap(({ carriedOver = [] }) => carriedOver);
  if (over.length > 0) {
    const given = recordset(over, sql`lease text, "dueAt" bigint`);
    await db.execute(
      sql`DELETE FROM ${carriedLeases} AS stored USING ${given} WHERE stored.realm = ${realm} AND stored.carries = given.lease AND given."dueAt" IS NULL`,
    );
    await db.execute(
      sql`UPDATE ${carriedLeases} AS stored SET due_at = given."dueAt" FROM ${given} WHERE stored.realm = ${realm} AND stored.carries = given.lease AND given."dueAt" IS NOT NULL`,
    );
  }
  const ended = batches
    .flatMap(({ carriedEnded = [] }) => carriedEnded)
    .map(({ claimed: { session, carries, dueAt: claimed }, next }) => ({ session, carries, claimed, ...next }));
  const done = ended.filter((row) => row.dueAt === undefined);
  const later = ended.filter((row) => row.dueAt !== undefined);
  const columns = sql`session text, carries text, claimed bigint, "dueAt" bigint, "endedAt" bigint`;
  const isIt = sql`stored.realm = ${realm} AND stored.session = given.session AND stored.carries = given.carries AND stored.due_at = given.claimed`;
  const forget = () =>
    db.execute(sql`DELETE FROM ${carriedLeases} AS stored USING ${recordset(done, columns)} WHERE ${isIt}`);
  const move = () =>
    db.execute(
      sql`UPDATE ${carriedLeases} AS stored SET due_at = given."dueAt", ended_at = given."endedAt" FROM ${recordset(later, columns)} WHERE ${isIt}`,
    );
  return (await all(done, forget)) && (await all(later, move));
}
