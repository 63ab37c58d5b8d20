import { and, asc, eq, gte, lte, ne, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { EpochMs, KeycloakUserId } from '../../domain/ids.ts';
import type { SeatKey } from '../../domain/plan.ts';
import type { TakenRequest } from '../../domain/request.ts';
import { readTaken } from '../rows.ts';
import { requestRows } from './requests.ts';
import { isInReview, requests } from './schema.ts';

/** What was taken by break-glass: requests that have a review. */
export function reviewTable(db: BetterSQLite3Database, realm: string) {
  const here = eq(requests.realm, realm);
  const given = { limit: sql.placeholder('limit'), user: sql.placeholder('user'), time: sql.placeholder('time') };
  const rows = () => requestRows(db);
  const toRemind = rows()
    .where(and(here, isInReview, lte(requests.remindAt, given.time)))
    .orderBy(asc(requests.remindAt))
    .limit(given.limit)
    .prepare();
  const toSign = rows()
    .where(
      and(
        here,
        isInReview,
        eq(requests.reviewGroup, sql.placeholder('group')),
        ne(requests.beneficiaryId, given.user),
        sql`NOT EXISTS (SELECT 1 FROM json_each(${requests.body}, '$.review.signatures') AS signature WHERE signature.value ->> '$.by.userId' = ${given.user})`,
      ),
    )
    .orderBy(asc(requests.submittedAt))
    .limit(given.limit)
    .prepare();
  const open = db
    .select({ count: sql<number>`count(*)` })
    .from(requests)
    .where(and(here, isInReview))
    .prepare();
  const takenSince = db
    .select({ count: sql<number>`count(*)` })
    .from(requests)
    .where(
      and(
        here,
        eq(requests.requesterId, given.user),
        gte(requests.submittedAt, given.time),
        sql`json_type(${requests.body}, '$.review') = 'object'`,
      ),
    )
    .prepare();
  return {
    countTakenSince: (user: KeycloakUserId, since: EpochMs) => takenSince.get({ user, time: since })?.count ?? 0,
    reviewsToRemind: (time: EpochMs, limit: number) => readTaken(toRemind.all({ time, limit })),
    reviewsToSign: (user: KeycloakUserId, groups: readonly SeatKey[], limit: number): readonly TakenRequest[] =>
      groups
        .flatMap((group) => readTaken(toSign.all({ group, user, limit })))
        .sort((a, b) => a.submittedAt - b.submittedAt)
        .slice(0, limit),
    countOpenReviews: () => open.get()?.count ?? 0,
  };
}
