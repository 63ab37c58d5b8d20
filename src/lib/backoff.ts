/**
 * Milliseconds to wait before try number `attempt` + 1: doubling from `baseMs` up to `maxMs`, then between half and all
 * of that, so that many who failed together do not come back together.
 *
 * @param attempt failed tries so far, from 1
 * @param chance a number from 0 to below 1
 */
export function backoffMs(
  attempt: number,
  limits: { readonly baseMs: number; readonly maxMs: number },
  chance: number,
): number {
  const whole = Math.min(limits.maxMs, limits.baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole * (0.5 + chance / 2));
}
