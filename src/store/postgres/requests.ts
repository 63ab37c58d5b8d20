import { randomBytes } from 'node:crypto';
import { and, asc, eq, gt, gte, inArray, lte, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { EpochMs, KeycloakUserId, RequestId } from '../../domain/ids.ts';
import { slackAttribute } from '../../domain/people.ts';
import type { SlackUser } from '../../domain/people.ts';
import type { SeatKey } from '../../domain/plan.ts';
import type { AccessRequest, PendingRequest } from '../../domain/request.ts';
import type { Resource } from '../../domain/resource.ts';
import { commitmentTo, oldestOnce, readBundle, readPending, readRequest } from '../rows.ts';
import type { RequestRow } from '../rows.ts';
import type { Db } from './connection.ts';
import { isPending, justifications, requests } from './schema.ts';
import { recordset, swapRows } from './swap.ts';

/** Requests with their justifications, to be narrowed. */
export const requestRows = (db: Db) =>
  db
    .select({ body: requests.body, justification: justifications.text })
    .from(requests)
    .leftJoin(justifications, eq(justifications.requestId, requests.id));

/** Looks for requests, with their justifications. */
export function requestTable(db: Db, realm: string) {
  const here = eq(requests.realm, realm);
  const given = { limit: sql.placeholder('limit'), user: sql.placeholder('user'), time: sql.placeholder('time') };
  const rows = () => requestRows(db);

  const byId = rows()
    .where(and(eq(requests.id, sql.placeholder('id')), here))
    .prepare('request');
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
    .prepare('pending_for');
  const pendingOf = rows()
    .where(and(here, isPending, eq(requests.requesterSlack, sql.placeholder('slack'))))
    .orderBy(asc(requests.submittedAt))
    .prepare('pending_of');
  const ofBundle = rows()
    .where(and(here, eq(requests.bundleId, sql.placeholder('bundle'))))
    .prepare('bundle');
  const pastWaiting = rows()
    .where(and(here, isPending, lte(requests.waitsUntil, given.time)))
    .orderBy(asc(requests.waitsUntil))
    .limit(given.limit)
    .prepare('past_waiting');
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
    .prepare('to_remind');
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
    .prepare('to_escalate');
  const countSince = db
    .select({ count: sql`count(DISTINCT coalesce(${requests.body} ->> 'teamId', ${requests.id}))`.mapWith(Number) })
    .from(requests)
    .where(and(here, eq(requests.requesterId, given.user), gte(requests.submittedAt, given.time)))
    .prepare('count_since');
  const countFor = db
    .select({
      requests: sql`count(*)`.mapWith(Number),
      denied: sql`count(*) FILTER (WHERE ${requests.state} = 'denied')`.mapWith(Number),
    })
    .from(requests)
    .where(and(here, eq(requests.beneficiaryId, given.user), gte(requests.submittedAt, given.time)))
    .prepare('count_for');
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
    .prepare('pending_about');

  return {
    request: async (id: RequestId): Promise<AccessRequest | null> => readRequest((await byId.execute({ id }))[0]),
    bundle: async (id: RequestId) => readBundle(await ofBundle.execute({ bundle: id })),
    pendingRequest: async (user: KeycloakUserId, { kind, id }: Resource): Promise<PendingRequest | null> =>
      readRequest((await pendingFor.execute({ user, kind, resource: id }))[0]) as PendingRequest | null,
    pendingRequestsOf: async (slack: SlackUser) =>
      readPending(await pendingOf.execute({ slack: slackAttribute(slack) })),
    pendingRequestsAbout: async (slack: SlackUser) =>
      readPending(await about.execute({ slack: slackAttribute(slack) })),
    countRequestsSince: async (user: KeycloakUserId, since: EpochMs) =>
      (await countSince.execute({ user, time: since }))[0]?.count ?? 0,
    requestsFor: async (user: KeycloakUserId, since: EpochMs) =>
      (await countFor.execute({ user, time: since }))[0] ?? { requests: 0, denied: 0 },
    requestsPastWaiting: async (time: EpochMs, limit: number) =>
      readPending(await pastWaiting.execute({ time, limit })),
    requestsToRemind: async (time: EpochMs, limit: number) => readPending(await toRemind.execute({ time, limit })),
    requestsToEscalate: async (time: EpochMs, limit: number) => readPending(await toEscalate.execute({ time, limit })),
    requestsToDecide: async (user: KeycloakUserId, seats: readonly SeatKey[], limit: number) => {
      const byThem = JSON.stringify({ approvals: [{ by: { userId: user } }] });
      // Each seat by itself, so that the index gives its oldest ones without looking at the rest.
      const ofSeat = (isTheirs: SQL) =>
        sql`SELECT body, text AS justification, submitted_at FROM ${requests} LEFT JOIN ${justifications} ON request_id = id WHERE ${requests.realm} = ${realm} AND state = 'pending' AND ${isTheirs} AND requester_id <> ${user} AND beneficiary_id <> ${user} AND NOT body @> ${byThem}::jsonb ORDER BY submitted_at LIMIT ${limit}`;
      const found = await db.execute<RequestRow>(
        sql`SELECT found.body, found.justification FROM unnest(${sql.param(seats)}::text[]) AS wanted (seat), LATERAL ((${ofSeat(sql`stage_seat = wanted.seat`)}) UNION ALL (${ofSeat(sql`escalated_to = wanted.seat`)})) AS found`,
      );
      return oldestOnce(readPending(found.rows), limit);
    },
  };
}

/** False when a stored revision is another, or such a request is pending. Runs in the caller's transaction. */
export async function writeRequests(db: Db, realm: string, values: readonly AccessRequest[]): Promise<boolean> {
  const rows = values.map(({ justification, ...body }) => ({
    id: body.id,
    revision: body.revision,
    body,
    justification,
  }));
  if (!(await swapRows(db, requests, rows))) return false;
  const fresh = rows.flatMap(({ id: request_id, revision, justification: text }) =>
    revision === 1 ? [{ request_id, realm, salt: randomBytes(16).toString('hex'), text }] : [],
  );
  if (fresh.length > 0) {
    const given = recordset(fresh, sql`request_id text, realm text, salt text, text text`);
    await db.execute(
      sql`INSERT INTO ${justifications} (request_id, realm, salt, text) SELECT request_id, realm, salt, text FROM ${given}`,
    );
  }
  return true;
}

/** What the audit may hold of these requests' justifications, by request; none for one whose justification is gone. */
export async function commitments(db: Db, ids: readonly RequestId[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select()
    .from(justifications)
    .where(inArray(justifications.requestId, [...ids]));
  return new Map(rows.map((row) => [row.requestId, commitmentTo(row)]));
}
