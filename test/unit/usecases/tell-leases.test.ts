import { describe, expect, it } from '@jest/globals';
import type { ApprovedGate } from '../../../src/domain/gate.ts';
import { gateId, resourceId } from '../../../src/domain/ids.ts';
import { CodedError } from '../../../src/lib/errors.ts';
import { createSessionEnder } from '../../../src/usecases/end-carried.ts';
import type { LeasesAsk } from '../../../src/usecases/gate-port.ts';
import { tellLeases } from '../../../src/usecases/tell-leases.ts';
import { REALM, START, aLiveGrant, aPerson } from '../../builders/domain.ts';
import { aGate } from '../../builders/gate.ts';
import { handClock } from '../../doubles/fake-clock.ts';
import { fakeKeycloak } from '../../doubles/fake-keycloak.ts';
import { recordedLog } from '../../doubles/log.ts';
import { createMemoryStore } from '../../doubles/memory-store.ts';

const ann = aPerson('ann');
const role = { kind: 'realm-role', id: resourceId('role'), path: 'refund', clientUuid: null } as const;
const inToken = { ...role, inToken: true } as const;
const asking = (facts: Partial<LeasesAsk> = {}): LeasesAsk => ({
  ...{ person: ann, client: 'shop', scopes: ['openid'], session: 's1', approval: null },
  ...facts,
});

function aDesk() {
  const clock = handClock();
  const store = createMemoryStore({ realm: REALM, now: () => clock.now() });
  const keycloak = fakeKeycloak(clock);
  const ports = { clock, store, settings: { realm: REALM }, access: keycloak.access, log: recordedLog() };
  const live = async (facts: Parameters<typeof aLiveGrant>[0] = {}) => {
    const grant = aLiveGrant({ person: ann, resource: role, ...facts });
    await store.commit({ grants: [grant], audit: [] });
    return grant;
  };
  return { ...ports, ports, keycloak, live, tell: (ask: LeasesAsk) => tellLeases(ports, ask) };
}

/** What the callback of a backchannel request leaves behind: approved, and Keycloak was told. */
const approved = (facts: Partial<ApprovedGate> = {}): ApprovedGate => ({
  ...aGate({ person: ann, client: 'shop', trigger: 'backchannel' }),
  tabs: [{ tab: 'backchannel', spent: true }],
  backchannel: { message: 'deploy', justification: null, seconds: 900, roles: [], limits: { rows: 5 }, bearer: null },
  approvals: [{ by: aPerson('chen'), at: START }],
  state: 'approved',
  decidedAt: START,
  ...facts,
});

describe('what a token is told', () => {
  it('are the live leases of its person, the first to end first, with approvers and limits', async () => {
    const { tell, live } = aDesk();
    const late = await live({
      leaseSeconds: 7200,
      limits: { rows: 100 },
      approvers: [aPerson('chen'), aPerson('dana')],
    });
    const soon = await live({ leaseSeconds: 600, approvers: [] });
    await live({ person: aPerson('bob') });
    expect(await tell(asking())).toEqual({
      approval: null,
      leases: [
        {
          ...{ id: soon.id, kind: 'realm-role', resource: role.id, access: 'refund', endsAt: soon.expiresAt },
        } as const,
        {
          ...{ id: late.id, kind: 'realm-role', resource: role.id, access: 'refund', endsAt: late.expiresAt },
        } as const,
      ].map((lease, index) => ({
        ...lease,
        ...(index === 0 ? { approvers: [], limits: {} } : { approvers: ['chen', 'dana'], limits: { rows: 100 } }),
        inToken: false,
      })),
    });
  });

  it('is nothing of a lease that is due, or that somebody asked to end', async () => {
    const { tell, live, clock } = aDesk();
    await live({ leaseSeconds: 600 });
    await live({ endAsked: { endedBy: 'release', by: ann, at: START } });
    clock.advance(599);
    expect((await tell(asking())).leases).toHaveLength(1);
    clock.advance(1);
    expect((await tell(asking())).leases).toEqual([]);
  });

  it('are at most 200', async () => {
    const { tell, live } = aDesk();
    for (let count = 0; count < 205; count++) await live({ leaseSeconds: 1000 - count });
    const { leases } = await tell(asking());
    expect(leases).toHaveLength(200);
    expect(leases[0]?.endsAt).toBe(START + 796_000);
  });

  it('writes nothing for leases that are in Keycloak', async () => {
    const { tell, live, store } = aDesk();
    await live();
    await tell(asking());
    expect(store.tables.carried.size).toBe(0);
  });
});

