import { describe, expect, it } from '@jest/globals';
import type { Gate } from '../../../src/domain/gate.ts';
import { usableUntil } from '../../../src/domain/gate.ts';
import { keycloakUserId } from '../../../src/domain/ids.ts';
import { CodedError } from '../../../src/lib/errors.ts';
import type { BackchannelCall } from '../../../src/usecases/backchannel-port.ts';
import { createBackchannel } from '../../../src/usecases/open-backchannel.ts';
import { aPolicy } from '../../builders/policy.ts';
import { aGateWorld } from '../../doubles/fake-gate.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

const BY_GROUP = `
  - name: releases wait
    doors: [token]
    when: context.grant == "ciba" && "deploy" in context.scopes
    stages: [{ approvers: /approvers/platform }]
    max-duration: 10m
    limits: { environment: shop }`;
const OTHER = `
  - name: other
    doors: [token]
    when: context.grant == "password"
    deny: No.`;

/** A pipeline that asks for tokens in the name of ann. */
async function aPipeline(rules: string | null = BY_GROUP) {
  const gate = await aGateWorld(rules === null ? null : aPolicy(rules));
  const { world, ports } = gate;
  const calls = createBackchannel({ ...ports, onWritten: () => undefined });
  const receive = (sent: BackchannelCall, isLate = false) => calls.receive(sent, () => isLate);
  const { backchannel } = world;
  const ann = world.keycloak.users.get('ann');
  let count = 0;
  const call = (facts: Partial<BackchannelCall> = {}): BackchannelCall => {
    const bearer = `bearer-${count++}`;
    backchannel.gives(bearer, { userId: keycloakUserId(ann?.userId ?? ''), endsAt: world.clock.now() + 120_000 });
    return {
      ...{ bearer, scopes: ['openid', 'deploy'], message: '4829-1377', justification: 'release 4711', duration: null },
      ...facts,
    };
  };
  const gates = async (): Promise<readonly Gate[]> =>
    [...(await world.store.gatesOf(keycloakUserId(ann?.userId ?? ''), 0, 100))].reverse();
  const only = async (): Promise<Gate> => {
    const [one] = await gates();
    if (one === undefined) throw new Error('no gate');
    return one;
  };
  /** One request that waits; its card is posted. */
  const waits = async (facts: Partial<BackchannelCall> = {}) => {
    const sent = call(facts);
    expect(await receive(sent)).toBe('received');
    await world.run();
    const one = (await gates()).at(-1);
    if (one === undefined) throw new Error('no gate');
    return { sent, ref: { gate: one.id, userId: one.person.userId, session: one.session } };
  };
  return { ...gate, receive, call, gates, only, waits, backchannel };
}

