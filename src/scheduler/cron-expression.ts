const REGULAR = {
  seconds: [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30],
  minutes: [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30],
  hours: [1, 2, 3, 4, 6, 8, 12, 24],
} as const;

/**
 * A cron expression (with seconds) that fires at least every `everySeconds`: cron knows only periods that divide a
 * minute, an hour or a day, so the longest of these that is not longer is taken.
 */
export function cronExpression(everySeconds: number): string {
  const longest = (periods: readonly number[], unit: number) =>
    periods.findLast((period) => period * unit <= everySeconds);
  const hours = longest(REGULAR.hours, 3600);
  if (hours !== undefined) return hours === 24 ? '0 0 0 * * *' : `0 0 */${hours} * * *`;
  const minutes = longest(REGULAR.minutes, 60);
  if (minutes !== undefined) return `0 */${minutes} * * * *`;
  return `*/${longest(REGULAR.seconds, 1) ?? 1} * * * * *`;
}
