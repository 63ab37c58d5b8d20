import type { EpochMs } from '../../domain/ids.ts';

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Seconds for people, in whole units: `4 hours`, `1 hour 30 minutes`; in German as nominative and accusative have it. */
export function duration(language: string, seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' });
    if (count > 0) parts.push(format.format(count));
  }
  return parts.join(' ');
}

/** `14:05 UTC`. No script runs that could know the reader's zone. */
export const clock = (at: EpochMs): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;

/** `2026-11-28 14:05 UTC`. */
export const day = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 10)} ${clock(at)}`;
