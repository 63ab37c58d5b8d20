import type { Ports } from './ports.ts';
import type { Claim, Release } from './store-port.ts';

/** A replica that died holds up a lane no longer than this. */
const LANE_LEASE_MS = 30_000;

export type LaneWorker = {
  /** Starts as many free lanes as there is room for. Resolves when they were started, not when they are done. */
  run(): Promise<void>;
  /** Resolves when no lane is being worked on. */
  idle(): Promise<void>;
  /** Ends each lane after what is being done now, and gives it back. */
  stop(): Promise<void>;
};

/** Whether this replica may still begin something that takes up to `ms`: it has the lane for longer than that. */
export type Fence = (ms: number) => boolean;

/**
 * Works lanes off side by side: what is slow in one delays no other. Each is this replica's alone until it is given back,
 * however the work ends, or its lease runs out.
 * @param room how many lanes at once
 * @param onReturned called after a lane was given back: there may be something in it again
 */
export function createLaneWorker<Lane extends { readonly lane: string }>(
  ports: Pick<Ports, 'store' | 'clock' | 'log' | 'settings'>,
  parts: {
    readonly room: number;
    readonly claim: (claim: Claim) => Promise<readonly Lane[]>;
    readonly work: (lane: Lane, fence: Fence) => Promise<Release>;
    readonly onReturned: () => void;
  },
): LaneWorker {
  const { replica } = ports.settings;
  const running = new Set<Promise<void>>();
  /** Lanes that are being worked on, also beyond their lease: nothing more is begun in those, and then they are given back. */
  const busy = new Set<string>();
  /** Lanes that could not be given back, because the database did not answer. */
  const owed = new Set<string>();
  let stopping = false;

  async function returnOwed(): Promise<void> {
    const names = [...owed];
    if (names.length > 0) await ports.store.release(names, replica, { until: null, attempts: 0 });
    for (const name of names) owed.delete(name);
  }

  async function workOff(lane: Lane, until: number): Promise<void> {
    try {
      const back = await parts.work(lane, (ms) => !stopping && ports.clock.now() + ms <= until);
      await ports.store.release([lane.lane], replica, back);
    } catch (error) {
      owed.add(lane.lane);
      ports.log.error('lane failed', { lane: lane.lane, error });
    }
  }

  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running);
  };
  return {
    run: async () => {
      await returnOwed();
      for (;;) {
        const limit = parts.room - running.size;
        if (limit <= 0) return;
        const now = ports.clock.now();
        const until = now + LANE_LEASE_MS;
        const lanes = await parts.claim({ replica, now, until, limit });
        if (lanes.length === 0) return;
        for (const lane of lanes) {
          if (busy.has(lane.lane)) continue;
          busy.add(lane.lane);
          const work = workOff(lane, until).finally(() => {
            running.delete(work);
            busy.delete(lane.lane);
            parts.onReturned();
          });
          running.add(work);
        }
      }
    },
    idle,
    stop: async () => {
      stopping = true;
      await idle();
    },
  };
}
