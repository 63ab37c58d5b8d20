import { describe, expect, it } from '@jest/globals';
import { GENESIS } from '../../../src/domain/audit.ts';
import type { AuditEntry } from '../../../src/domain/audit.ts';
import { linkEntry, readEntry } from '../../../src/store/chain.ts';
import { verifyChain } from '../../../src/usecases/verify-audit.ts';
import { entry } from '../../../sandbox/gallery/samples.ts';

type Head = { readonly seq: number; readonly hash: string };

function chainOf(count: number): readonly AuditEntry[] {
  const entries: AuditEntry[] = [];
  let head: Head = { seq: 0, hash: GENESIS };
  for (let seq = 1; seq <= count; seq += 1) {
    const row = linkEntry({ ...entry(seq), data: { n: seq } }, 'acme', head);
    entries.push(readEntry(row));
    head = row;
  }
  return entries;
}
const CHAIN = chainOf(4);
const at = (seq: number): AuditEntry => {
  const found = CHAIN[seq - 1];
  if (found === undefined) throw new Error(`no entry ${seq}`);
  return found;
};
const headOf = (seq: number): Head => (seq === 0 ? { seq: 0, hash: GENESIS } : { seq, hash: at(seq).hash });

async function* stream(entries: readonly AuditEntry[], thrown?: Error): AsyncIterable<AuditEntry> {
  await Promise.resolve();
  yield* entries;
  if (thrown !== undefined) throw thrown;
}
const verify = (entries: readonly AuditEntry[], before = headOf(4), after = before, thrown?: Error) => {
  const heads = [before, after];
  return verifyChain(stream(entries, thrown), () => Promise.resolve(heads.shift() ?? after));
};

describe('I25: following the chain', () => {
  it('a whole chain holds, to its head; an empty one too', async () => {
    expect(await verify(CHAIN)).toEqual({ ok: true, entries: 4, head: headOf(4) });
    expect(await verify([], headOf(0))).toEqual({ ok: true, entries: 0, head: headOf(0) });
  });

  it('entries that are written meanwhile do it no harm', async () => {
    expect(await verify(CHAIN, headOf(2), headOf(4))).toMatchObject({ ok: true, entries: 4 });
    expect(await verify(CHAIN.slice(0, 2), headOf(2), headOf(4))).toMatchObject({ ok: true, entries: 2 });
  });

  it.each<[string, readonly AuditEntry[], number, string]>([
    ['removed', [at(1), at(3), at(4)], 2, 'expected entry 2, found 3'],
    ['repeated', [at(1), at(1)], 2, 'expected entry 2, found 1'],
    ['changed', [at(1), { ...at(2), at: 1 }], 2, 'the entry was changed'],
    ['moved', [at(1), { ...at(2), prevHash: GENESIS }], 2, 'the entry does not follow the one before it'],
    ['not canonical', [at(1), { ...at(2), data: { n: 0.5 } }], 2, 'the entry was changed'],
    ['cut', [at(1), at(2)], 3, 'the entries up to 4 are missing'],
    ['all removed', [], 1, 'the entries up to 4 are missing'],
  ])('an entry that was %s is found at its place', async (_, entries, seq, problem) => {
    expect(await verify(entries)).toEqual({ ok: false, entries: seq - 1, seq, problem });
  });

  it('a rewritten tail is found by the recorded head, an added one by where the record ends', async () => {
    const row = linkEntry({ ...entry(4), data: { n: 99 } }, 'acme', headOf(3));
    expect(await verify([...CHAIN.slice(0, 3), readEntry(row)])).toEqual({
      ok: false,
      entries: 3,
      seq: 4,
      problem: 'the entry is not the one the record ends with',
    });
    expect(await verify(CHAIN, headOf(3))).toEqual({
      ok: false,
      entries: 4,
      seq: 4,
      problem: 'the record ends at 3, this was added to it',
    });
  });

  it('an entry that cannot be read breaks it; trouble with the database is not taken for that', async () => {
    expect(await verify([at(1)], headOf(4), headOf(4), new SyntaxError('x'))).toEqual({
      ok: false,
      entries: 1,
      seq: 2,
      problem: 'the entry cannot be read',
    });
    await expect(verify([at(1)], headOf(4), headOf(4), new Error('disk'))).rejects.toThrow('disk');
  });
});
