import { and, asc, eq, gt, inArray, lt, not, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { EpochMs } from '../../domain/ids.ts';
import type { Claim, InboxLane, MessageClaim, OutboxLane, Release } from '../../usecases/store-port.ts';
import { INBOX_LANE_MAX, LOOK_THROUGH, OUTBOX_LANE_MAX } from '../rows.ts';
import { inTransaction } from './connection.ts';
import type { Db } from './connection.ts';
import { inbox, isUnfinished, isUnsent, leases, outbox } from './schema.ts';
import type { DatabaseTime } from './time.ts';

/** Finds free lanes, the most urgent first. */
type Free = (now: EpochMs, limit: number) => Promise<readonly string[]>;
type FreeIn = (db: Db) => Free;

/** Hands out lanes of the inbox and outbox, each to one replica at a time. */
export function laneTables(pool: pg.Pool, db: Db, realm: string, time: DatabaseTime) {
  /** Claims follow one another, so that each finds what the last left; a look first, since nearly none finds anything. */
  const take = async (of: string, freeIn: FreeIn, claim: Claim): Promise<ReadonlyMap<string, number>> => {
    const isOver = claim.now - time.apartMs();
    if ((await freeIn(db)(isOver, 1)).length === 0) return new Map();
    return inTransaction(pool, async (tx) => {
      await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`leasehold ${of} ${realm}`}, 0))`);
      const found = await freeIn(tx)(isOver, claim.limit);
      const taken = await takeLeases(tx, realm, found, claim, time.apartMs());
      return new Map(found.flatMap((lane) => (taken.has(lane) ? [[lane, taken.get(lane) ?? 0]] : [])));
    });
  };
  return {
    claimInbox: async (claim: Claim): Promise<readonly InboxLane[]> => {
      const lanes = [...(await take('inbox', (on) => freeInbox(on, realm), claim)).keys()];
      const inLane = sql`SELECT id, lane, item AS text FROM ${inbox} WHERE realm = ${realm} AND lane = wanted.name AND done_at IS NULL ORDER BY id LIMIT ${INBOX_LANE_MAX}`;
      const items = await inOrder<InboxLane['items'][number]>(db, lanes, inLane);
      return lanes.map((lane) => ({ lane, items: items.get(lane) ?? [] }));
    },
    claimMessages: async (claim: MessageClaim): Promise<readonly OutboxLane[]> => {
      const lanes = await take('outbox', (on) => freeOutbox(on, realm, claim.of), claim);
      const inLane = sql`SELECT id, lane, message AS text FROM ${outbox} WHERE realm = ${realm} AND lane = wanted.name AND sent_at IS NULL ORDER BY id LIMIT ${OUTBOX_LANE_MAX}`;
      const messages = await inOrder<OutboxLane['messages'][number]>(db, [...lanes.keys()], inLane);
      return [...lanes].map(([lane, attempts]) => ({ lane, attempts, messages: messages.get(lane) ?? [] }));
    },
    claimJob: async ({ name, ...claim }: Omit<Claim, 'limit'> & { readonly name: string }): Promise<boolean> =>
      (await takeLeases(db, realm, [name], claim, time.apartMs())).has(name),
    release: async (names: readonly string[], replica: string, { until, attempts }: Release): Promise<void> => {
      if (names.length === 0) return;
      const mine = and(eq(leases.realm, realm), inArray(leases.name, [...names]), eq(leases.replica, replica));
      if (until === null) await db.delete(leases).where(mine);
      else await db.update(leases).set({ replica: null, until, attempts }).where(mine);
    },
  };
}

/** The attempts told at its last release, for each of these that is this replica's now. */
async function takeLeases(
  db: Db,
  realm: string,
  names: readonly string[],
  { replica, now, until }: Omit<Claim, 'limit'>,
  apartMs: number,
): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map();
  const rows = await db
    .insert(leases)
    .values(names.map((name) => ({ realm, name, replica, until: until + apartMs })))
    .onConflictDoUpdate({
      target: [leases.realm, leases.name],
      set: { replica: sql`excluded.replica`, until: sql`excluded.until` },
      setWhere: sql`${leases.until} <= ${now - apartMs}`,
    })
    .returning({ name: leases.name, attempts: leases.attempts });
  return new Map(rows.map((row) => [row.name, row.attempts]));
}

function freeInbox(db: Db, realm: string): Free {
  return async (now, limit) => {
    const rows = await db
      .select({ lane: inbox.lane })
      .from(inbox)
      .where(and(eq(inbox.realm, realm), isUnfinished, not(isHeld(realm, inbox.lane, now))))
      .groupBy(inbox.lane)
      .orderBy(sql`min(${inbox.id})`)
      .limit(limit);
    return rows.map((row) => row.lane);
  };
}

function freeOutbox(db: Db, realm: string, of: MessageClaim['of']): Free {
  const hasWords = sql`EXISTS (SELECT 1 FROM outbox AS words WHERE words.realm = ${realm} AND words.lane = ${outbox.lane} AND words.rank < 2 AND words.sent_at IS NULL)`;
  const wanted = of === 'words' ? lt(outbox.rank, 2) : and(eq(outbox.rank, of === 'cards' ? 2 : 3), not(hasWords));
  return async (now, limit) => {
    const rows = await db
      .select({ lane: outbox.lane })
      .from(outbox)
      .where(and(eq(outbox.realm, realm), isUnsent, not(isHeld(realm, outbox.lane, now)), wanted))
      .orderBy(asc(outbox.rank), asc(outbox.id))
      .limit(limit * LOOK_THROUGH);
    return [...new Set(rows.map((row) => row.lane))].slice(0, limit);
  };
}

/** Whether somebody has, or nobody may have yet, what this column names. */
const isHeld = (realm: string, name: PgColumn, now: EpochMs): SQL =>
  sql`EXISTS (SELECT 1 FROM ${leases} WHERE ${and(eq(leases.realm, realm), eq(leases.name, name), gt(leases.until, now))})`;

/** What waits in these lanes, oldest first, by lane. @param inLane `id`, `lane` and `text` for the lane `wanted.name` */
async function inOrder<T>(db: Db, lanes: readonly string[], inLane: SQL): Promise<ReadonlyMap<string, readonly T[]>> {
  if (lanes.length === 0) return new Map();
  const { rows } = await db.execute<{ lane: string; text: string }>(
    sql`SELECT found.lane, found.text FROM unnest(${sql.param(lanes)}::text[]) AS wanted (name), LATERAL (${inLane}) AS found ORDER BY found.id`,
  );
  const byLane = Map.groupBy(rows, (row) => row.lane);
  return new Map([...byLane].map(([lane, found]) => [lane, found.map((row) => JSON.parse(row.text) as T)]));
}
