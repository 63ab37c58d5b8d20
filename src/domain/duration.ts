const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
type Unit = keyof typeof SECONDS;

/**
 * Reads a duration written `30s` `45m` `4h` `2d`.
 * @returns whole seconds above zero, or null when the text is anything else (also when it is absurdly long).
 */
export function parseDuration(text: string): number | null {
  const match = /^([1-9]\d{0,6})([smhd])$/.exec(text.trim());
  if (match === null) return null;
  const seconds = Number(match[1]) * SECONDS[match[2] as Unit];
  return seconds <= 366 * SECONDS.d ? seconds : null;
}

/** Writes seconds in the notation that {@link parseDuration} reads, with the largest unit that divides them. */
export function formatDuration(seconds: number): string {
  const unit = (['d', 'h', 'm'] as const).find((name) => seconds % SECONDS[name] === 0) ?? 's';
  return `${seconds / SECONDS[unit]}${unit}`;
}
