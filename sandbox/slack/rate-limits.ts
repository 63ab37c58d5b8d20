import { textIn } from './json.ts';
import type { Method } from './methods/method.ts';
import type { ApiCall } from './model.ts';

/** Calls per minute (docs.slack.dev/apis/web-api/rate-limits); chat.postMessage is counted per channel. */
const perMinute: Readonly<Record<Method['tier'], number>> = { 1: 1, 2: 20, 3: 50, 4: 100, post: 60 };

export interface RateLimits {
  /** Seconds to wait, 0 when the call may go on. */
  take(call: ApiCall, tier: Method['tier']): number;
}

export function createRateLimits(): RateLimits {
  const recent = new Map<string, number[]>();
  return {
    take(call, tier) {
      const key = tier === 'post' ? `${call.method} ${textIn(call.args, 'channel') ?? ''}` : call.method;
      const times = (recent.get(key) ?? []).filter((atMs) => call.atMs - atMs < 60_000);
      recent.set(key, times);
      const [first = call.atMs] = times;
      if (times.length >= perMinute[tier]) return Math.max(1, Math.ceil((first + 60_000 - call.atMs) / 1000));
      times.push(call.atMs);
      return 0;
    },
  };
}
