import { and, asc, eq, lt, not, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { EpochMs, RequestId } from '../../domain/ids.ts';
import { laneOf, rankOf } from '../../domain/message.ts';
import type { Message, PostedMessage, Rank } from '../../domain/message.ts';
import { inboxLane } from '../../usecases/intent.ts';
import type { InboxItem } from '../../usecases/intent.ts';
import type { Claim, InboxLane, MessageClaim, OutboxLane } from '../../usecases/store-port.ts';
import { INBOX_LANE_MAX, INBOX_MEMORY_MS, LOOK_THROUGH, OUTBOX_LANE_MAX, OUTBOX_MEMORY_MS } from '../rows.ts';
import { isHeld } from './leases.ts';
import type { leaseTable } from './leases.ts';
import { inbox, isUnfinished, isUnsent, outbox, posted, slot } from './schema.ts';

type Leases = ReturnType<typeof leaseTable>;

/** What came in. Every call runs in the caller's transaction, if there is one. */
export function inboxTable(db: BetterSQLite3Database, realm: string, leases: Leases) {
  const unfinished = and(eq(inbox.realm, realm), isUnfinished);
  const insert = db
    .insert(inbox)
    .values({ realm, key: sql.placeholder('key'), lane: sql.placeholder('lane'), item: sql.placeholder('item') })
    .onConflictDoNothing()
    .prepare();
  const finish = db
    .update(inbox)
    .set({ doneAt: slot(inbox.doneAt), item: null })
    .where(and(unfinished, eq(inbox.key, sql.placeholder('key'))))
    .prepare();
  const forget = db
    .delete(inbox)
    .where(lt(inbox.doneAt, sql.placeholder('before')))
    .prepare();
  const free = db
    .select({ lane: inbox.lane })
    .from(inbox)
    .where(and(unfinished, not(isHeld(realm, inbox.lane))))
    .groupBy(inbox.lane)
    .orderBy(sql`min(${inbox.id})`)
    .limit(sql.placeholder('limit'))
    .prepare();
  const inLane = db
    .select({ item: inbox.item })
    .from(inbox)
    .where(and(unfinished, eq(inbox.lane, sql.placeholder('lane'))))
    .orderBy(asc(inbox.id))
    .limit(INBOX_LANE_MAX)
    .prepare();
  const count = db
    .select({ count: sql<number>`count(*)` })
    .from(inbox)
    .where(unfinished)
    .prepare();
  return {
    receive: (item: InboxItem): 'new' | 'known' =>
      insert.run({ key: item.key, lane: inboxLane(item), item }).changes === 1 ? 'new' : 'known',
    /** False when it is not there to be finished: somebody else has carried it out. */
    finish(key: string, now: number): boolean {
      forget.run({ before: now - INBOX_MEMORY_MS });
      return finish.run({ key, done_at: now }).changes === 1;
    },
    /** Whether a claim would find something: nearly none does, and a look needs no write. */
    hasFree: (now: EpochMs): boolean => free.all({ now, limit: 1 }).length > 0,
    claim: (claim: Claim): readonly InboxLane[] =>
      free
        .all({ now: claim.now, limit: claim.limit })
        .filter(({ lane }) => leases.take(lane, claim) !== null)
        .map(({ lane }) => ({ lane, items: inLane.all({ lane }).flatMap((row) => row.item ?? []) })),
    countUnfinished: () => count.get()?.count ?? 0,
  };
}

/** What goes out. Every call runs in the caller's transaction, if there is one. */
export function outboxTable(db: BetterSQLite3Database, realm: string, leases: Leases) {
  const unsent = and(eq(outbox.realm, realm), isUnsent);
  const insert = db
    .insert(outbox)
    .values({
      realm,
      key: sql.placeholder('key'),
      lane: sql.placeholder('lane'),
      rank: sql.placeholder('rank'),
      message: sql.placeholder('message'),
    })
    .onConflictDoNothing()
    .prepare();
  const markSent = db
    .update(outbox)
    .set({ sentAt: slot(outbox.sentAt), message: null })
    .where(and(unsent, eq(outbox.key, sql.placeholder('key'))))
    .prepare();
  const forget = db
    .delete(outbox)
    .where(lt(outbox.sentAt, sql.placeholder('before')))
    .prepare();
  const free = and(unsent, not(isHeld(realm, outbox.lane)));
  const hasWords = sql`EXISTS (SELECT 1 FROM outbox AS words INDEXED BY outbox_lanes WHERE words.realm = ${realm} AND words.lane = ${outbox.lane} AND words.rank < 2 AND words.sent_at IS NULL)`;
  const words = db
    .select({ lane: outbox.lane })
    .from(outbox)
    .where(and(free, lt(outbox.rank, 2)))
    .orderBy(asc(outbox.rank), asc(outbox.id))
    .limit(sql.placeholder('limit'))
    .prepare();
  const onlyOf = (rank: Rank) =>
    db
      .select({ lane: outbox.lane })
      .from(outbox)
      .where(and(free, eq(outbox.rank, rank), not(hasWords)))
      .orderBy(asc(outbox.id))
      .limit(sql.placeholder('limit'))
      .prepare();
  const candidates = { words, cards: onlyOf(2), homes: onlyOf(3) };
  const inLane = db
    .select({ message: outbox.message })
    .from(outbox)
    .where(and(unsent, eq(outbox.lane, sql.placeholder('lane'))))
    .orderBy(asc(outbox.id))
    .limit(OUTBOX_LANE_MAX)
    .prepare();
  const count = db
    .select({ count: sql<number>`count(*)` })
    .from(outbox)
    .where(unsent)
    .prepare();
  return {
    queue: (message: Message): void =>
      void insert.run({ key: message.key, lane: laneOf(message.body), rank: rankOf(message.body), message }),
    /** False when it is not there to be sent: somebody else has sent it. */
    sent(key: string, now: number): boolean {
      forget.run({ before: now - OUTBOX_MEMORY_MS });
      return markSent.run({ key, sent_at: now }).changes === 1;
    },
    hasFree: (now: EpochMs, of: MessageClaim['of']): boolean => candidates[of].all({ now, limit: 1 }).length > 0,
    claim(claim: MessageClaim): readonly OutboxLane[] {
      const rows = candidates[claim.of].all({
        now: claim.now,
        limit: claim.limit * LOOK_THROUGH,
      });
      return [...new Set(rows.map((row) => row.lane))].slice(0, claim.limit).flatMap((lane) => {
        const attempts = leases.take(lane, claim);
        if (attempts === null) return [];
        return [{ lane, attempts, messages: inLane.all({ lane }).flatMap((row) => row.message ?? []) }];
      });
    },
    countUnsent: () => count.get()?.count ?? 0,
  };
}

/** Slack messages whose buttons count. Every call runs in the caller's transaction, if there is one. */
export function postedTable(db: BetterSQLite3Database, realm: string) {
  const columns = {
    requestId: posted.requestId,
    role: posted.role,
    stage: posted.stage,
    channel: posted.channel,
    ts: posted.ts,
    line: posted.line,
  };
  const replace = db
    .insert(posted)
    .values({
      requestId: sql.placeholder('requestId'),
      role: sql.placeholder('role'),
      stage: sql.placeholder('stage'),
      realm,
      channel: sql.placeholder('channel'),
      ts: sql.placeholder('ts'),
      line: sql.placeholder('line'),
    })
    .onConflictDoUpdate({
      target: [posted.requestId, posted.role, posted.stage],
      set: { channel: sql`excluded.channel`, ts: sql`excluded.ts`, line: sql`excluded.line` },
    })
    .prepare();
  const displace = db
    .delete(posted)
    .where(and(eq(posted.channel, sql.placeholder('channel')), eq(posted.ts, sql.placeholder('ts'))))
    .prepare();
  const ofRequest = db
    .select(columns)
    .from(posted)
    .where(eq(posted.requestId, sql.placeholder('requestId')))
    .orderBy(asc(posted.stage), asc(posted.role))
    .prepare();
  const at = db
    .select(columns)
    .from(posted)
    .where(and(eq(posted.channel, sql.placeholder('channel')), eq(posted.ts, sql.placeholder('ts'))))
    .prepare();
  return {
    /** One message per request, role and stage; what a message showed before no longer counts. */
    write(messages: readonly PostedMessage[]): void {
      for (const message of messages) displace.run(message);
      for (const message of messages) replace.run(message);
    },
    posted: (requestId: RequestId): readonly PostedMessage[] => ofRequest.all({ requestId }),
    postedAt: (channel: string, ts: string): readonly PostedMessage[] => at.all({ channel, ts }),
  };
}
