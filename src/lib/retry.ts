import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from './backoff.ts';

export type RetryOptions = {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  readonly baseMs: number;
  readonly maxMs: number;
  readonly isWorthIt: (error: unknown) => boolean;
};

/** Repeats what is safe to repeat, with jittered waits; throws the last error. */
export async function retry<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await task();
    } catch (error) {
      if (attempt >= options.attempts || !options.isWorthIt(error)) throw error;
      await sleep(backoffMs(attempt, options, Math.random()));
    }
  }
}

/**
 * Asks again until the answer is good, each time after one of these waits (ms, the first one before the first try).
 * @returns the last answer
 */
export async function askedAgain<T>(
  task: () => Promise<T>,
  isGood: (answer: T) => boolean,
  waitsMs: Iterable<number>,
): Promise<T | undefined> {
  let answer: T | undefined;
  for (const ms of waitsMs) {
    await sleep(ms);
    answer = await task();
    if (isGood(answer)) return answer;
  }
  return answer;
}
