import { describe, expect, it } from '@jest/globals';
import { gateId, keycloakUserId } from '../../../src/domain/ids.ts';
import { CodedError } from '../../../src/lib/errors.ts';
import type { BackchannelCall } from '../../../src/usecases/backchannel-port.ts';
import { createBackchannel } from '../../../src/usecases/open-backchannel.ts';
import { aBackchannelGate } from '../../builders/gate.ts';
import { aPolicy } from '../../builders/policy.ts';
import { aGateWorld } from '../../doubles/fake-gate.ts';

const BY_GROUP = `
  - name: releases wait
    doors: [token]
    when: context.grant == "ciba"
    stages: [{ approvers: /approvers/platform }]`;

/** A pipeline that asks for tokens in the name of ann. */
async function aPipeline() {
  const { world, ports, approve } = await aGateWorld(aPolicy(BY_GROUP));
  const calls = createBackchannel({ ...ports, onWritten: () => undefined });
  const ann = keycloakUserId(world.keycloak.users.get('ann')?.userId ?? '');
  let count = 0;
  const call = (seconds = 120, facts: Partial<BackchannelCall> = {}): BackchannelCall => {
    const bearer = `bearer-${count++}`;
    world.backchannel.gives(bearer, { userId: ann, endsAt: world.clock.now() + seconds * 1000 });
    return {
      ...{ bearer, scopes: ['openid', 'deploy'], message: '4829-1377', justification: null, duration: null },
      ...facts,
    };
  };
  const refusals = async () =>
    (await world.audit()).filter(({ kind }) => kind === 'gate.refused').map(({ data }) => data['because']);
  const gates = () => world.store.gatesOf(ann, 0, 100);
  return {
    world,
    ports,
    approve,
    call,
    refusals,
    gates,
    receive: (sent: BackchannelCall) => calls.receive(sent, () => false),
  };
}

describe('what one pipeline can do to the people it asks', () => {
  it('of many requests at one moment ten wait, and the others are refused', async () => {
    const { call, receive, gates, refusals } = await aPipeline();
    await Promise.all(Array.from({ length: 14 }, () => receive(call())));
    expect(await gates()).toHaveLength(10);
    expect(await refusals()).toEqual(Array.from({ length: 4 }, () => 'fatigue'));
  });

  it('ten that still wait keep the next one from coming, however long they have waited', async () => {
    const { call, receive, gates, refusals, world } = await aPipeline();
    for (let sent = 0; sent < 10; sent++) await receive(call(7200));
    world.clock.advance(3600);
    await receive(call());
    expect(await gates()).toHaveLength(10);
    expect(await refusals()).toEqual(['fatigue']);
  });
});

describe('a backchannel request that', () => {
  it('was refused stays so when it comes again, also where it would be taken by then', async () => {
    const { call, receive, gates, refusals, world } = await aPipeline();
    const sent = call();
    world.backchannel.leavesOut(['deploy']);
    await receive(sent);
    world.backchannel.leavesOut([]);
    expect(await receive(sent)).toBe('received');
    expect(await gates()).toEqual([]);
    expect(await refusals()).toEqual(['not_eligible']);
  });

  it('was approved, and could not be told to Keycloak in time, says so and counts for nothing', async () => {
    const { ports, call, receive, gates, approve, world } = await aPipeline();
    await receive(call());
    await world.run();
    const [gate] = await gates();
    if (gate === undefined) throw new Error('no gate');
    const { channel } = world.backchannel;
    const isAway = { now: true };
    const preview: typeof channel.preview = (...asked) =>
      isAway.now ? Promise.reject(new CodedError('keycloak_unavailable', 'away')) : channel.preview(...asked);
    world.restart('one', { ...ports, backchannel: { ...channel, preview } });
    await approve('chen', { gate: gate.id, userId: gate.person.userId, session: gate.session });
    await world.run();
    world.clock.advance(130);
    isAway.now = false;
    await world.run();
    expect((await gates())[0]).toMatchObject({ state: 'untaken', backchannel: { bearer: null } });
    expect(world.backchannel.answers).toEqual([]);
    expect((await world.audit()).map(({ kind }) => kind).slice(-2)).toEqual(['gate.approved', 'gate.untaken']);
  });

  it('nobody could be asked about is answered with no', async () => {
    const { ports, world } = await aPipeline();
    const gate = aBackchannelGate({
      ...{
        person: { userId: keycloakUserId('nobody'), username: 'nobody' },
        realm: ports.settings.realm,
        openedAt: world.clock.now(),
      },
      ...{ waitsUntil: world.clock.now() + 60_000, stage: null, id: gateId('g-1') },
    });
    const told = world.backchannel.answered();
    const message = { key: 'k', at: gate.openedAt, correlationId: 'c', body: { to: 'gate', gateId: gate.id } } as const;
    await world.store.commit({ gates: [gate], messages: [message], audit: [] });
    await world.run();
    await told;
    expect(world.backchannel.answers).toEqual([{ bearer: 'bearer', status: 'UNAUTHORIZED', approval: null }]);
    expect(await world.store.gate(gate.id)).toMatchObject({ state: 'unreachable', backchannel: { bearer: null } });
  });
});
