import { seatKey } from '../../src/domain/plan.ts';
import { isTaken, openReviewOf } from '../../src/domain/break-glass.ts';
import type { TakenRequest } from '../../src/domain/request.ts';
import type { Reviews } from '../../src/usecases/reviews.ts';
import type { Tables } from './memory-tables.ts';

/** The part of the record in memory that is about break-glass. */
export function memoryReviews({ requests }: Pick<Tables, 'requests'>): Reviews {
  const open = (): readonly TakenRequest[] => [...requests.values()].flatMap((row) => openReviewOf(row) ?? []);
  return {
    countTakenSince: (userId, since) =>
      Promise.resolve(
        [...requests.values()].filter(
          (row) => isTaken(row) && row.requester.userId === userId && row.submittedAt >= since,
        ).length,
      ),
    reviewsToRemind: (now, limit) =>
      Promise.resolve(
        open()
          .filter(({ remindAt }) => remindAt !== null && remindAt <= now)
          .sort((a, b) => (a.remindAt ?? 0) - (b.remindAt ?? 0))
          .slice(0, limit),
      ),
    reviewsToSign: (by, groups, limit) =>
      Promise.resolve(
        open()
          .filter(
            ({ plan, beneficiary, review }) =>
              plan.slice(0, 1).some((stage) => groups.includes(seatKey(stage))) &&
              ![beneficiary, ...review.signatures.map((one) => one.by)].some(({ userId }) => userId === by),
          )
          .sort((a, b) => a.submittedAt - b.submittedAt)
          .slice(0, limit),
      ),
    countOpenReviews: () => Promise.resolve(open().length),
  };
}
