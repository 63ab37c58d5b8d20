import { hasCode } from '../lib/errors.ts';
import { converge } from './converge.ts';
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
  let away = false;
  let nextProbeAt = 0;
  const withoutRecord = createUnrecordedRevoker(ports);

  async function isBack(): Promise<boolean> {
    const now = ports.clock.now();
    if (now < nextProbeAt) return false;
    nextProbeAt = now + PROBE_MS;
    if (!(await ports.access.probe())) return false;
    away = false;
    ports.log.info('keycloak is back');
    await ports.store.wakeFailed(ports.clock.now());
    return true;
  }

  async function one(claimed: Claimed): Promise<void> {
    try {
      if ((await converge(ports, claimed)) === 'away' && !away && !(await ports.access.probe())) {
        away = true;
        ports.log.warn('keycloak is away');
      }
    } catch (error) {
      if (hasCode(error, 'store_unavailable')) throw error;
      // The row lease runs out and the holding is claimed again.
      ports.log.error('converge failed', { holding: claimed.holding.key, error });
    }
  }

  return {
    run: async () => {
      if (away && !(await isBack())) return;
      try {
        for (;;) {
          const now = ports.clock.now();
          const { replica } = ports.settings;
          const claimed = await ports.store.claim({ replica, now, until: now + ROW_LEASE_MS, limit: BATCH });
          if (claimed.length === 0) return;
          await Promise.all(claimed.map(one));
        }
      } catch (error) {
        if (!hasCode(error, 'store_unavailable')) throw error;
        ports.log.error('the database cannot write', { error });
        await withoutRecord.run();
      }
    },
  };
}
