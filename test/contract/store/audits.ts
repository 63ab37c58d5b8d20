import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { entryText } from '../../../src/domain/audit.ts';
import type { AuditEntry } from '../../../src/domain/audit.ts';
import { sha256 } from '../../../src/lib/hash.ts';
import { verifyChain } from '../../../src/usecases/verify-audit.ts';
import type { Verification } from '../../../src/usecases/verify-audit.ts';
import { REALM } from '../../builders/domain.ts';
import { aDraft, allEntries } from './harness.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

/** Whoever tampers with the audit in the database is kept from it, or found out. */
export function tamperContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());
  const verify = (): Promise<Verification> =>
    verifyChain(harness.store.auditEntries(), () => harness.store.auditHead());
  const write = async (count: number): Promise<readonly AuditEntry[]> => {
    for (let n = 0; n < count; n++) await harness.store.commit({ audit: [aDraft(n)] });
    return allEntries(harness.store);
  };
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

  it('no client can change or remove an entry', async () => {
    await write(2);
    const changing = (statement: string) => expect(harness.asClient(statement)).rejects.toThrow('cannot be changed');
    await changing("UPDATE audit SET hash = 'x' WHERE seq = 2");
    await changing('DELETE FROM audit WHERE seq = 2');
    expect(await verify()).toMatchObject({ ok: true, entries: 3 });
  });

  describe('I25: whoever gets past the guards is found out when he', () => {
    const cases: readonly [string, number, (entries: readonly AuditEntry[]) => string][] = [
      ['edits an entry', 4, () => `UPDATE audit SET entry = replace(entry, '"number":2', '"number":7') WHERE seq = 4`],
      [
        'makes an entry unreadable',
        4,
        () => `CREATE TABLE forged AS SELECT seq, CASE WHEN seq = 4 THEN '{' ELSE entry END AS entry, hash FROM audit;
          DROP TABLE audit; ALTER TABLE forged RENAME TO audit`,
      ],
      [
        'puts a fraction into an entry',
        4,
        () => `UPDATE audit SET entry = replace(entry, '"number":2', '"number":2.5') WHERE seq = 4`,
      ],
      ['removes an entry', 4, () => 'DELETE FROM audit WHERE seq = 4'],
      ['cuts the tail', 5, () => 'DELETE FROM audit WHERE seq > 4'],
      ['removes everything', 1, () => 'DELETE FROM audit'],
      [
        'edits an entry and its hash',
        5,
        (entries) => {
          const forged = entryText({ ...found(entries, 4), data: { number: 7 } });
          return `UPDATE audit SET entry = ${quoted(forged)}, hash = ${quoted(sha256(forged))} WHERE seq = 4`;
        },
      ],
      [
        'swaps two entries',
        3,
        () =>
          'UPDATE audit SET seq = -3 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = -3',
      ],
      [
        'inserts an entry and moves the others on',
        5,
        (entries) => {
          const { hash: prevHash } = found(entries, 3);
          const forged = entryText({ ...aDraft(9), seq: 4, realm: REALM, prevHash });
          return `UPDATE audit SET seq = -seq WHERE seq > 3; UPDATE audit SET seq = 1 - seq WHERE seq < 0;
            INSERT INTO audit (seq, entry, hash) VALUES (4, ${quoted(forged)}, ${quoted(sha256(forged))})`;
        },
      ],
      [
        'adds an entry that follows the last',
        7,
        (entries) => {
          const forged = entryText({ ...aDraft(9), seq: 7, realm: REALM, prevHash: found(entries, 6).hash });
          return `INSERT INTO audit (seq, entry, hash) VALUES (7, ${quoted(forged)}, ${quoted(sha256(forged))})`;
        },
      ],
      [
        'rewrites the chain from one entry on',
        6,
        (entries) => {
          const rewritten: string[] = [];
          let prevHash = found(entries, 3).hash;
          for (const entry of entries.slice(3)) {
            const forged = entryText({ ...entry, prevHash, at: entry.at + 1 });
            prevHash = sha256(forged);
            rewritten.push(
              `UPDATE audit SET entry = ${quoted(forged)}, hash = ${quoted(prevHash)} WHERE seq = ${String(entry.seq)}`,
            );
          }
          return rewritten.join(';');
        },
      ],
    ];
    it.each(cases)('%s', async (_, seq, tampering) => {
      const entries = await write(5);
      await harness.tamper(tampering(entries));
      expect(await verify()).toMatchObject({
        ok: false,
        seq,
        entries: expect.any(Number),
        problem: expect.any(String),
      });
    });

    it('cuts the tail and lets the bot write on', async () => {
      await write(5);
      await harness.tamper('DELETE FROM audit WHERE seq > 4');
      await write(2);
      expect(await verify()).toMatchObject({ ok: false, seq: 5 });
    });
  });
}

function found(entries: readonly AuditEntry[], seq: number): AuditEntry {
  const entry = entries.find((each) => each.seq === seq);
  if (entry === undefined) throw new Error(`no entry ${String(seq)}`);
  return entry;
}
