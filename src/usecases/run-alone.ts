import type { Ports } from './ports.ts';

/** A replica that died in a job holds it up no longer than this; a job that lasts longer may be joined by another's. */
const JOB_LEASE_MS = 30_000;
/** The next turn is everybody's a little before it is due, since clocks tick apart: a tenth of the period, ms per second. */
const TURN_MS = 900;

/**
 * Does a periodic job on one replica only: the first one to come does it, and the others' turns pass until it is due again.
 * @returns what the job gave; null when it was not our turn
 */
export async function runAlone<T>(
  { store, clock, settings }: Pick<Ports, 'store' | 'clock' | 'settings'>,
  job: { readonly name: string; readonly everySeconds: number; readonly run: () => Promise<T> },
): Promise<T | null> {
  const name = `job ${job.name}`;
  const { replica } = settings;
  const now = clock.now();
  if (!(await store.claimJob({ name, replica, now, until: now + JOB_LEASE_MS }))) return null;
  let until: number | null = null;
  try {
    const result = await job.run();
    until = now + job.everySeconds * TURN_MS;
    return result;
  } finally {
    await store.release([name], replica, { until, attempts: 0 });
  }
}
