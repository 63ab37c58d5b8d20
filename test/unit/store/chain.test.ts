import { describe, expect, it } from '@jest/globals';
import { entryText, GENESIS } from '../../../src/domain/audit.ts';
import type { AuditDraft } from '../../../src/domain/audit.ts';
import { sha256 } from '../../../src/lib/hash.ts';
import {
  EMPTY,
  firstEntry,
  hasCommitment,
  linkEntry,
  readEntry,
  streamed,
  withCommitment,
} from '../../../src/store/chain.ts';
import type { AuditRow, Head } from '../../../src/store/chain.ts';
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

describe('I25: a new chain', () => {
  it('begins before its first entry, which says which database it is, so that no other chain can take its place', () => {
    expect(EMPTY).toEqual({ seq: 0, hash: '0'.repeat(64) });
    const first = firstEntry('this-one', 7);
    expect(first).toEqual({
      kind: 'instance.created',
      at: 7,
      actor: { kind: 'leasehold' },
      subject: null,
      resource: null,
      requestId: null,
      grantId: null,
      correlationId: 'this-one',
      data: { instance: 'this-one' },
    });
    const other = linkEntry(firstEntry('another', 7), realm, EMPTY);
    expect(linkEntry(first, realm, EMPTY).hash).not.toBe(other.hash);
  });
});

describe('I28: the justification stays out of the chain', () => {
  const submitted: AuditDraft = { ...draft, kind: 'request.submitted', data: { state: 'pending' } };
  const commitment = (id: string): string => `commitment of ${id}`;

  it('an entry for a request that was submitted carries its commitment beside what it tells', () => {
    expect(withCommitment(submitted, commitment)).toEqual({
      ...submitted,
      data: { state: 'pending', justification: `commitment of ${String(requestId)}` },
    });
    expect(withCommitment(submitted, () => null).data).toEqual({ state: 'pending', justification: null });
  });

  it('no other entry does', () => {
    for (const other of [draft, { ...submitted, requestId: null }]) {
      expect(hasCommitment(other)).toBe(false);
      expect(withCommitment(other, commitment)).toBe(other);
    }
  });
});

describe('the chain is read page by page', () => {
  const rows: AuditRow[] = [];
  for (let head: Head = EMPTY; head.seq < 5; head = rows.at(-1) ?? head) rows.push(linkEntry(draft, realm, head));
  const pages = (size: number, asked: number[]) => (after: number) => {
    asked.push(after);
    return Promise.resolve(rows.slice(after, after + size));
  };
  const read = async (page: Parameters<typeof streamed>[0]): Promise<readonly number[]> => {
    const seqs: number[] = [];
    for await (const { seq } of streamed(page)) seqs.push(seq);
    return seqs;
  };

  it('every entry once, in order, each page after the last entry of the one before', async () => {
    const asked: number[] = [];
    expect(await read(pages(2, asked))).toEqual([1, 2, 3, 4, 5]);
    expect(asked).toEqual([0, 2, 4, 5]);
    expect(await read(() => Promise.resolve([]))).toEqual([]);
  });

  it('trouble with a page is told when it is that page’s turn, after all entries before it', async () => {
    const first = rows.slice(0, 2);
    const broken = (after: number): Promise<readonly AuditRow[]> =>
      after === 0 ? Promise.resolve(first) : Promise.reject(new Error('disk'));
    const seqs: number[] = [];
    const reading = (async () => {
      for await (const { seq } of streamed(broken)) seqs.push(seq);
    })();
    await expect(reading).rejects.toThrow('disk');
    expect(seqs).toEqual([1, 2]);
  });
});
