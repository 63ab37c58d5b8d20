import { setTimeout as sleep } from 'node:timers/promises';

/** Lets work that nobody waits for stand back while what somebody waits for keeps coming. */
export type Lull = {
  /** Something came that somebody waits for. */
  stir(): void;
  /** Resolves when nothing has come for a little while; at once when nothing has, and never later than the longest wait. */
  wait(): Promise<void>;
};

/** @param longestMs what waits is not starved, however much comes */
export function createLull({ quietMs, longestMs }: { readonly quietMs: number; readonly longestMs: number }): Lull {
  let quietAt = 0;
  return {
    stir: () => {
      quietAt = performance.now() + quietMs;
    },
    wait: async () => {
      const latest = performance.now() + longestMs;
      for (;;) {
        const now = performance.now();
        const restMs = Math.min(quietAt, latest) - now;
        if (restMs <= 0) return;
        await sleep(restMs);
      }
    },
  };
}
