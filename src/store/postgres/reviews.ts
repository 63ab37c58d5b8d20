import { and, asc, eq, gte, inArray, lte, ne, sql } from 'drizzle-orm';
import type { EpochMs, KeycloakUserId } from '../../domain/ids.ts';
import type { SeatKey } from '../../domain/plan.ts';
import type { TakenRequest } from '../../domain/request.ts';
import { readTaken } from '../rows.ts';
import type { Db } from './connection.ts';
import { requestRows } from './requests.ts';
import { isInReview, requests } from './schema.ts';

/** What was taken by break-glass: requests that have a review. */
export function reviewTable(db: Db, realm: string) {
  const here = eq(requests.realm, realm);
  const count = sql`count(*)`.mapWith(Number);
  const rows = () => requestRows(db);
  const toRemind = rows()
    .where(and(here, isInReview, lte(requests.remindAt, sql.placeholder('time'))))
    .orderBy(asc(requests.remindAt))
    .limit(sql.placeholder('limit'))
    .prepare('reviews_to_remind');
  const open = db.select({ count }).from(requests).where(and(here, isInReview)).prepare('open_reviews');
  const takenSince = db
    .select({ count })
    .from(requests)
    .where(
      and(
        here,
        eq(requests.requesterId, sql.placeholder('user')),
        gte(requests.submittedAt, sql.placeholder('time')),
        sql`jsonb_typeof(${requests.body} -> 'review') = 'object'`,
      ),
    )
    .prepare('taken_since');
  return {
    countTakenSince: async (user: KeycloakUserId, since: EpochMs) =>
      (await takenSince.execute({ user, time: since }))[0]?.count ?? 0,
    reviewsToRemind: async (time: EpochMs, limit: number) => readTaken(await toRemind.execute({ time, limit })),
    reviewsToSign: async (
      user: KeycloakUserId,
      groups: readonly SeatKey[],
      limit: number,
    ): Promise<readonly TakenRequest[]> => {
      if (groups.length === 0) return [];
      const byThem = JSON.stringify({ review: { signatures: [{ by: { userId: user } }] } });
      const isOpenToThem = and(
        here,
        isInReview,
        inArray(requests.reviewGroup, [...groups]),
        ne(requests.beneficiaryId, user),
        sql`NOT ${requests.body} @> ${byThem}::jsonb`,
      );
      return readTaken(await rows().where(isOpenToThem).orderBy(asc(requests.submittedAt)).limit(limit));
    },
    countOpenReviews: async () => (await open.execute())[0]?.count ?? 0,
  };
}
