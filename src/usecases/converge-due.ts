import { correlated } from '../lib/correlation.ts';
import { hasCode } from '../lib/errors.ts';
import { converge } from './converge.ts';
import type { Ports } from './ports.ts';
import type { Claimed } from './store-port.ts';
import { createUnrecordedRevoker } from './revoke-unrecorded.ts';

/** A replica that died holds up a holding no longer than this; a paused one is fenced by it before each call. */
const ROW_LEASE_MS = 25_000;
/** So many at once, and no more than are done in this time at the present pace: a row must not wait out its row lease. */
const ROOM = { least: 16, most: 100, ms: 5000 };
const PROBE_MS = 1000;

export type Converger = {
  /** Looks at everything that is due until nothing is. While Keycloak is known to be away it is one probe instead. */
  run(): Promise<void>;
};

/** Of the newest lease: whoever follows a request through the log finds the calls that its approval led to. */
const correlationOf = ({ holding, grants }: Claimed): string => grants.at(-1)?.correlationId ?? holding.key;

/** Keeps holdings right. One failing holding does not stop the others. */
export function createConverger(ports: Ports): Converger {
  // What failed before a restart waits no longer than until Keycloak answers.
  let away = true;
  let nextProbeAt = 0;
  let probing: Promise<void> | null = null;
  const withoutRecord = ports.store.shared ? null : createUnrecordedRevoker(ports);

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

  /** One probe answers for all that failed at the same time. */
  function probeAfterFailure(): Promise<void> {
    probing ??= ports.access
      .probe()
      .then((answers) => {
        if (answers) return;
        away = true;
        ports.log.warn('keycloak is away');
      })
      .finally(() => (probing = null));
    return probing;
  }

  async function one(claimed: Claimed): Promise<void> {
    try {
      const result = await converge(ports, claimed, (now) => withoutRecord?.settled(now));
      if (result === 'away' && !away) await probeAfterFailure();
    } catch (error) {
      if (hasCode(error, 'store_unavailable')) throw error;
      // The row lease runs out and the holding is claimed again.
      ports.log.error('converge failed', { holding: claimed.holding.key, error });
    }
  }

  /** Claims in batches and refills at half, so that Keycloak never waits for the slowest of a batch. */
  async function drain(): Promise<void> {
    const running = new Set<Promise<void>>();
    const failed: unknown[] = [];
    const startedAt = ports.clock.now();
    let done = 0;
    let isOver = false;
    while (!isOver || running.size > 0) {
      const atPace = (done * ROOM.ms) / Math.max(1, ports.clock.now() - startedAt);
      const room = Math.floor(Math.min(ROOM.most, Math.max(ROOM.least, atPace)));
      if (!isOver && running.size <= room / 2) {
        const claimed = await claim(room).catch((error: unknown) => {
          failed.push(error);
          return [];
        });
        for (const holding of claimed) {
          const work = correlated(correlationOf(holding), () => one(holding))
            .catch((error: unknown) => failed.push(error))
            .then(() => {
              running.delete(work);
              done += 1;
            });
          running.add(work);
        }
        isOver = claimed.length === 0;
      }
      if (running.size > 0) await Promise.race(running);
      isOver ||= away || failed.length > 0;
    }
    // All of them have ended before anything else is done about a store that cannot write.
    if (failed.length > 0) throw failed[0];
  }

  function claim(limit: number): Promise<readonly Claimed[]> {
    const now = ports.clock.now();
    const { replica } = ports.settings;
    return ports.store.claim({ replica, now, until: now + ROW_LEASE_MS, limit });
  }

  return {
    run: async () => {
      try {
        if (away && !(await isBack())) return;
        await drain();
        await withoutRecord?.remember();
      } catch (error) {
        if (!hasCode(error, 'store_unavailable')) throw error;
        ports.log.error('the database cannot write', { error });
        await withoutRecord?.run();
      }
    },
  };
}
