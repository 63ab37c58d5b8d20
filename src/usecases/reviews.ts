import type { EpochMs, KeycloakUserId } from '../domain/ids.ts';
import type { SeatKey } from '../domain/plan.ts';
import type { TakenRequest } from '../domain/request.ts';

/** What the record knows of access that was taken by break-glass; a part of the store. Errors: store_unavailable. */
export interface Reviews {
  /** How often this person took access at once, at or after `since`. */
  countTakenSince(userId: KeycloakUserId, since: EpochMs): Promise<number>;
  /** What was taken at once, whose review is open and is to be reminded of by `now`, the first one first. */
  reviewsToRemind(now: EpochMs, limit: number): Promise<readonly TakenRequest[]>;
  /** What was taken at once and waits for a signature of one of these groups, neither taken nor signed by this person, oldest first. */
  reviewsToSign(by: KeycloakUserId, groups: readonly SeatKey[], limit: number): Promise<readonly TakenRequest[]>;
  countOpenReviews(): Promise<number>;
}
