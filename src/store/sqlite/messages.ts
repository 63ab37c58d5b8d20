import { and, asc, eq, lt, lte, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { EpochMs, RequestId } from '../../domain/ids.ts';
import type { Message, PostedMessage } from '../../domain/message.ts';
import type { InboxItem } from '../../usecases/intent.ts';
import type { QueuedMessage } from '../../usecases/ports.ts';
import { inbox, outbox, posted, slot } from './schema.ts';

const DAY_MS = 86_400_000;
/** How long a key is remembered after the work is done, so that a repeat of it is known. */
const INBOX_MEMORY_MS = 7 * DAY_MS;
const OUTBOX_MEMORY_MS = 30 * DAY_MS;

/** What came in. Every call runs in the caller's transaction, if there is one. */
export function inboxTable(db: BetterSQLite3Database, realm: string) {
  const insert = db
    .insert(inbox)
    .values({ realm, key: sql.placeholder('key'), item: sql.placeholder('item') })
    .onConflictDoNothing()
    .prepare();
  const finish = db
    .update(inbox)
    .set({ doneAt: slot(inbox.doneAt), item: null })
    .where(and(eq(inbox.realm, realm), eq(inbox.key, sql.placeholder('key')), sql`${inbox.doneAt} IS NULL`))
    .prepare();
  const forget = db
    .delete(inbox)
    .where(lt(inbox.doneAt, sql.placeholder('before')))
    .prepare();
  const unfinished = db
    .select({ item: inbox.item })
    .from(inbox)
    .where(and(eq(inbox.realm, realm), sql`${inbox.doneAt} IS NULL`))
    .orderBy(asc(inbox.id))
    .limit(sql.placeholder('limit'))
    .prepare();
  return {
    receive: (item: InboxItem): 'new' | 'known' =>
      insert.run({ key: item.key, item }).changes === 1 ? 'new' : 'known',
    /** False when it is not there to be finished: somebody else has carried it out. */
    finish(key: string, now: EpochMs): boolean {
      forget.run({ before: now - INBOX_MEMORY_MS });
      return finish.run({ key, done_at: now }).changes === 1;
    },
    unfinished: (limit: number): readonly InboxItem[] => unfinished.all({ limit }).flatMap((row) => row.item ?? []),
  };
}

/** What goes out. Every call runs in the caller's transaction, if there is one. */
export function outboxTable(db: BetterSQLite3Database, realm: string) {
  const byKey = and(eq(outbox.realm, realm), eq(outbox.key, sql.placeholder('key')));
  const unsent = and(eq(outbox.realm, realm), sql`${outbox.sentAt} IS NULL`);
  const insert = db
    .insert(outbox)
    .values({
      realm,
      key: sql.placeholder('key'),
      message: sql.placeholder('message'),
      nextTryAt: sql.placeholder('next_try_at'),
    })
    .onConflictDoNothing()
    .prepare();
  const markSent = db
    .update(outbox)
    .set({ sentAt: slot(outbox.sentAt), message: null })
    .where(byKey)
    .prepare();
  const forget = db
    .delete(outbox)
    .where(lt(outbox.sentAt, sql.placeholder('before')))
    .prepare();
  const postpone = db
    .update(outbox)
    .set({ nextTryAt: slot(outbox.nextTryAt), attempts: sql`${outbox.attempts} + 1` })
    .where(byKey)
    .prepare();
  const due = db
    .select({ message: outbox.message, attempts: outbox.attempts })
    .from(outbox)
    .where(and(unsent, lte(outbox.nextTryAt, sql.placeholder('now'))))
    .orderBy(asc(outbox.id))
    .limit(sql.placeholder('limit'))
    .prepare();
  const count = db
    .select({ count: sql<number>`count(*)` })
    .from(outbox)
    .where(unsent)
    .prepare();
  return {
    queue: (message: Message): void => void insert.run({ key: message.key, message, next_try_at: message.at }),
    sent(key: string, now: EpochMs): void {
      forget.run({ before: now - OUTBOX_MEMORY_MS });
      markSent.run({ key, sent_at: now });
    },
    postpone: (key: string, until: EpochMs): void => void postpone.run({ key, next_try_at: until }),
    messagesDue: (now: EpochMs, limit: number): readonly QueuedMessage[] =>
      due.all({ now, limit }).flatMap(({ message, attempts }) => (message === null ? [] : [{ message, attempts }])),
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
    /** One message per request, role and stage, and one place per message: what stood there before no longer counts. */
    write(message: PostedMessage): void {
      displace.run(message);
      replace.run(message);
    },
    posted: (requestId: RequestId): readonly PostedMessage[] => ofRequest.all({ requestId }),
    postedAt: (channel: string, ts: string): PostedMessage | null => at.get({ channel, ts }) ?? null,
  };
}
