import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { EpochMs, RequestId } from '../../domain/ids.ts';
import { laneOf, rankOf } from '../../domain/message.ts';
import type { Message, PostedMessage } from '../../domain/message.ts';
import { inboxLane } from '../../usecases/intent.ts';
import type { InboxItem } from '../../usecases/intent.ts';
import { INBOX_MEMORY_MS, LEASE_MEMORY_MS, OUTBOX_MEMORY_MS } from '../rows.ts';
import type { Db } from './connection.ts';
import { inbox, isUnfinished, isUnsent, leases, outbox, posted } from './schema.ts';
import { recordset } from './swap.ts';

/** Records envelopes; the second of two with one key is known, also when both come at once. */
export async function receiveItems(
  db: Db,
  realm: string,
  items: readonly InboxItem[],
): Promise<readonly ('new' | 'known')[]> {
  if (items.length === 0) return [];
  const rows = items.map((item, place) => ({
    place,
    key: item.key,
    lane: inboxLane(item),
    item: JSON.stringify(item),
  }));
  const { rows: inserted } = await db.execute<{ key: string }>(
    sql`INSERT INTO ${inbox} (realm, key, lane, item) SELECT ${realm}, key, lane, item FROM ${recordset(rows, sql`place integer, key text, lane text, item text`)} ORDER BY place ON CONFLICT DO NOTHING RETURNING key`,
  );
  const fresh = new Set(inserted.map((row) => row.key));
  return items.map(({ key }) => (fresh.delete(key) ? 'new' : 'known'));
}

/** False when one is not there to be finished: somebody else has carried it out. */
export async function finishItems(db: Db, realm: string, keys: readonly string[], now: EpochMs): Promise<boolean> {
  if (keys.length === 0) return true;
  const { rowCount } = await db
    .update(inbox)
    .set({ doneAt: now, item: null })
    .where(and(eq(inbox.realm, realm), inArray(inbox.key, [...keys]), isUnfinished));
  return rowCount === keys.length;
}

/** Queues messages in their order, each key once. */
export async function queueMessages(db: Db, realm: string, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const rows = messages.map((message, place) => ({
    place,
    key: message.key,
    lane: laneOf(message.body),
    rank: rankOf(message.body),
    message: JSON.stringify(message),
  }));
  const given = recordset(rows, sql`place integer, key text, lane text, rank integer, message text`);
  await db.execute(
    sql`INSERT INTO ${outbox} (realm, key, lane, rank, message) SELECT ${realm}, key, lane, rank, message FROM ${given} ORDER BY place ON CONFLICT DO NOTHING`,
  );
}

/** False when one is not there to be sent: somebody else has sent it. */
export async function markSent(db: Db, realm: string, keys: readonly string[], now: EpochMs): Promise<boolean> {
  if (keys.length === 0) return true;
  const { rowCount } = await db
    .update(outbox)
    .set({ sentAt: now, message: null })
    .where(and(eq(outbox.realm, realm), inArray(outbox.key, [...keys]), isUnsent));
  return rowCount === keys.length;
}

/** Forgets keys of work that has been done for so long that no repeat of it comes any more. */
export async function forgetOld(db: Db, now: EpochMs): Promise<void> {
  await db.delete(inbox).where(lt(inbox.doneAt, now - INBOX_MEMORY_MS));
  await db.delete(outbox).where(lt(outbox.sentAt, now - OUTBOX_MEMORY_MS));
  await db.delete(leases).where(lt(leases.until, now - LEASE_MEMORY_MS));
}

/** One message per request, role and stage; what a message showed before no longer counts. */
export async function writePosted(db: Db, realm: string, messages: readonly PostedMessage[]): Promise<void> {
  for (const { channel, ts } of messages)
    await db.delete(posted).where(and(eq(posted.channel, channel), eq(posted.ts, ts)));
  for (const message of messages) {
    const { channel, ts, line } = message;
    await db
      .insert(posted)
      .values({ ...message, realm })
      .onConflictDoUpdate({ target: [posted.requestId, posted.role, posted.stage], set: { channel, ts, line } });
  }
}

/** Counts what came in and what goes out, and looks for the Slack messages whose buttons count. */
export function messageTables(db: Db, realm: string) {
  const countUnfinished = db
    .select({ count: sql`count(*)`.mapWith(Number) })
    .from(inbox)
    .where(and(eq(inbox.realm, realm), isUnfinished))
    .prepare('count_unfinished');
  const countUnsent = db
    .select({ count: sql`count(*)`.mapWith(Number) })
    .from(outbox)
    .where(and(eq(outbox.realm, realm), isUnsent))
    .prepare('count_unsent');
  const columns = {
    requestId: posted.requestId,
    role: posted.role,
    stage: posted.stage,
    channel: posted.channel,
    ts: posted.ts,
    line: posted.line,
  };
  const ofRequest = db
    .select(columns)
    .from(posted)
    .where(eq(posted.requestId, sql.placeholder('requestId')))
    .orderBy(asc(posted.stage), asc(posted.role))
    .prepare('posted');
  const at = db
    .select(columns)
    .from(posted)
    .where(and(eq(posted.channel, sql.placeholder('channel')), eq(posted.ts, sql.placeholder('ts'))))
    .prepare('posted_at');
  return {
    countUnfinished: async () => (await countUnfinished.execute())[0]?.count ?? 0,
    countUnsent: async () => (await countUnsent.execute())[0]?.count ?? 0,
    posted: (requestId: RequestId): Promise<readonly PostedMessage[]> => ofRequest.execute({ requestId }),
    postedAt: (channel: string, ts: string): Promise<readonly PostedMessage[]> => at.execute({ channel, ts }),
  };
}
