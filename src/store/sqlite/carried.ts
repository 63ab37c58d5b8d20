import { and, asc, eq, isNotNull, lte, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { EpochMs } from '../../domain/ids.ts';
import type { CarriedSession, CarriedStore, CarriedWrites } from '../../usecases/carried-store.ts';
import { carriedLeases, grants, isLive, slot } from './schema.ts';

/** Sessions that carry what is nowhere else. Every call runs in the caller's transaction, if there is one. */
export function carriedTable(db: BetterSQLite3Database, realm: string) {
  const { session, carries, userId, toldAt, dueAt, endedAt } = carriedLeases;
  const here = eq(carriedLeases.realm, realm);
  const given = {
    session: sql.placeholder('session'),
    carries: sql.placeholder('carries'),
    now: sql.placeholder('now'),
  };
  const columns = { session, carries, userId, toldAt, dueAt, endedAt };
  const ofSession = db
    .select(columns)
    .from(carriedLeases)
    .where(and(here, eq(session, given.session)))
    .orderBy(asc(carries))
    .prepare();
  const isDue = and(here, isNotNull(dueAt), lte(dueAt, given.now));
  const due = db
    .select(columns)
    .from(carriedLeases)
    .where(isDue)
    .orderBy(asc(dueAt), asc(session))
    .limit(sql.placeholder('limit'))
    .prepare();
  const alive = db
    .select({ id: grants.id })
    .from(grants)
    .where(and(eq(grants.realm, realm), isLive, eq(grants.id, given.carries)))
    .prepare();
  const insert = db
    .insert(carriedLeases)
    .values({
      ...{ realm, session: given.session, carries: given.carries, userId: sql.placeholder('userId') },
      ...{ toldAt: sql.placeholder('toldAt'), dueAt: sql.placeholder('dueAt'), endedAt: sql.placeholder('endedAt') },
    })
    .onConflictDoNothing()
    .prepare();
  const ofLease = and(here, eq(carries, given.carries));
  const endAll = db
    .update(carriedLeases)
    .set({ dueAt: slot(dueAt) })
    .where(ofLease)
    .prepare();
  const forgetAll = db.delete(carriedLeases).where(ofLease).prepare();
  const asClaimed = and(ofLease, eq(session, given.session), eq(dueAt, sql.placeholder('claimed')));
  const move = db
    .update(carriedLeases)
    .set({ dueAt: slot(dueAt), endedAt: slot(endedAt) })
    .where(asClaimed)
    .prepare();
  const forget = db.delete(carriedLeases).where(asClaimed).prepare();

  return {
    /** False when a session is no longer as it was claimed. */
    write: ({ carriedOver = [], carriedEnded = [] }: CarriedWrites): boolean => {
      for (const { lease, dueAt: due_at } of carriedOver) {
        if (due_at === null) forgetAll.run({ carries: lease });
        else endAll.run({ carries: lease, due_at });
      }
      return carriedEnded.every(({ claimed, next }) => {
        const row = { session: claimed.session, carries: claimed.carries, claimed: claimed.dueAt };
        const moved = next && { ...row, due_at: next.dueAt, ended_at: next.endedAt };
        return (moved === null ? forget.run(row) : move.run(moved)).changes === 1;
      });
    },
    carry: (sessions: readonly CarriedSession[]): void => {
      for (const one of sessions)
        if (one.dueAt !== null || alive.get({ carries: one.carries }) !== undefined) insert.run(one);
    },
    hasDue: (now: EpochMs): boolean => due.get({ now, limit: 1 }) !== undefined,
    claim: ({ now, until, limit }: Parameters<CarriedStore['claimCarried']>[0]): readonly CarriedSession[] =>
      due.all({ now, limit }).map((row) => {
        const { dueAt: claimed, endedAt: ended_at } = row;
        move.run({ session: row.session, carries: row.carries, claimed, due_at: until, ended_at });
        return { ...row, dueAt: until };
      }),

    carriedBy: (id: string): readonly CarriedSession[] => ofSession.all({ session: id }),
  };
}
