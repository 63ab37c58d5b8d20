const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Seconds for people: `4 hours`, `1 hour 30 minutes`, `45 seconds`. */
export function duration(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [word, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${word}${count === 1 ? '' : 's'}`);
  }
  return parts.join(' ');
}

/** `a, b and 3 more`. */
export const listed = (names: readonly string[], rest: number): string =>
  `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;

/** What somebody else wrote, as a sentence with its end. */
export const ended = (text: string): string => (/[.!?…]$/u.test(text) ? text : `${text}.`);

/** What is counted: `1 lease`, `2 leases`. */
export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const common = {
  duration,
  /** Slack puts the reader's own date and time in place of the braces. */
  moment: '{date_short_pretty} at {time}',
  momentToTheSecond: '{date_short_pretty} at {time_secs}',
  andMore: (rest: number) => `and ${rest} more`,
  openIt: 'Open it',
};
