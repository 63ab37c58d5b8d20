import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../../src/domain/duration.ts';

const YEAR_SECONDS = 366 * 86_400;
const SIZES = { s: 1, m: 60, h: 3600, d: 86_400 };
const seconds = fc.oneof(
  fc.integer({ min: 1, max: 9_999_999 }),
  fc.integer({ min: 1, max: YEAR_SECONDS / 60 }).map((minutes) => minutes * 60),
);

describe('durations', () => {
  it('what is written can be read, to the second', () => {
    fc.assert(fc.property(seconds, (value) => expect(parseDuration(formatDuration(value))).toBe(value)));
  });

  it('a number and a unit mean their product, up to a year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999 }), fc.constantFrom('s', 'm', 'h', 'd'), (count, unit) => {
        const value = count * SIZES[unit];
        expect(parseDuration(`${count}${unit}`)).toBe(value <= YEAR_SECONDS ? value : null);
      }),
    );
  });

  it('any text gives whole seconds from 1 to a year, or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.e]{0,9}[smhdw]?$/)), (text) => {
        const value = parseDuration(text);
        expect(value === null || (Number.isSafeInteger(value) && value >= 1 && value <= YEAR_SECONDS)).toBe(true);
      }),
    );
  });

  it.each([
    '',
    '0',
    '0s',
    '-1h',
    '1',
    'h',
    '1.5h',
    '1h30m',
    '1 h',
    '4H',
    '1e3s',
    '01h',
    '٣h',
    '1w',
    '9999999999d',
    '367d',
  ])('refuses "%s"', (text) => expect(parseDuration(text)).toBeNull());
});
