import { and, eq, gt, lt, lte, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { EpochMs } from '../../domain/ids.ts';
import type { Claim, Release } from '../../usecases/store-port.ts';
import { LEASE_MEMORY_MS } from '../rows.ts';
import { leases, slot } from './schema.ts';

/** Who works on what. Every call runs in the caller's transaction, if there is one. */
export function leaseTable(db: BetterSQLite3Database, realm: string) {
  const now = sql.placeholder('now');
  const mine = and(
    eq(leases.realm, realm),
    eq(leases.name, sql.placeholder('name')),
    eq(leases.replica, sql.placeholder('replica')),
  );
  const take = db
    .insert(leases)
    .values({
      realm,
      name: sql.placeholder('name'),
      replica: sql.placeholder('replica'),
      until: sql.placeholder('until'),
    })
    .onConflictDoUpdate({
      target: [leases.realm, leases.name],
      set: { replica: sql`excluded.replica`, until: sql`excluded.until` },
      setWhere: lte(leases.until, now),
    })
    .returning({ attempts: leases.attempts })
    .prepare();
  const drop = db.delete(leases).where(mine).prepare();
  const block = db
    .update(leases)
    .set({ replica: null, until: slot(leases.until), attempts: slot(leases.attempts) })
    .where(mine)
    .prepare();
  const forget = db
    .delete(leases)
    .where(and(eq(leases.realm, realm), lt(leases.until, sql.placeholder('before'))))
    .prepare();

  return {
    /** The attempts told at its last release when it is this replica's now; null when it is somebody else's. */
    take(name: string, { replica, now: at, until }: Omit<Claim, 'limit'>): number | null {
      const [taken] = take.all({ name, replica, now: at, until });
      return taken?.attempts ?? null;
    },
    release(names: readonly string[], replica: string, { until, attempts }: Release): void {
      for (const name of names) {
        if (until === null) drop.run({ name, replica });
        else block.run({ name, replica, until, attempts });
      }
    },
    forget: (at: EpochMs): void => void forget.run({ before: at - LEASE_MEMORY_MS }),
  };
}

/** Whether somebody has, or nobody may have yet, what this column names; for queries with a placeholder `now`. */
export const isHeld = (realm: string, name: SQLiteColumn): SQL =>
  sql`EXISTS (SELECT 1 FROM ${leases} WHERE ${and(eq(leases.realm, realm), eq(leases.name, name), gt(leases.until, sql.placeholder('now')))})`;
