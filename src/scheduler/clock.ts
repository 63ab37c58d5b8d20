import type { EpochMs } from '../domain/ids.ts';
import type { Clock } from '../usecases/ports.ts';

/** How far wall and monotonic time may part before it counts as a jump. */
const MAX_APART_MS = 2000;

export interface LeaseClock extends Clock {
  /** The highest time told so far; what is persisted so that the next process never starts behind it. */
  highest(): EpochMs;
  /** Whether the wall clock jumped since the last check, and by how many seconds (negative: back). */
  check(): { readonly jumpedSeconds: number } | null;
}

/**
 * Time for leases. It never runs slower than monotonic time and is never behind the wall clock or what was persisted:
 * a wall clock that is set back cannot extend a lease (I4), one that is set forward ends leases early rather than late.
 *
 * @param wall UTC epoch ms; may jump
 * @param monotonic ms since any point; never goes back
 * @param highest the highest time persisted, or null
 */
export function createLeaseClock({
  wall,
  monotonic,
  highest,
}: {
  readonly wall: () => EpochMs;
  readonly monotonic: () => number;
  readonly highest: EpochMs | null;
}): LeaseClock {
  let told = Math.max(wall(), highest ?? 0);
  let toldAt = monotonic();
  let offset = wall() - toldAt;

  return {
    now() {
      const at = monotonic();
      told = Math.max(wall(), told + (at - toldAt));
      toldAt = at;
      return Math.floor(told); // whole milliseconds, like every stored time
    },
    highest: () => Math.ceil(told),
    check() {
      const apart = wall() - monotonic() - offset;
      if (Math.abs(apart) <= MAX_APART_MS) return null;
      offset += apart;
      return { jumpedSeconds: apart / 1000 };
    },
  };
}
