import { hasCode } from '../lib/errors.ts';
import { converge } from './converge.ts';
import type { Converged } from './converge.ts';
import type { Claimed, Ports } from './ports.ts';
import { createUnrecordedRevoker } from './revoke-unrecorded.ts';

/** Must outlast a whole claim's calls; a paused replica is fenced by it before each call. */
const ROW_LEASE_MS = 60_000;
const BATCH = 50;
const PROBE_MS = 1000;

export type Converger = {
  /** Looks at everything that is due until nothing is. While Keycloak is known to be away it is one probe instead. */
  run(): Promise<void>;
};

/** Keeps holdings right, batch after batch. One failing holding does not stop the others. */
export function createConverger(ports: Ports): Converger {
  // What failed before a restart waits no longer than until Keycloak answers.
  let away = true;
  let nextProbeAt = 0;
  const withoutRecord = createUnrecordedRevoker(ports);

  async function isBack(): Promise<boolean> {
    const now = ports.clock.now();
    if (now < nextProbeAt) return false;
    nextProbeAt = now + PROBE_MS;
    if (!(await ports.access.probe())) return false;
    away = false;
    ports.log.info('keycloak answers');
    await ports.store.wakeFailed(ports.clock.now());
    return true;
  }

  async function one(claimed: Claimed): Promise<Converged> {
    try {
      return await converge(ports, claimed);
    } catch (error) {
      if (hasCode(error, 'store_unavailable')) throw error;
      // The row lease runs out and the holding is claimed again.
      ports.log.error('converge failed', { holding: claimed.holding.key, error });
      return 'later';
    }
  }

  /** @returns false when there is nothing more to do now */
  async function batch(): Promise<boolean> {
    const now = ports.clock.now();
    const { replica } = ports.settings;
    const claimed = await ports.store.claim({ replica, now, until: now + ROW_LEASE_MS, limit: BATCH });
    // All of them end before anything else is done about a store that cannot write.
    const ends = await Promise.allSettled(claimed.map(one));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    if (ends.some((end) => end.status === 'fulfilled' && end.value === 'away') && !(await ports.access.probe())) {
      away = true;
      ports.log.warn('keycloak is away');
    }
    return claimed.length > 0 && !away;
  }

  return {
    run: async () => {
      try {
        if (away && !(await isBack())) return;
        while (await batch());
        await withoutRecord.remember();
      } catch (error) {
        if (!hasCode(error, 'store_unavailable')) throw error;
        ports.log.error('the database cannot write', { error });
        await withoutRecord.run();
      }
    },
  };
}
