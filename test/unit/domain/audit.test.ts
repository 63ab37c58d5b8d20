import { describe, expect, it } from '@jest/globals';
import { AUDIT_KINDS, entryText, GENESIS } from '../../../src/domain/audit.ts';
import { entry } from '../../../sandbox/gallery/samples.ts';

describe('the text that is hashed', () => {
  it('I25: holds every field but the hash, and each of them counts', () => {
    const base = { ...entry(7), data: { a: 1 } };
    const { hash, ...fields } = base;
    expect(JSON.parse(entryText(base))).toEqual(fields);
    expect(entryText(base)).not.toContain(hash);
    const texts = Object.keys(fields).map((name) => entryText({ ...base, [name]: 'changed' }));
    expect(new Set([entryText(base), ...texts]).size).toBe(texts.length + 1);
    expect(texts).toHaveLength(12);
  });

  it('the chain begins with 64 zeros, and every kind of entry has a name of its own', () => {
    expect(GENESIS).toMatch(/^0{64}$/);
    expect(new Set(AUDIT_KINDS).size).toBe(50);
    for (const kind of AUDIT_KINDS)
      expect(kind).toMatch(
        /^(instance|team|request|review|decision|grant|sessions|holding|orphan|drift|clock|audit|policy|identity|gate|token)\.[a-z_]+$/,
      );
  });
});
