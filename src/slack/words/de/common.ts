import type { Catalogue } from '../catalogue.ts';

const UNITS = [
  ['Tag', 'Tage', 86_400],
  ['Stunde', 'Stunden', 3600],
  ['Minute', 'Minuten', 60],
  ['Sekunde', 'Sekunden', 1],
] as const;

/** Seconds for people: `4 Stunden`, `1 Stunde 30 Minuten`; to be put where nominative or accusative stands (`für`, `um`, `auf`, never `von`). */
export function duration(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [one, many, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(counted(count, one, many));
  }
  return parts.join(' ');
}

/** `a, b und 3 weitere`. */
export const listed = (names: readonly string[], rest: number): string =>
  `${names.join(', ')}${rest > 0 ? ` und ${rest} weitere` : ''}`;

/** What is counted: `1 Anfrage`, `2 Anfragen`. */
export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const common: Catalogue['common'] = {
  duration,
  moment: '{date_short_pretty} um {time}',
  momentToTheSecond: '{date_short_pretty} um {time_secs}',
  andMore: (rest) => `und ${rest} weitere`,
  openIt: 'Öffnen',
};
