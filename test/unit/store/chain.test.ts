import { describe, expect, it } from '@jest/globals';
import { entryText, GENESIS } from '../../../src/domain/audit.ts';
import { sha256 } from '../../../src/lib/hash.ts';
import { linkEntry, readEntry } from '../../../src/store/chain.ts';
import { entry } from '../../../sandbox/gallery/samples.ts';

const { kind, at, actor, subject, resource, requestId, grantId, correlationId, data, realm } = entry(1);
const draft = { kind, at, actor, subject, resource, requestId, grantId, correlationId, data };

describe('I25: an entry in its place', () => {
  it('follows the last one, is hashed with its place in it, and is read as it was written', () => {
    const row = linkEntry(draft, realm, { seq: 0, hash: GENESIS });
    expect(row).toMatchObject({ seq: 1, hash: sha256(row.entry) });
    expect(readEntry(row)).toEqual({ ...draft, seq: 1, realm, prevHash: GENESIS, hash: row.hash });
    expect(entryText(readEntry(row))).toBe(row.entry);
    const next = linkEntry(draft, realm, row);
    expect(readEntry(next)).toMatchObject({ seq: 2, prevHash: row.hash });
    expect(() => readEntry({ entry: '{', hash: '' })).toThrow(SyntaxError);
  });
});
