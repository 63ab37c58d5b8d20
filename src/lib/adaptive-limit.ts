/** How a call went. `trouble`: no answer in time, none at all, or one that says that the server fails. */
export type CallReport = {
  readonly operation: string;
  /** Monotonic ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly trouble: boolean;
};

export type AdaptiveLimit = {
  /** How many calls may be in flight now. */
  current(): number;
  heard(report: CallReport): void;
};

/** A call is slow when it takes longer than this and so many times its floor: a pause to collect garbage is not. */
const SLOW_MS = 1000;
const SLOW_TIMES = 8;
/** An operation's floor is its fastest call in this time or the one before. */
const FLOOR_MS = 60_000;

/**
 * Fewer calls at once while the other side is in trouble: halved when a call fails for its sake, or when as many calls in a
 * row as are in flight were slow; one more for each round of good ones (additive increase, multiplicative decrease, as TCP
 * does it). A healthy server gets `most` all the time.
 */
export function createAdaptiveLimit(bounds: { readonly least: number; readonly most: number }): AdaptiveLimit {
  const floors = new Map<string, Floor>();
  let limit = bounds.most;
  let slowInRow = 0;
  let reducedAt = -Infinity;

  function isSlow({ operation, startedAt, endedAt }: CallReport): boolean {
    const tookMs = endedAt - startedAt;
    const floor = floorAfter(floors.get(operation) ?? null, tookMs, endedAt);
    floors.set(operation, floor);
    return tookMs > Math.max(SLOW_MS, SLOW_TIMES * Math.min(floor.present, floor.before));
  }

  return {
    current: () => Math.floor(limit),
    heard(report) {
      // A call that failed says nothing about how fast the others are.
      slowInRow = !report.trouble && isSlow(report) ? slowInRow + 1 : 0;
      const isBad = report.trouble || slowInRow >= Math.floor(limit);
      // Calls that began before the limit went down met the same trouble: it counts once.
      if (isBad && report.startedAt >= reducedAt) {
        limit = Math.max(bounds.least, limit / 2);
        reducedAt = report.endedAt;
        slowInRow = 0;
      } else if (!isBad && slowInRow === 0) {
        limit = Math.min(bounds.most, limit + 1 / limit);
      }
    },
  };
}

/** The fastest call, ms, of the period that began at `since` and of the one before. */
type Floor = { readonly since: number; readonly present: number; readonly before: number };

function floorAfter(floor: Floor | null, tookMs: number, now: number): Floor {
  if (floor === null) return { since: now, present: tookMs, before: Infinity };
  if (now - floor.since < FLOOR_MS) return { ...floor, present: Math.min(floor.present, tookMs) };
  const before = now - floor.since < 2 * FLOOR_MS ? floor.present : Infinity;
  return { since: now, present: tookMs, before };
}
