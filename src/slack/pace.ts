import type { EpochMs } from '../domain/ids.ts';
import { CodedError, hasCode } from '../lib/errors.ts';
import type { Priority } from '../lib/limiter.ts';
import type { Clock } from '../usecases/ports.ts';

/**
 * `burst` calls at once, then one each `everyMs`; what nobody waits for leaves `reserve` of them to the rest. Slack counts
 * by the minute: burst and refill together stay within what it allows (docs.slack.dev/apis/web-api/rate-limits).
 */
type Rate = {
  readonly per: 'channel' | 'workspace';
  readonly burst: number;
  readonly reserve: number;
  readonly everyMs: number;
};
const RATES = {
  // One a second for each channel, short bursts allowed.
  'chat.postMessage': { per: 'channel', burst: 10, reserve: 5, everyMs: 1200 },
  // Tier 3: 50 a minute or more. Cards that are only behind come to exactly that.
  'chat.update': { per: 'workspace', burst: 20, reserve: 10, everyMs: 1500 },
  // Tier 4: 100 a minute or more.
  'views.publish': { per: 'workspace', burst: 40, reserve: 20, everyMs: 1000 },
  // Tier 4, too; decisions ask it as well, unpaced, and are left the better part.
  'users.info': { per: 'workspace', burst: 20, reserve: 10, everyMs: 2000 },
  'conversations.open': { per: 'workspace', burst: 20, reserve: 10, everyMs: 1500 },
} satisfies Readonly<Record<string, Rate>>;

/** Those who are refused are told different moments up to this far ahead, so that they do not all come back at once. */
const FARTHEST_MS = 30_000;
/** So many places are remembered before those at rest are forgotten. */
const PLACES_MAX = 1000;

export type PacedMethod = keyof typeof RATES;
export type PacedCall = {
  readonly method: PacedMethod;
  /** The channel or person it is for. */
  readonly place: string;
  readonly priority: Priority;
};

export interface Pace {
  /**
   * Makes the call when it is its turn. What Slack refuses in one place holds back that place alone, for as long as Slack says.
   * @throws slack_rate_limited (retryAfterMs) when it is not: then nothing was called
   */
  run<T>(call: PacedCall, task: () => Promise<T>): Promise<T>;
}

/** `fullAt`: when the whole burst is there again; `promised`: the last moment that somebody was told to come back. */
type Bucket = { fullAt: EpochMs; promised: EpochMs };

/** Keeps to Slack's rates, so that it seldom has to refuse. It never waits itself: whoever comes too early is told when to come. */
export function createPace(clock: Clock): Pace {
  const buckets = new Map<string, Bucket>();
  const held = new Map<string, EpochMs>();

  function bucketOf(name: string, now: EpochMs): Bucket {
    const known = buckets.get(name) ?? { fullAt: now, promised: now };
    if (buckets.size >= PLACES_MAX) forget(buckets, ({ fullAt, promised }) => Math.max(fullAt, promised) <= now);
    buckets.set(name, known);
    return known;
  }

  /** Takes a turn, or tells in how many ms there may be one. */
  function waitMs(bucket: Bucket, { burst, reserve, everyMs }: Rate, priority: Priority, now: EpochMs): number {
    const usable = priority === 'interactive' ? burst : burst - reserve;
    const wait = Math.max(bucket.fullAt, now) - now - (usable - 1) * everyMs;
    if (wait <= 0) {
      bucket.fullAt = Math.max(bucket.fullAt, now) + everyMs;
      return 0;
    }
    // News and cards come back together, so that it is seen how much they are.
    if (priority === 'background') return wait;
    bucket.promised = Math.min(Math.max(now + wait, bucket.promised + everyMs), now + FARTHEST_MS);
    return bucket.promised - now;
  }

  return {
    async run({ method, place, priority }, task) {
      const rate: Rate = RATES[method];
      const now = clock.now();
      const here = `${method} ${place}`;
      const bucket = bucketOf(rate.per === 'channel' ? here : method, now);
      const heldMs = (held.get(here) ?? now) - now;
      const wait = heldMs > 0 ? heldMs : waitMs(bucket, rate, priority, now);
      if (wait > 0) throw new CodedError('slack_rate_limited', `${method} waits for its turn`, { retryAfterMs: wait });
      try {
        return await task();
      } catch (error) {
        if (hasCode(error, 'slack_rate_limited')) {
          const at = clock.now();
          if (held.size >= PLACES_MAX) forget(held, (until) => until <= at);
          held.set(here, at + (error.retryAfterMs ?? rate.everyMs));
          // Slack counts more than we do: another replica may be calling too.
          bucket.fullAt = at + rate.burst * rate.everyMs;
        }
        throw error;
      }
    },
  };
}

function forget<T>(places: Map<string, T>, isAtRest: (place: T) => boolean): void {
  for (const [name, place] of places) if (isAtRest(place)) places.delete(name);
}
