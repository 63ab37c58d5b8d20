import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { grantEntry, personActor, requestEntry, systemActor } from '../../../src/domain/audit-drafts.ts';
import { planGrant } from '../../../src/domain/grant.ts';
import type { EndedGrant, LiveGrant } from '../../../src/domain/grant.ts';
import { grantId } from '../../../src/domain/ids.ts';
import type { GrantId, RequestId } from '../../../src/domain/ids.ts';
import { replay, replayedGrant, replayedRequest } from '../../../src/domain/replay.ts';
import { close, decide, reopen } from '../../../src/domain/request.ts';
import type { Batch, Store } from '../../../src/usecases/store-port.ts';
import { verifyChain } from '../../../src/usecases/verify-audit.ts';
import { START, aPerson, aRequest, aResource } from '../../builders/domain.ts';
import { allEntries } from './harness.ts';
import type { OpenStore } from './harness.ts';

const ACTS = ['submit', 'approve', 'deny', 'withdraw', 'reopen', 'remind', 'activate', 'end'] as const;
type Act = { readonly act: (typeof ACTS)[number]; readonly person: number; readonly resource: number };

const people = [aPerson(), aPerson()] as const;
const resources = [aResource(), aResource()] as const;
const approver = aPerson();
const act = fc.record({ act: fc.constantFrom(...ACTS), person: fc.nat(1), resource: fc.nat(1) });

export function interleavingContract(open: OpenStore): void {
  it('I22: however changes interleave, the chain is whole and replaying the audit gives the tables', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(act, { minLength: 1, maxLength: 8 }), { maxLength: 12 }), async (waves) => {
        const harness = await open();
        try {
          const written = { requests: new Set<RequestId>(), grants: new Set<GrantId>() };
          // The acts of a wave all read before any of them writes, so those on one row are rivals.
          for (const wave of waves) {
            const batches = await Promise.all(wave.map((each) => batchFor(harness.store, each)));
            await Promise.all(batches.map((batch) => harness.store.commit(batch)));
            for (const request of batches.flatMap((batch) => batch.requests ?? [])) written.requests.add(request.id);
            for (const grant of batches.flatMap((batch) => batch.grants ?? [])) written.grants.add(grant.id);
          }
          await expectReplayToBeTables(harness.store, written);
        } finally {
          await harness.end();
        }
      }),
      { numRuns: 30 },
    );
  }, 120_000);
}

async function expectReplayToBeTables(
  store: Store,
  written: { readonly requests: ReadonlySet<RequestId>; readonly grants: ReadonlySet<GrantId> },
): Promise<void> {
  expect(await verifyChain(store.auditEntries(), () => store.auditHead())).toMatchObject({ ok: true });
  const told = replay(await allEntries(store));
  const requests = (await Promise.all([...written.requests].map((id) => store.request(id)))).flatMap(
    (row) => row ?? [],
  );
  const grants = (await Promise.all([...written.grants].map((id) => store.grant(id)))).flatMap((row) => row ?? []);
  expect(told.requests).toEqual(new Map(requests.map((row) => [row.id, replayedRequest(row)])));
  expect(told.grants).toEqual(new Map(grants.map((row) => [row.id, replayedGrant(row)])));
}

/** The write that this act makes of what it reads now; an empty one where there is nothing to act on. */
async function batchFor(store: Store, { act, person, resource }: Act): Promise<Batch> {
  const requester = people[person] ?? people[0];
  const on = resources[resource] ?? resources[0];
  const actor = personActor(requester);
  const pending = await store.pendingRequest(requester.userId, on);
  const grant = (await store.openGrantsOf(requester.slack)).find((each) => each.resource.id === on.id);
  if (act === 'submit') {
    const request = aRequest({ requester, resource: on });
    return { requests: [request], audit: [requestEntry('request.submitted', request, actor, START)] };
  }
  if (act === 'activate' && grant?.state === 'planned') {
    const live: LiveGrant = {
      ...grant,
      state: 'live',
      liveAt: START,
      expiresAt: START + 5,
      warnAt: null,
      revision: grant.revision + 1,
    };
    return { grants: [live], audit: [grantEntry('grant.live', live, systemActor, START)] };
  }
  if (act === 'end' && grant !== undefined) {
    const times = { liveAt: grant.state === 'live' ? grant.liveAt : null, endedAt: START };
    const ended: EndedGrant = { ...grant, ...times, state: 'ended', endedBy: 'drift', revision: grant.revision + 1 };
    return { grants: [ended], audit: [grantEntry('grant.ended', ended, systemActor, START)] };
  }
  if (pending === null) return { audit: [] };
  const id = grantId(`grant-of-${pending.id}`);
  switch (act) {
    case 'approve': {
      const decided = decide(pending, { kind: 'approve', leaseSeconds: 60 }, approver, START);
      if (!decided.ok || decided.request.state !== 'approved') throw new Error('one approval is enough');
      const planned = planGrant(id, decided.request);
      return {
        requests: [decided.request],
        grants: [planned],
        audit: [
          requestEntry('request.approved', decided.request, personActor(approver), START),
          grantEntry('grant.planned', planned, systemActor, START),
        ],
      };
    }
    case 'deny': {
      const decided = decide(pending, { kind: 'deny', comment: null }, approver, START);
      if (!decided.ok) throw new Error(decided.refusal);
      return {
        requests: [decided.request],
        audit: [requestEntry('request.denied', decided.request, personActor(approver), START)],
      };
    }
    case 'withdraw': {
      const closed = close(pending, 'withdrawn', START);
      return { requests: [closed], audit: [requestEntry('request.withdrawn', closed, actor, START)] };
    }
    case 'reopen': {
      const reopened = reopen(pending, { ...pending, entitlement: pending, digest: 'e'.repeat(64) }, START);
      return { requests: [reopened], audit: [requestEntry('request.reopened', reopened, systemActor, START)] };
    }
    case 'remind':
      return { requests: [{ ...pending, remindAt: START, revision: pending.revision + 1 }], audit: [] };
    case 'activate':
    case 'end':
      return { audit: [] };
  }
}
