import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { grantEntry, personActor, requestEntry, systemActor } from '../../../src/domain/audit-drafts.ts';
import type { RequestKind } from '../../../src/domain/audit-drafts.ts';
import type { AuditEntry } from '../../../src/domain/audit.ts';
import { sign, takeAtOnce } from '../../../src/domain/break-glass.ts';
import type { Person } from '../../../src/domain/people.ts';
import { close } from '../../../src/domain/request.ts';
import type { TakenRequest } from '../../../src/domain/request.ts';
import type { AuditFilter } from '../../../src/usecases/audit-filter.ts';
import { verifyChain } from '../../../src/usecases/verify-audit.ts';
import type { Verification } from '../../../src/usecases/verify-audit.ts';
import { REALM, START, aLiveGrant, aPerson, aRequest, aResource } from '../../builders/domain.ts';
import { aDraft, allEntries } from './harness.ts';
import type { OpenStore, StoreHarness } from './harness.ts';

const everything: AuditFilter = { person: null, access: null, since: null, until: null, state: null };

/** What the audit is while nobody tampers with it: a chain, and entries that can be found. */
export function chainContract(open: OpenStore): void {
  let harness: StoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.end());
  const verify = (): Promise<Verification> =>
    verifyChain(harness.store.auditEntries(), () => harness.store.auditHead());

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

  it('entries written during a verification do it no harm', async () => {
    const { store } = harness;
    for (let n = 0; n < 3; n++) await store.commit({ audit: [aDraft(n)] });
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
    it('by time, also what was written out of its order', async () => {
      const HOUR = 3_600_000;
      for (const hours of [24, 24.9, 24.4, 48])
        await harness.store.commit({ audit: [{ ...aDraft(0), at: START + hours * HOUR }] });
      expect(await find({ since: START + 24.5 * HOUR })).toEqual([11, 9]);
      expect(await find({ since: START + HOUR, until: START + 24.5 * HOUR })).toEqual([10, 8]);
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
    it('by a review that is open, with the whole story, until it is closed', async () => {
      const { store } = harness;
      const commit = async (kind: RequestKind, request: TakenRequest, by: Person): Promise<TakenRequest> => {
        const audit = [requestEntry(kind, request, personActor(by), START + 8)];
        expect(await store.commit({ requests: [request], audit })).toBe('committed');
        return request;
      };
      const signedBy = (request: TakenRequest, by: Person): TakenRequest => {
        const signed = sign(request, { by, at: START + 9, right: true, comment: null });
        if (!signed.ok) throw new Error(signed.refusal);
        return signed.request;
      };
      const resource = aResource('/access/production-root');
      const taken = takeAtOnce({ ...aRequest(), resource, askedSeconds: 60, submittedAt: START }, alice);
      await commit('request.taken', taken, alice);
      const other = takeAtOnce({ ...aRequest(), resource, askedSeconds: 60, submittedAt: START }, bob);
      await commit('request.taken', other, bob);
      const once = await commit('review.signed', signedBy(taken, bob), bob);
      expect(await find({ state: 'review' })).toEqual([10, 9, 8]);
      expect(await find({ state: 'review', person: alice.slack })).toEqual([10, 8]);
      expect(await find({ state: 'review', access: 'ROOT' }, 1, 1)).toEqual([9]);
      expect(await find({ state: 'review', access: 'staging' })).toEqual([]);
      await commit('review.closed', signedBy(once, aPerson('carol')), aPerson('carol'));
      expect(await find({ state: 'review' })).toEqual([9]);
      expect(await find({ state: 'review', person: alice.slack })).toEqual([]);
      expect(await find({ state: 'live' })).toEqual([7, 6, 2]);
    });
    it('by all of them at once', async () => {
      expect(
        await find({ person: bob.slack, access: 'production', state: 'live', since: START, until: START + 9 }),
      ).toEqual([6]);
      expect(await find({ access: 'production', state: 'live', until: START + 6 })).toEqual([6, 2]);
    });
  });
}
