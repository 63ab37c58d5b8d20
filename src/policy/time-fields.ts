import type { EpochMs } from '../domain/ids.ts';

/** The moment as rules see it: 0 to 23, 0 to 59, `mon` to `sun`, `2026-03-29`. */
export type TimeFields = {
  readonly hour: bigint;
  readonly minute: bigint;
  readonly weekday: string;
  readonly date: string;
};

const MINUTE_MS = 60_000;
const KEPT_MINUTES = 1000;

/** Whether Node knows a time zone of this name (IANA). */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What tells the time in one zone. Formatting costs more than the rules do, so what it found is kept for a while. */
export function clockIn(timeZone: string): (now: EpochMs) => TimeFields {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'short',
  });
  const known = new Map<number, TimeFields>();
  return (now) => {
    const minute = Math.floor(now / MINUTE_MS);
    const before = known.get(minute);
    if (before !== undefined) return before;
    if (known.size >= KEPT_MINUTES) known.clear();
    const fields = fieldsOf(new Map(format.formatToParts(minute * MINUTE_MS).map(({ type, value }) => [type, value])));
    known.set(minute, fields);
    return fields;
  };
}

function fieldsOf(parts: ReadonlyMap<Intl.DateTimeFormatPartTypes, string>): TimeFields {
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  return {
    hour: BigInt(part('hour')),
    minute: BigInt(part('minute')),
    weekday: part('weekday').toLowerCase().slice(0, 3),
    date: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`,
  };
}
