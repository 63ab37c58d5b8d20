import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { grantEntry, personActor, requestEntry, systemActor } from '../../../src/domain/audit-drafts.ts';
import { entryText } from '../../../src/domain/audit.ts';
import type { AuditEntry } from '../../../src/domain/audit.ts';
import { close } from '../../../src/domain/request.ts';
import { sha256 } from '../../../src/lib/hash.ts';
import type { AuditFilter } from '../../../src/usecases/audit-filter.ts';
import { verifyChain } from '../../../src/usecases/verify-audit.ts';
import type { Verification } from '../../../src/usecases/verify-audit.ts';
import { REALM, START, aLiveGrant, aPerson, aRequest, aResource } from '../../builders/domain.ts';
import { aDraft, allEntries } from './harness.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const everything: AuditFilter = { person: null, access: null, since: null, until: null, state: null };

export function auditContract(open: OpenStore): void {
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

  it('the first entry binds the instance to its realm', async () => {
    const [first] = await allEntries(harness.store);
    expect(first).toMatchObject({ seq: 1, kind: 'instance.created', realm: REALM, actor: systemActor });
    expect(first?.data['instance']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('an untouched chain verifies, over several pages, to the head that the record tells', async () => {
    await harness.store.commit({ audit: Array.from({ length: 1200 }, (_, n) => aDraft(n)) });
    const head = await harness.store.auditHead();
    expect(head.seq).toBe(1201);
    expect(await verify()).toEqual({ ok: true, entries: 1201, head });
  });

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

  it('entries written during a verification do it no harm', async () => {
    await write(3);
    const { store } = harness;
    async function* entriesMeanwhile(): AsyncIterable<AuditEntry> {
      for await (const entry of store.auditEntries()) {
        if (entry.seq === 2) await store.commit({ audit: [aDraft(77)] });
        yield entry;
      }
      await store.commit({ audit: [aDraft(78)] });
    }
    expect(await verifyChain(entriesMeanwhile(), () => store.auditHead())).toMatchObject({ ok: true });
  });

  describe('finding entries', () => {
    const [alice, bob] = [aPerson('alice'), aPerson('bob')];
    const live = aRequest({ requester: alice, resource: aResource('/access/Production-Read') });
    const denied = aRequest({ requester: alice, resource: aResource('/access/staging_write') });
    const pending = aRequest({ requester: bob, resource: aResource('/access/production-write') });
    const grant = aLiveGrant({ requestId: live.id, person: alice, resource: live.resource });
    const find = async (filter: Partial<AuditFilter>, offset = 0, limit = 99): Promise<readonly number[]> =>
      (await harness.store.audit({ ...everything, ...filter }, offset, limit)).map((entry) => entry.seq);
    beforeEach(async () => {
      const denial = { kind: 'deny', stage: 0, by: bob, at: START, comment: null } as const;
      const settled = { ...denied, state: 'denied', denial, revision: 2 } as const;
      const approved = { ...live, state: 'approved', decidedAt: START, leaseSeconds: 60, revision: 2 } as const;
      const submittedBy = (request: typeof live, at: number) =>
        requestEntry('request.submitted', request, personActor(request.requester), at);
      const { store } = harness;
      await store.commit({
        requests: [live, denied, pending],
        audit: [submittedBy(live, START + 2), submittedBy(denied, START + 3), submittedBy(pending, START + 4)],
      });
      await store.commit({
        requests: [settled],
        audit: [requestEntry('request.denied', settled, personActor(bob), START + 5)],
      });
      await store.commit({
        requests: [approved],
        grants: [grant],
        audit: [requestEntry('request.approved', approved, personActor(bob), START + 6)],
      });
      await store.commit({ audit: [grantEntry('grant.live', grant, systemActor, START + 7)] });
    });

    it('newest first, in pages', async () => {
      expect(await find({})).toEqual([7, 6, 5, 4, 3, 2, 1]);
      expect(await find({}, 2, 3)).toEqual([5, 4, 3]);
      expect(await find({}, 7, 3)).toEqual([]);
    });
    it('by person: what he did and what was done for him', async () => {
      expect(await find({ person: alice.slack })).toEqual([7, 6, 5, 3, 2]);
      expect(await find({ person: bob.slack })).toEqual([6, 5, 4]);
      expect(await find({ person: bob.slack }, 1, 1)).toEqual([5]);
      expect(await find({ person: aPerson('carol').slack })).toEqual([]);
    });
    it('by a part of the path, whatever its case, with no character special', async () => {
      expect(await find({ access: 'PRODUCTION' })).toEqual([7, 6, 4, 2]);
      expect(await find({ access: 'g_w' })).toEqual([5, 3]);
      expect(await find({ access: 'd_r' })).toEqual([]);
      expect(await find({ access: '%' })).toEqual([]);
    });
    it('by time', async () => {
      expect(await find({ since: START + 5 })).toEqual([7, 6, 5]);
      expect(await find({ since: START + 3, until: START + 4 })).toEqual([4, 3]);
      expect(await find({ since: START + 8 })).toEqual([]);
      expect(await find({ until: START - 1 })).toEqual([]);
    });
    it('by the state that request or grant is in now, with the whole story', async () => {
      expect(await find({ state: 'live' })).toEqual([7, 6, 2]);
      expect(await find({ state: 'pending' })).toEqual([4]);
      expect(await find({ state: 'denied' })).toEqual([5, 3]);
      expect(await find({ state: 'ended' })).toEqual([]);
      const withdrawn = close(pending, 'withdrawn', START);
      const ended = { ...grant, state: 'ended', endedAt: START, endedBy: 'expiry', revision: 2 } as const;
      await harness.store.commit({ requests: [withdrawn], grants: [ended], audit: [] });
      expect(await find({ state: 'pending' })).toEqual([]);
      expect(await find({ state: 'ended' })).toEqual([7, 6, 2]);
    });
    it('by all of them at once', async () => {
      expect(
        await find({ person: bob.slack, access: 'production', state: 'live', since: START, until: START + 9 }),
      ).toEqual([6]);
      expect(await find({ access: 'production', state: 'live', until: START + 6 })).toEqual([6, 2]);
    });
  });
}

function found(entries: readonly AuditEntry[], seq: number): AuditEntry {
  const entry = entries.find((each) => each.seq === seq);
  if (entry === undefined) throw new Error(`no entry ${String(seq)}`);
  return entry;
}