describe('what only tokens carry', () => {
  it('is told to a session that is on record for it, and recorded once', async () => {
    const { tell, live, store, clock } = aDesk();
    const { id } = await live({ resource: inToken });
    expect((await tell(asking())).leases).toMatchObject([{ id, inToken: true }]);
    clock.advance(60);
    await tell(asking());
    const row = { session: 's1', carries: id, userId: ann.userId, toldAt: START, dueAt: null, endedAt: null };
    expect([...store.tables.carried.values()]).toEqual([row]);
  });

  it('is not told without a session that lasts: nothing could end it early', async () => {
    const { tell, live, store } = aDesk();
    await live({ resource: inToken });
    const written = await live();
    const gate = approved();
    await store.commit({ gates: [gate], audit: [] });
    expect(await tell(asking({ session: null, approval: gate.id }))).toMatchObject({
      leases: [{ id: written.id }],
      approval: null,
    });
  });

  it('is not told when it ends while the session is being recorded', async () => {
    const desk = aDesk();
    const grant = await desk.live({ resource: inToken });
    const end = { ...grant, state: 'ended', endedAt: START, endedBy: 'release', revision: 2 } as const;
    const carry: typeof desk.store.carry = async (sessions) => {
      await desk.store.commit({ grants: [end], carriedOver: [{ lease: grant.id, dueAt: START }], audit: [] });
      await desk.store.carry(sessions);
    };
    const told = await tellLeases({ ...desk.ports, store: { ...desk.store, carry } }, asking());
    expect(told.leases).toEqual([]);
    expect(desk.store.tables.carried.size).toBe(0);
  });

  it('is not told, and nothing is answered, when the record cannot be written', async () => {
    const desk = aDesk();
    await desk.live({ resource: inToken });
    const carry = () => Promise.reject(new CodedError('store_unavailable', 'disk full'));
    await expect(tellLeases({ ...desk.ports, store: { ...desk.store, carry } }, asking())).rejects.toMatchObject({
      code: 'store_unavailable',
    });
  });
});

describe('an approval without a browser', () => {
  it('is told while it stands, and its session is ended with it', async () => {
    const { tell, store, clock, keycloak, ports } = aDesk();
    const gate = approved();
    await store.commit({ gates: [gate], audit: [] });
    const ask = asking({ approval: gate.id });
    expect(await tell(ask)).toEqual({
      leases: [],
      approval: { id: gate.id, endsAt: START + 900_000, scopes: ['openid'], approvers: ['chen'], limits: { rows: 5 } },
    });
    const ender = createSessionEnder(ports);
    clock.advance(899);
    await ender.run();
    expect(keycloak.endedSessions).toEqual([]);
    clock.advance(1);
    expect(await tell(ask)).toEqual({ leases: [], approval: null });
    await ender.run();
    expect(keycloak.endedSessions).toEqual(['s1']);
    const last = store.chain.at(-1)?.entry ?? '';
    expect(last).toContain('sessions.ended');
    expect(last).toContain(gate.id);
  });

  it.each([
    ['another person’s', asking({ person: aPerson('bob') })],
    ['another client’s', asking({ client: 'ci' })],
    ['of no gate', asking({ approval: gateId('unknown') })],
  ])('of %s does not count, and no session is recorded', async (_, ask) => {
    const { tell, store } = aDesk();
    const gate = approved();
    await store.commit({ gates: [gate], audit: [] });
    expect(await tell({ ...ask, approval: ask.approval ?? gate.id })).toEqual({ leases: [], approval: null });
    expect(store.tables.carried.size).toBe(0);
  });
});
