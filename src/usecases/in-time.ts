import { expireGates } from './expire-gates.ts';
import { escalateRequests } from './escalate.ts';
import { expireRequests } from './expire-requests.ts';
import type { Ports } from './ports.ts';
import { remindApprovers } from './remind-approvers.ts';
import type { Reminding } from './remind-approvers.ts';
import { remindReviewers } from './review.ts';
import { warnHolders } from './warn-holders.ts';

/** What passing time brings about, ends of leases aside. @returns how many requests, sign-ins and leases it was */
export const tellInTime = async (ports: Reminding & Pick<Ports, 'metrics'>): Promise<number> =>
  (await expireRequests(ports)) +
  (await expireGates(ports)) +
  (await escalateRequests(ports)) +
  (await remindApprovers(ports)) +
  (await remindReviewers(ports)) +
  (await warnHolders(ports));
