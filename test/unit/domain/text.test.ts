import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText, countPoints, keptText, MAX_TEXT_POINTS } from '../../../src/domain/text.ts';

const HIDDEN = [0x0000, 0x0007, 0x001b, 0x007f, 0x0085, 0x00ad, 0x034f, 0x061c, 0x115f, 0x1160, 0x17b4, 0x180e, 0x200b];
const FORMATS = [
  0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2064,
];
const MORE = [0x2066, 0x2067, 0x2068, 0x2069, 0x2800, 0x3164, 0xd800, 0xdfff, 0xfe0f, 0xfeff, 0xffa0, 0xe0001, 0xe0041];
const unseen = fc.constantFrom(...[...HIDDEN, ...FORMATS, ...MORE].map((point) => String.fromCodePoint(point)));
const blank = fc.constantFrom(' ', '\t', '\n', '\r\n', '\u00a0', '\u3000', '\u2003');
const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
const typed = fc
  .array(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), unseen, blank, anyUnit), { maxLength: 30 })
  .map((parts) => parts.join(''));

describe('I20: what people typed is safe to show', () => {
  it('nothing unseen survives: no control, bidi, zero-width or filler character, no lone surrogate, no line break', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const clean = cleanText(text);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/u);
        expect(clean).not.toMatch(/[^\S ]| {2}|^ | $/u);
      }),
      { numRuns: 500 },
    );
  });

  it('every listed unseen character is dropped from between letters', () => {
    fc.assert(fc.property(unseen, (point) => expect(cleanText(`a${point}b`).replace(' ', '')).toBe('ab')));
  });

  it('cleaning twice is cleaning once', () => {
    fc.assert(
      fc.property(typed, (text) => expect(cleanText(cleanText(text))).toBe(cleanText(text))),
      { numRuns: 500 },
    );
  });

  it('plain words in any script stay as they are', () => {
    for (const text of ['INC-42: Größe prüfen', '本番の調査', 'отладка', 'תיקון באג', '🔥 outage', 'a<b> & *c* `d`']) {
      expect(cleanText(text)).toBe(text);
    }
  });

  it('text of unseen characters only is empty', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(unseen, blank)), (parts) => {
        const text = parts.join('');
        fc.pre(!/[\ud800-\udbff][\udc00-\udfff]/.test(text)); // side by side, two lone surrogates are one character
        expect(cleanText(text)).toBe('');
      }),
    );
  });

  it('what is kept is clean and cut by code points; of nothing nothing is kept', () => {
    expect(MAX_TEXT_POINTS).toBe(1000);
    expect(keptText(' INC-42 \u200b\n lag ')).toBe('INC-42 lag');
    expect(keptText('🔥'.repeat(1000))).toBe('🔥'.repeat(1000));
    expect(keptText(`${'🔥'.repeat(1000)}a`)).toBe('🔥'.repeat(1000));
    expect([keptText(''), keptText(' \u200b ')]).toEqual([null, null]);
  });

  it('limits count code points, not UTF-16 units', () => {
    expect(countPoints('a🔥ö')).toBe(3);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'ö', '🔥', '本')), (points) =>
        expect(countPoints(points.join(''))).toBe(points.length),
      ),
    );
  });
});
