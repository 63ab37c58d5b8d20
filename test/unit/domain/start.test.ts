import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration } from '../../../src/domain/duration.ts';
import { checkStart, MAX_AHEAD_DAYS, readStart } from '../../../src/domain/start.ts';

const DAY_MS = 86_400_000;
/** 2026-10-20, before the clocks of Europe are put back on the 25th. */
const NOW = Date.UTC(2026, 9, 20, 12);
const BERLIN = 'Europe/Berlin';
const at = (iso: string) => ({ ok: true, at: Date.parse(iso) });
const no = (because: string) => ({ ok: false, because });

describe('when a lease is to begin, as people write it', () => {
  it.each([
    ['+2h', null, '2026-10-20T14:00:00Z'],
    ['+30s', null, '2026-10-20T12:00:30Z'],
    ['2026-10-21T18:00', BERLIN, '2026-10-21T16:00:00Z'],
    ['2026-11-01T18:00', BERLIN, '2026-11-01T17:00:00Z'],
    ['2026-10-21T18:00', 'America/New_York', '2026-10-21T22:00:00Z'],
    ['2026-10-21T18:00', 'Asia/Kathmandu', '2026-10-21T12:15:00Z'],
    ['2026-10-21T00:30', 'Pacific/Kiritimati', '2026-10-20T10:30:00Z'],
    ['2026-10-21T18:00Z', null, '2026-10-21T18:00:00Z'],
    ['2026-10-21t18:00z', BERLIN, '2026-10-21T18:00:00Z'],
    ['2026-10-21T18:00+05:30', BERLIN, '2026-10-21T12:30:00Z'],
    ['2026-10-21T18:00-03:00', null, '2026-10-21T21:00:00Z'],
    ['2026-10-21T18:00+14:00', null, '2026-10-21T04:00:00Z'],
    ['2026-10-21T18:00+00:59', null, '2026-10-21T17:01:00Z'],
  ])('%s in %s is %s', (text, zone, iso) => {
    const read = readStart(text, NOW, zone);
    expect(read).toEqual(Date.parse(iso) > NOW ? at(iso) : no('past'));
  });

  it.each([
    '',
    'tomorrow',
    '18:00',
    '2026-10-21',
    '2026-10-21 18:00',
    '21.10.2026T18:00',
    '10/21/2026T18:00',
    '2026-10-21T18',
    '2026-10-21T18:00:00',
    '2026-02-30T18:00',
    '2026-10-21T24:00',
    '2026-10-21T18:60',
    '2026-10-21T18:00+15:00',
    '2026-10-21T18:00+01',
    '2026-10-21T18:00+01:60',
    'at 2026-10-21T18:00',
    '+2h or so',
    '+2',
    '+0h',
    '+-2h',
    '++2h',
    '+2h30m',
  ])('%j cannot be read, and is not guessed at', (text) => {
    expect(readStart(text, NOW, BERLIN)).toEqual(no('unreadable'));
  });

  it('a time that the clocks skip, or show twice, is not guessed at; with its offset it can be read', () => {
    expect(readStart('2026-10-25T02:30', NOW, BERLIN)).toEqual(no('twice'));
    expect(readStart('2026-10-25T02:30+01:00', NOW, BERLIN)).toEqual(at('2026-10-25T01:30:00Z'));
    expect(readStart('2026-10-25T03:00', NOW, BERLIN)).toEqual(at('2026-10-25T02:00:00Z'));
    const march = Date.UTC(2026, 2, 20);
    expect(readStart('2026-03-29T02:30', march, BERLIN)).toEqual(no('skipped'));
    expect(readStart('2026-03-29T03:00', march, BERLIN)).toEqual(at('2026-03-29T01:00:00Z'));
  });

  it.each([null, 'Mars/Olympus', ''])('in the zone %j a bare time cannot be read', (zone) => {
    expect(readStart('2026-10-21T18:00', NOW, zone)).toEqual(no('no_zone'));
  });

  it('a start is ahead, and not too far', () => {
    expect(checkStart(NOW, NOW)).toEqual(no('past'));
    expect(checkStart(NOW + 1, NOW)).toEqual({ ok: true, at: NOW + 1 });
    expect(checkStart(NOW + MAX_AHEAD_DAYS * DAY_MS, NOW)).toMatchObject({ ok: true });
    expect(checkStart(NOW + MAX_AHEAD_DAYS * DAY_MS + 1, NOW)).toEqual(no('too_far'));
    for (const bad of [Number.NaN, Infinity, -Infinity, 1.5, 1e300])
      expect(checkStart(bad, NOW)).toEqual(no('unreadable'));
  });

  it('whatever is written, in whatever zone, a start that is taken is ahead and within the limit', () => {
    const some = fc.oneof(
      fc.string(),
      fc.integer({ min: 1, max: 9_999_999 }).map((seconds) => `+${formatDuration(seconds)}`),
      fc
        .date({ min: new Date(NOW - 90 * DAY_MS), max: new Date(NOW + 400 * DAY_MS), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 16)),
    );
    const zones = fc.constantFrom(null, BERLIN, 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia', 'nowhere');
    fc.assert(
      fc.property(some, zones, (text, zone) => {
        const read = readStart(text, NOW, zone);
        if (!read.ok) return;
        expect(read.at).toBeGreaterThan(NOW);
        expect(read.at).toBeLessThanOrEqual(NOW + MAX_AHEAD_DAYS * DAY_MS);
        if (/^\d/.test(text) && zone !== null)
          expect(
            new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(read.at),
          ).toBe(text.replace('T', ' '));
      }),
    );
  });
});
