import { messagesOf, ownEntry } from './answer.ts';
import type { Ports } from './ports.ts';

/** What is overdue by less than this is being worked on. */
const GRACE_MS = 5000;

/** Sets the figures that are states rather than events. */
export async function tellGauges(ports: Pick<Ports, 'store' | 'clock' | 'metrics'>): Promise<void> {
  const now = ports.clock.now();
  const [open, overdue, unsent, unfinished, reviews, gates] = await Promise.all([
    ports.store.countOpenGrants(),
    ports.store.overdue(now - GRACE_MS),
    ports.store.countUnsent(),
    ports.store.countUnfinished(),
    ports.store.countOpenReviews(),
    ports.store.countWaitingGates(),
  ]);
  ports.metrics.liveGrants(open);
  ports.metrics.overdue(overdue.count, overdue.oldest === null ? 0 : (now - overdue.oldest) / 1000);
  ports.metrics.unsentMessages(unsent);
  ports.metrics.unfinishedEnvelopes(unfinished);
  ports.metrics.openReviews(reviews);
  ports.metrics.waitingGates(gates);
}

/** The wall clock went forward by minutes: leases may have ended early, and somebody should look at it. */
export async function tellClockJump(ports: Pick<Ports, 'store' | 'clock'>, seconds: number): Promise<void> {
  const at = ports.clock.now();
  const cause = `clock:${at}`;
  const whole = Math.round(seconds);
  await ports.store.commit({
    messages: [messagesOf(cause, at, cause)({ to: 'operators', alarm: { alarm: 'clock_jumped', seconds: whole } })],
    audit: [ownEntry('clock.jumped', at, cause, null, { seconds: whole })],
  });
}
