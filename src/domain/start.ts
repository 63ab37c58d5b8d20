import { parseDuration } from './duration.ts';
import type { EpochMs } from './ids.ts';

/** A lease may begin so far ahead at most: what is approved today must still be what somebody meant then. */
export const MAX_AHEAD_DAYS = 30;
const DAY_MS = 86_400_000;

/** Why a start cannot be taken. `skipped` and `twice`: the clocks of that time zone are put forward, or back, over it. */
export type StartProblem = 'unreadable' | 'past' | 'too_far' | 'no_zone' | 'skipped' | 'twice';
export type Start =
  { readonly ok: true; readonly at: EpochMs } | { readonly ok: false; readonly because: StartProblem };

/**
 * Reads when a lease is to begin: `+2h` from now on, or `2026-12-01T18:00`, in the given time zone unless an offset
 * follows (`Z`, `+01:00`).
 * @param timeZone IANA name of the reader's zone, or null when it is not known
 */
export function readStart(text: string, now: EpochMs, timeZone: string | null): Start {
  const [, ahead] = /^\+(\S+)$/.exec(text) ?? [];
  if (ahead !== undefined) {
    const seconds = parseDuration(ahead);
    return seconds === null ? no('unreadable') : checkStart(now + seconds * 1000, now);
  }
  const [, date, time, offset] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(Z|[+-]\d{2}:\d{2})?$/i.exec(text) ?? [];
  if (date === undefined || time === undefined) return no('unreadable');
  const wall = wallTime(date, time);
  if (wall === null) return no('unreadable');
  if (offset !== undefined) {
    const shift = offsetMs(offset.toUpperCase());
    return shift === null ? no('unreadable') : checkStart(wall - shift, now);
  }
  const [first, second] = timeZone === null ? [] : instantsOf(wall, timeZone);
  if (first !== undefined) return second === undefined ? checkStart(first, now) : no('twice');
  return no(timeZone !== null && isZone(timeZone) ? 'skipped' : 'no_zone');
}

/** Whether a lease may begin at this time. */
export function checkStart(at: EpochMs, now: EpochMs): Start {
  if (!Number.isSafeInteger(at)) return no('unreadable');
  if (at <= now) return no('past');
  return at - now > MAX_AHEAD_DAYS * DAY_MS ? no('too_far') : { ok: true, at };
}

const no = (because: StartProblem): Start => ({ ok: false, because });

/** What the clock on the wall shows, as if that were UTC; null for a day or hour that no calendar has. */
function wallTime(date: string, time: string): EpochMs | null {
  const at = Date.parse(`${date}T${time}:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(`${date}T${time}`) ? at : null;
}

function offsetMs(offset: string): number | null {
  if (offset === 'Z') return 0;
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  const ms = (hours * 60 + minutes) * 60_000;
  return hours > 14 || minutes > 59 ? null : offset.startsWith('-') ? -ms : ms;
}

/** The instants at which clocks in this zone show this time: mostly one, none or two where they are turned. */
function instantsOf(wall: EpochMs, timeZone: string): readonly EpochMs[] {
  if (!isZone(timeZone)) return [];
  // No zone is further from UTC than a day, so both offsets around a turn are seen.
  const offsets = new Set([wall - DAY_MS, wall + DAY_MS].map((at) => zoneOffset(at, timeZone)));
  return [...offsets].map((offset) => wall - offset).filter((at) => at + zoneOffset(at, timeZone) === wall);
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** How far clocks in this zone are ahead of UTC at this instant, ms. */
function zoneOffset(at: EpochMs, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return shown - Math.floor(at / 1000) * 1000;
}