describe('a backchannel request', () => {
  it('waits for the approvers that the policy names, and shows what the token would carry', async () => {
    const { waits, only, world, kinds } = await aPipeline();
    await waits({ duration: '1h' });
    const gate = await only();
    expect(gate).toMatchObject({
      ...{ state: 'waiting', trigger: 'backchannel', client: 'ci', clientName: 'Release pipeline' },
      stage: { groupPath: '/approvers/platform' },
      backchannel: {
        ...{ message: '4829-1377', justification: 'release 4711', seconds: 600, roles: ['deployer'] },
        limits: { environment: 'shop' },
      },
    });
    expect(world.slack.gates).toHaveLength(1);
    expect(await kinds()).toEqual(['gate.opened']);
    await expectSound(world);
  });

  it('is told to Keycloak once when it was approved, and usable for as long as approved', async () => {
    const { waits, only, approve, backchannel, world, kinds } = await aPipeline();
    const { sent, ref } = await waits();
    await approve('chen', ref);
    await world.run();
    expect(backchannel.answers).toEqual([{ bearer: sent.bearer, status: 'SUCCEED', approval: ref.gate }]);
    const gate = await only();
    expect(usableUntil(gate)).toBe(gate.state === 'approved' ? gate.decidedAt + 600_000 : 0);
    expect(gate.backchannel?.bearer).toBeNull();
    expect(await kinds()).toEqual(['gate.opened', 'gate.approved', 'gate.spent']);
    await expectSound(world);
  });

  it('is decided by the person himself, and nobody else, where the policy asks nobody', async () => {
    const { waits, only, approve, backchannel, saidTo, world } = await aPipeline(OTHER);
    const { ref } = await waits({ scopes: ['openid'] });
    expect((await only()).stage).toBeNull();
    await approve('chen', ref);
    expect(saidTo('chen')).toEqual(['not_in_whose_name']);
    expect(backchannel.answers).toEqual([]);
    await approve('ann', ref);
    await world.run();
    expect(backchannel.answers).toMatchObject([{ status: 'SUCCEED' }]);
    expect(await only()).toMatchObject({ state: 'approved', backchannel: { seconds: 900 } });
  });

  it('cannot be approved by whom it is for where a group is asked', async () => {
    const { waits, approve, saidTo, backchannel } = await aPipeline();
    const { ref } = await waits();
    await approve('ann', ref);
    expect(saidTo('ann')).toEqual(['own_gate']);
    expect(backchannel.answers).toEqual([]);
  });

  it('that is denied is told to Keycloak, and to whom it was for', async () => {
    const { waits, deny, backchannel, saidTo, world, only } = await aPipeline();
    const { ref } = await waits();
    await deny('chen', ref);
    await world.run();
    expect(backchannel.answers).toMatchObject([{ status: 'UNAUTHORIZED', approval: null }]);
    expect(saidTo('ann')).toEqual(['gate_denied']);
    expect((await only()).backchannel?.bearer).toBeNull();
  });

  it('approved too late is told to nobody', async () => {
    const { waits, approve, backchannel, saidTo, world, only } = await aPipeline();
    const { ref } = await waits();
    world.clock.advance(118);
    await approve('chen', ref);
    await world.run();
    expect(saidTo('chen')).toEqual(['gate_settled']);
    expect(backchannel.answers).toEqual([]);
    expect(usableUntil(await only())).toBeNull();
  });

  it('whose token would carry something else by now is not issued', async () => {
    const { waits, approve, backchannel, world, only, kinds } = await aPipeline();
    const { ref } = await waits();
    backchannel.carries([{ id: 'x', name: 'database-admin', client: null }]);
    await approve('chen', ref);
    await world.run();
    expect(backchannel.answers).toMatchObject([{ status: 'CANCELLED', approval: null }]);
    expect(await only()).toMatchObject({ state: 'changed', backchannel: { bearer: null } });
    expect(await kinds()).toEqual(['gate.opened', 'gate.approved', 'gate.changed']);
    await expectSound(world);
  });

  it('is never approved to Keycloak a second time when nobody knows what became of the first', async () => {
    const { waits, approve, backchannel, world, only } = await aPipeline();
    const { ref } = await waits();
    backchannel.takes('unknown');
    await approve('chen', ref);
    await world.run();
    await world.run();
    expect(backchannel.answers).toHaveLength(1);
    expect(usableUntil(await only())).not.toBeNull();
  });

  it('that Keycloak does not take counts for nothing', async () => {
    const { waits, approve, backchannel, world, only, kinds } = await aPipeline();
    const { ref } = await waits();
    backchannel.takes('refused');
    await approve('chen', ref);
    await world.run();
    expect(await only()).toMatchObject({ state: 'untaken', tabs: [{ spent: false }] });
    expect(usableUntil(await only())).toBeNull();
    expect(await kinds()).toEqual(['gate.opened', 'gate.approved', 'gate.spent', 'gate.untaken']);
    await expectSound(world);
  });

  it('is sent again where it certainly never left', async () => {
    const { waits, approve, backchannel, world, only } = await aPipeline();
    const { ref } = await waits();
    backchannel.takes('not_sent');
    await approve('chen', ref);
    await world.run();
    expect(backchannel.answers.map(({ status }) => status)).toEqual(['SUCCEED', 'SUCCEED']);
    expect(await only()).toMatchObject({ state: 'approved', tabs: [{ spent: true }] });
  });

  it('opens nothing twice, whoever sends it again', async () => {
    const { receive, call, gates } = await aPipeline();
    const sent = call();
    await Promise.all([receive(sent), receive(sent)]);
    await receive(sent);
    expect(await gates()).toHaveLength(1);
  });

  it('waits beside others of the same person and client', async () => {
    const { waits, gates } = await aPipeline();
    await waits();
    await waits();
    expect((await gates()).map(({ state }) => state)).toEqual(['waiting', 'waiting']);
  });

  it('keeps nobody from signing in, and a sign-in keeps no pipeline waiting', async () => {
    const rules = `${BY_GROUP}
  - name: dashboards
    doors: [login]
    stages: [{ approvers: /approvers/platform }]`;
    const { waits, deny, wait, ask } = await aPipeline(rules);
    for (let count = 0; count < 3; count++) await deny('chen', (await waits()).ref);
    expect(await ask('ann')).toMatchObject({ answer: 'wait' });
    await wait('ann');
  });

  it('with a bearer that Keycloak did not give is forged, and nothing is kept', async () => {
    const { receive, call, gates, kinds } = await aPipeline();
    expect(await receive({ ...call(), bearer: 'a stranger' })).toBe('forged');
    expect([await gates(), await kinds()]).toEqual([[], []]);
  });

  it('is not taken while Keycloak or the record do not answer, and may come again', async () => {
    const { world, ports, call, gates } = await aPipeline();
    const away = (): Promise<never> => Promise.reject(new CodedError('keycloak_unavailable', 'away'));
    const broken = createBackchannel({
      ...ports,
      backchannel: { ...world.backchannel.channel, preview: away },
      onWritten: () => undefined,
    });
    await expect(broken.receive(call(), () => false)).rejects.toThrow('away');
    expect(await gates()).toEqual([]);
  });
});

