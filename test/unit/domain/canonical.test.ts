import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonical } from '../../../src/domain/canonical.ts';
import type { Json } from '../../../src/domain/canonical.ts';

const wellFormed = fc.string({ unit: 'binary' });
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    wellFormed,
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(wellFormed, tie('json'), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

describe('canonical JSON', () => {
  it('says the same value that it was given', () => {
    fc.assert(fc.property(json, (value) => expect(JSON.parse(canonical(value))).toEqual(value)));
  });

  it('does not depend on the order in which keys were written', () => {
    const entries = fc.uniqueArray(fc.tuple(wellFormed, json), { selector: ([key]) => key, maxLength: 8 });
    fc.assert(
      fc.property(entries, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (written, ranks) => {
        const shuffled = written
          .map((entry, index) => ({ entry, rank: ranks[index] ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ entry }) => entry);
        expect(canonical(Object.fromEntries(shuffled))).toBe(canonical(Object.fromEntries(written)));
      }),
    );
  });

  it('gives different texts to different values', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const same = JSON.stringify(JSON.parse(canonical(a))) === JSON.stringify(JSON.parse(canonical(b)));
        expect(canonical(a) === canonical(b)).toBe(same);
      }),
    );
  });

  it('sorts keys by UTF-16 code unit, as RFC 8785 does', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const text = canonical(Object.fromEntries(keys.map((key, index) => [key, index])));
    expect(text).toBe('{"\\r":1,"1":3,"\u0080":5,"\u00f6":6,"\u20ac":0,"\ud83d\ude00":4,"\ufb33":2}');
  });

  it('leaves out what is undefined, like JSON', () => {
    expect(canonical({ b: 1, a: undefined } as unknown as Json)).toBe('{"b":1}');
  });

  it('refuses every number that another language could print differently', () => {
    const odd = fc.double().filter((number) => !Number.isSafeInteger(number) || Object.is(number, -0));
    fc.assert(fc.property(odd, (number) => expect(() => canonical({ a: [number] })).toThrow(RangeError)));
    expect(() => canonical(-0)).toThrow(RangeError);
    expect(() => canonical(2 ** 53)).toThrow(RangeError);
  });

  it('refuses lone surrogates in values and in keys', () => {
    const lone = fc.tuple(wellFormed, fc.integer({ min: 0xd800, max: 0xdfff }), fc.constantFrom('', 'x'));
    fc.assert(
      fc.property(lone, ([before, unit, after]) => {
        const text = `${before}${String.fromCharCode(unit)}${after}`;
        expect(() => canonical(text)).toThrow(RangeError);
        expect(() => canonical({ [text]: 1 })).toThrow(RangeError);
      }),
    );
  });
});
