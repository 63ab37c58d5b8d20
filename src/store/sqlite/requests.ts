import { randomBytes } from 'node:crypto';
import { and, asc, eq, gt, gte, lte, ne, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { EpochMs, KeycloakUserId, RequestId } from '../../domain/ids.ts';
import { slackAttribute } from '../../domain/people.ts';
import type { SlackUser } from '../../domain/people.ts';
import type { SeatKey } from '../../domain/plan.ts';
import type { AccessRequest, PendingRequest } from '../../domain/request.ts';
import type { Resource } from '../../domain/resource.ts';
import { commitmentTo, oldestOnce, readBundle, readPending, readRequest } from '../rows.ts';
import { isPending, justifications, requests, slot } from './schema.ts';

/** Requests with their justifications, to be narrowed. */
export const requestRows = (db: BetterSQLite3Database) =>
  db
    .select({ body: requests.body, justification: justifications.text })
    .from(requests)
    .leftJoin(justifications, eq(justifications.requestId, requests.id));

/** Requests with their justifications. Every call runs in the caller's transaction, if there is one. */
export function requestTable(db: BetterSQLite3Database, realm: string) {
  const here = eq(requests.realm, realm);
  const given = { limit: sql.placeholder('limit'), user: sql.placeholder('user'), time: sql.placeholder('time') };
  const rows = () => requestRows(db);

  const byId = rows()
    .where(and(eq(requests.id, sql.placeholder('id')), here))
    .prepare();
  const pendingFor = rows()
    .where(
      and(
        here,
        isPending,
        eq(requests.beneficiaryId, given.user),
        eq(requests.resourceKind, sql.placeholder('kind')),
        eq(requests.resourceId, sql.placeholder('resource')),
      ),
    )
    .prepare();
  const pendingOf = rows()
    .where(and(here, isPending, eq(requests.requesterSlack, sql.placeholder('slack'))))
    .orderBy(asc(requests.submittedAt))
    .prepare();
  const ofBundle = rows()
    .where(and(here, eq(requests.bundleId, sql.placeholder('bundle'))))
    .prepare();
  const pastWaiting = rows()
    .where(and(here, isPending, lte(requests.waitsUntil, given.time)))
    .orderBy(asc(requests.waitsUntil))
    .limit(given.limit)
    .prepare();
  const toRemind = rows()
    .where(
      and(
        here,
        isPending,
        sql`${requests.remindAt} IS NOT NULL`,
        lte(requests.remindAt, given.time),
        gt(requests.waitsUntil, given.time),
      ),
    )
    .orderBy(asc(requests.remindAt))
    .limit(given.limit)
    .prepare();
  const toEscalate = rows()
    .where(
      and(
        here,
        isPending,
        sql`${requests.escalateAt} IS NOT NULL`,
        lte(requests.escalateAt, given.time),
        gt(requests.waitsUntil, given.time),
      ),
    )
    .orderBy(asc(requests.escalateAt))
    .limit(given.limit)
    .prepare();
  // Each seat by itself, so that the index gives its oldest ones without looking at the rest.
  const toDecideBy = (seat: SQL) =>
    rows()
      .where(
        and(
          here,
          isPending,
          seat,
          ne(requests.requesterId, given.user),
          ne(requests.beneficiaryId, given.user),
          sql`NOT EXISTS (SELECT 1 FROM json_each(${requests.body}, '$.approvals') AS approval WHERE approval.value ->> '$.by.userId' = ${given.user})`,
        ),
      )
      .orderBy(asc(requests.submittedAt))
      .limit(given.limit)
      .prepare();
  const ofStage = toDecideBy(eq(requests.stageSeat, sql.placeholder('seat')));
  const ofEscalation = toDecideBy(
    sql`${requests.escalatedTo} IS NOT NULL AND ${requests.escalatedTo} = ${sql.placeholder('seat')}`,
  );
  const countSince = db
    .select({ count: sql<number>`count(DISTINCT coalesce(${requests.body} ->> '$.teamId', ${requests.id}))` })
    .from(requests)
    .where(and(here, eq(requests.requesterId, given.user), gte(requests.submittedAt, given.time)))
    .prepare();

  const countFor = db
    .select({
      requests: sql<number>`count(*)`,
      denied: sql<number>`count(*) FILTER (WHERE ${requests.state} = 'denied')`,
    })
    .from(requests)
    .where(and(here, eq(requests.beneficiaryId, given.user), gte(requests.submittedAt, given.time)))
    .prepare();

  const about = rows()
    .where(
      and(
        here,
        isPending,
        or(
          eq(requests.requesterSlack, sql.placeholder('slack')),
          eq(requests.beneficiarySlack, sql.placeholder('slack')),
        ),
      ),
    )
    .orderBy(asc(requests.submittedAt))
    .prepare();

  const insert = db
    .insert(requests)
    .values({ id: sql.placeholder('id'), revision: 1, body: sql.placeholder('body') })
    .onConflictDoNothing()
    .prepare();
  const update = db
    .update(requests)
    .set({ revision: slot(requests.revision), body: slot(requests.body) })
    .where(and(eq(requests.id, sql.placeholder('id')), eq(requests.revision, sql.placeholder('before'))))
    .prepare();
  const insertJustification = db
    .insert(justifications)
    .values({
      requestId: sql.placeholder('requestId'),
      realm,
      salt: sql.placeholder('salt'),
      text: sql.placeholder('text'),
    })
    .prepare();

  return {
    /** False when the stored revision is another, or such a request is pending. */
    write({ justification, ...body }: AccessRequest): boolean {
      const { id, revision } = body;
      if (revision > 1) return update.run({ id, revision, body, before: revision - 1 }).changes === 1;
      if (insert.run({ id, body }).changes === 0) return false;
      const salt = randomBytes(16).toString('hex');
      insertJustification.run({ requestId: id, salt, text: justification });
      return true;
    },
    /** What the audit may hold of a justification; null when there is none. */
    commitment: (id: RequestId): string | null => {
      const row = db.select().from(justifications).where(eq(justifications.requestId, id)).get();
      return row === undefined ? null : commitmentTo(row);
    },

    request: (id: RequestId): AccessRequest | null => readRequest(byId.get({ id })),
    bundle: (id: RequestId) => readBundle(ofBundle.all({ bundle: id })),
    pendingRequest: (user: KeycloakUserId, { kind, id }: Resource): PendingRequest | null =>
      readRequest(pendingFor.get({ user, kind, resource: id })) as PendingRequest | null,
    pendingRequestsOf: (slack: SlackUser) => readPending(pendingOf.all({ slack: slackAttribute(slack) })),
    pendingRequestsAbout: (slack: SlackUser) => readPending(about.all({ slack: slackAttribute(slack) })),
    countRequestsSince: (user: KeycloakUserId, since: EpochMs) => countSince.get({ user, time: since })?.count ?? 0,
    requestsFor: (user: KeycloakUserId, since: EpochMs) =>
      countFor.get({ user, time: since }) ?? { requests: 0, denied: 0 },
    requestsPastWaiting: (time: EpochMs, limit: number) => readPending(pastWaiting.all({ time, limit })),
    requestsToRemind: (time: EpochMs, limit: number) => readPending(toRemind.all({ time, limit })),
    requestsToEscalate: (time: EpochMs, limit: number) => readPending(toEscalate.all({ time, limit })),
    requestsToDecide: (user: KeycloakUserId, seats: readonly SeatKey[], limit: number) => {
      const found = seats.flatMap((seat) =>
        [ofStage, ofEscalation].flatMap((query) => readPending(query.all({ seat, user, limit }))),
      );
      return oldestOnce(found, limit);
    },
  };
}