describe('a backchannel request that was looked at too slowly', () => {
  it('is kept by nobody, for Keycloak has told the client that nobody took it', async () => {
    const { receive, call, gates, world } = await aPipeline();
    await expect(receive(call(), true)).rejects.toThrow('too long');
    await world.run();
    expect([await gates(), world.slack.gates]).toEqual([[], []]);
  });
});

describe('whoever is refused again and again', () => {
  it('hears of it once in a quarter of an hour', async () => {
    const { receive, call, world } = await aPipeline();
    for (let count = 0; count < 5; count++) await receive(call({ message: null }));
    await world.run();
    expect(world.told('ann')).toHaveLength(1);
    world.clock.advance(900);
    await receive(call({ message: null }));
    await world.run();
    expect(world.told('ann')).toHaveLength(2);
  });
});

describe('a backchannel request is refused, told to whom it was for, and answered with no, when', () => {
  it.each<[string, Partial<BackchannelCall>, string]>([
    ['it has no message to compare', { message: null }, 'no_message'],
    ['it wants offline access', { scopes: ['openid', 'offline_access'] }, 'offline'],
    ['its time is none', { duration: 'soon' }, 'bad_duration'],
    ['its time is longer than a day', { duration: '2d' }, 'bad_duration'],
  ])('%s', async (_, facts, because) => {
    const { receive, call, backchannel, world, gates } = await aPipeline();
    const told = backchannel.answered();
    const sent = call(facts);
    expect(await receive(sent)).toBe('received');
    await told;
    expect(backchannel.answers).toEqual([{ bearer: sent.bearer, status: 'UNAUTHORIZED', approval: null }]);
    await world.run();
    expect(await gates()).toEqual([]);
    expect(world.told('ann')).toMatchObject([{ say: 'backchannel_refused', refused: { because } }]);
    expect((await world.audit()).at(-1)).toMatchObject({ kind: 'gate.refused', data: { because, client: 'ci' } });
  });

  it.each<[string, (pipeline: Awaited<ReturnType<typeof aPipeline>>) => void, object]>([
    [
      'the person does not hold what a scope brings',
      (one) => one.backchannel.leavesOut(['deploy']),
      {
        because: 'not_eligible',
        scopes: ['deploy'],
      },
    ],
    ['person or client are gone', (one) => one.backchannel.hasNobody(), { because: 'not_eligible', scopes: [] }],
    [
      'the token would administer Keycloak',
      (one) => one.backchannel.carries([{ id: 'x', name: 'manage-users', client: 'realm-management' }]),
      { because: 'administers' },
    ],
  ])('%s', async (_, arrange, refused) => {
    const pipeline = await aPipeline();
    arrange(pipeline);
    await pipeline.receive(pipeline.call());
    await pipeline.world.run();
    expect(pipeline.world.told('ann')).toMatchObject([{ say: 'backchannel_refused', refused }]);
  });

  it.each<[string, string | null, object]>([
    ['there is no policy', null, { because: 'no_policy' }],
    [
      'a rule denies',
      `
  - name: never
    doors: [token]
    deny: Not on Fridays.`,
      { because: 'policy', texts: ['Not on Fridays.'] },
    ],
    [
      'a rule takes a scope away',
      `
  - name: less
    doors: [token]
    remove-scopes: [deploy]`,
      { because: 'policy', texts: [] },
    ],
    [
      'a rule wants a higher sign-in',
      `
  - name: proof
    doors: [token]
    step-up: gold`,
      { because: 'step_up' },
    ],
    [
      'nobody could approve',
      `
  - name: nobody
    doors: [token]
    stages: [{ approvers: /approvers/nobody }]`,
      { because: 'no_approvers' },
    ],
  ])('%s', async (_, rules, refused) => {
    const { receive, call, world } = await aPipeline(rules);
    await receive(call());
    await world.run();
    expect(world.told('ann')).toMatchObject([{ say: 'backchannel_refused', refused }]);
  });

  it('three of its kind were denied', async () => {
    const { waits, deny, receive, call, world } = await aPipeline();
    for (let count = 0; count < 3; count++) await deny('chen', (await waits()).ref);
    await receive(call());
    await world.run();
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'backchannel_refused', refused: { because: 'fatigue' } });
  });
});

describe('the bearer of a backchannel request', () => {
  it('I28: stands in the record alone, and only while something is to be answered', async () => {
    const { waits, deny, world } = await aPipeline();
    const { sent, ref } = await waits();
    const said = JSON.stringify([await world.audit(), world.slack.gates, world.log.lines]);
    expect(said).not.toContain(sent.bearer);
    await deny('chen', ref);
    await world.run();
    expect(JSON.stringify(await world.store.gate(ref.gate))).not.toContain(sent.bearer);
  });
});
