import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { EpochMs, RequestId } from '../../domain/ids.ts';
import type { Message, PostedMessage } from '../../domain/message.ts';
import type { InboxItem } from '../../usecases/intent.ts';
import type { QueuedMessage } from '../../usecases/ports.ts';
import { INBOX_MEMORY_MS, OUTBOX_MEMORY_MS } from '../rows.ts';
import type { Db } from './connection.ts';
import { inbox, outbox, posted } from './schema.ts';
import { recordset } from './swap.ts';

/** Records envelopes; the second of two with one key is known, also when both come at once. */
export async function receiveItems(
  db: Db,
  realm: string,
  items: readonly InboxItem[],
): Promise<readonly ('new' | 'known')[]> {
  const rows = items.map((item, place) => ({ place, key: item.key, item: JSON.stringify(item) }));
  const { rows: inserted } = await db.execute<{ key: string }>(
    sql`INSERT INTO ${inbox} (realm, key, item) SELECT ${realm}, key, item FROM ${recordset(rows, sql`place integer, key text, item text`)} ORDER BY place ON CONFLICT DO NOTHING RETURNING key`,
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
    .where(and(eq(inbox.realm, realm), inArray(inbox.key, [...keys]), sql`${inbox.doneAt} IS NULL`));
  return rowCount === keys.length;
}

/** Queues messages in their order, each key once. */
export async function queueMessages(db: Db, realm: string, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const rows = messages.map((message, place) => ({
    place,
    key: message.key,
    message: JSON.stringify(message),
    at: message.at,
  }));
  const given = recordset(rows, sql`place integer, key text, message text, at bigint`);
  await db.execute(
    sql`INSERT INTO ${outbox} (realm, key, message, next_try_at) SELECT ${realm}, key, message, at FROM ${given} ORDER BY place ON CONFLICT DO NOTHING`,
  );
}

export async function markSent(db: Db, realm: string, keys: readonly string[], now: EpochMs): Promise<void> {
  if (keys.length === 0) return;
  await db
    .update(outbox)
    .set({ sentAt: now, message: null })
    .where(and(eq(outbox.realm, realm), inArray(outbox.key, [...keys])));
}

/** Forgets keys of work that has been done for so long that no repeat of it comes any more. */
export async function forgetOld(db: Db, now: EpochMs): Promise<void> {
  await db.delete(inbox).where(lt(inbox.doneAt, now - INBOX_MEMORY_MS));
  await db.delete(outbox).where(lt(outbox.sentAt, now - OUTBOX_MEMORY_MS));
}

export async function postpone(db: Db, realm: string, key: string, until: EpochMs): Promise<void> {
  await db
    .update(outbox)
    .set({ nextTryAt: until, attempts: sql`${outbox.attempts} + 1` })
    .where(and(eq(outbox.realm, realm), eq(outbox.key, key)));
}

/** One message per request, role and stage, and one place per message: what stood there before no longer counts. */
export async function writePosted(db: Db, realm: string, message: PostedMessage): Promise<void> {
  const { channel, ts, line } = message;
  await db.delete(posted).where(and(eq(posted.channel, channel), eq(posted.ts, ts)));
  await db
    .insert(posted)
    .values({ ...message, realm })
    .onConflictDoUpdate({ target: [posted.requestId, posted.role, posted.stage], set: { channel, ts, line } });
}

/** Looks for what came in, what goes out, and the Slack messages whose buttons count. */
export function messageTables(db: Db, realm: string) {
  const unfinished = db
    .select({ item: inbox.item })
    .from(inbox)
    .where(and(eq(inbox.realm, realm), sql`${inbox.doneAt} IS NULL`))
    .orderBy(asc(inbox.id))
    .limit(sql.placeholder('limit'))
    .prepare('unfinished');
  const unsent = and(eq(outbox.realm, realm), sql`${outbox.sentAt} IS NULL`);
  const due = db
    .select({ message: outbox.message, attempts: outbox.attempts })
    .from(outbox)
    .where(and(unsent, sql`${outbox.nextTryAt} <= ${sql.placeholder('now')}`))
    .orderBy(asc(outbox.id))
    .limit(sql.placeholder('limit'))
    .prepare('messages_due');
  const count = db
    .select({ count: sql`count(*)`.mapWith(Number) })
    .from(outbox)
    .where(unsent)
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
    unfinished: async (limit: number): Promise<readonly InboxItem[]> =>
      (await unfinished.execute({ limit })).flatMap((row) => row.item ?? []),
    messagesDue: async (now: EpochMs, limit: number): Promise<readonly QueuedMessage[]> =>
      (await due.execute({ now, limit })).flatMap(({ message, attempts }) =>
        message === null ? [] : [{ message, attempts }],
      ),
    countUnsent: async () => (await count.execute())[0]?.count ?? 0,
    posted: (requestId: RequestId): Promise<readonly PostedMessage[]> => ofRequest.execute({ requestId }),
    postedAt: async (channel: string, ts: string): Promise<PostedMessage | null> =>
      (await at.execute({ channel, ts }))[0] ?? null,
  };
}
