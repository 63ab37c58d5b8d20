import { expireRequests, remindApprovers } from './expire-requests.ts';
import type { Ports } from './ports.ts';
import { remindReviewers } from './review.ts';
import { warnHolders } from './warn-holders.ts';

/** What passing time brings about, ends of leases aside. @returns how many requests and leases it was */
export const tellInTime = async (ports: Pick<Ports, 'store' | 'clock' | 'metrics'>): Promise<number> =>
  (await expireRequests(ports)) +
  (await remindApprovers(ports)) +
  (await remindReviewers(ports)) +
  (await warnHolders(ports));
