import { describe, expect, it } from '@jest/globals';
import { FATIGUE, MOST_GATES } from '../../../src/domain/gate.ts';
import { aPolicy } from '../../builders/policy.ts';
import { ASK_FIRST, aGateWorld } from '../../doubles/fake-gate.ts';
import type { GateWorld } from '../../doubles/fake-gate.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

describe('what becomes of a sign-in', () => {
  it('what no rule names goes on, and nothing is on record', async () => {
    const { ask, kinds, counted } = await aGateWorld();
    expect(await ask('ann', { client: 'wiki' })).toEqual({ answer: 'go', actions: [] });
    expect(await kinds()).toEqual([]);
    expect(counted).toEqual(['client go']);
  });

  it('required actions by rule, also for what an account lacks', async () => {
    const { ask, asking, counted } = await aGateWorld(
      aPolicy(`
  - name: old accounts accept the terms
    doors: [login]
    when: '!account.termsAccepted && account.ageDays > 30'
    required-actions: [TERMS_AND_CONDITIONS]`),
    );
    const account = { ...asking('ann').account, termsAccepted: false };
    expect(await ask('ann', { account })).toEqual({ answer: 'go', actions: ['TERMS_AND_CONDITIONS'] });
    expect(await ask('ann')).toEqual({ answer: 'go', actions: [] });
    expect(counted).toEqual(['client actions', 'client go']);
  });

  it('a denial tells what its author says and nothing else, and is on record with its rule', async () => {
    const { ask, world, counted } = await aGateWorld(
      aPolicy(`
  - name: not from there
    doors: [login]
    deny: Not from there.
  - name: beside it
    doors: [login]
    because: This is about something else.
    step-up: gold`),
    );
    expect(await ask('ann')).toMatchObject({ answer: 'deny', because: 'policy', texts: ['Not from there.'] });
    expect((await world.audit()).at(-1)).toMatchObject({
      kind: 'gate.refused',
      subject: { username: 'ann' },
      data: { because: 'policy', client: 'grafana', trigger: 'client', rules: ['not from there', 'beside it'] },
    });
    expect(counted).toEqual(['client deny']);
    await expectSound(world);
  });

  it('whom nobody sees is not made to wait: nothing is opened, and what needs no person goes on', async () => {
    const { ask, kinds } = await aGateWorld();
    expect(await ask('ann', { waitSeconds: 0 })).toEqual({ answer: 'deny', because: 'interaction' });
    expect(await ask('ann', { waitSeconds: 0, client: 'wiki' })).toEqual({ answer: 'go', actions: [] });
    expect(await kinds()).toEqual([]);
  });

  it('a policy that is out of order denies, and says nothing to the person', async () => {
    const { ask, world } = await aGateWorld(
      aPolicy(`
  - name: by address
    doors: [login]
    when: context.ip == "10.0.0.1"
    stages: [{ approvers: /approvers/platform }]`),
    );
    expect(await ask('ann')).toMatchObject({ answer: 'deny', because: 'policy', texts: [] });
    expect(await world.store.countWaitingGates()).toBe(0);
  });

  it('without a policy nobody gets in', async () => {
    const { ask, kinds } = await aGateWorld(null);
    expect(await ask('ann')).toEqual({ answer: 'deny', because: 'no_policy' });
    expect(await kinds()).toEqual(['gate.refused']);
  });

  it('with Keycloak away nothing is answered, so that nobody gets in', async () => {
    const { ask, world } = await aGateWorld();
    world.keycloak.faults.always('factsOf', 'unavailable');
    await expect(ask('ann')).rejects.toMatchObject({ code: 'keycloak_unavailable' });
    expect(await world.store.countWaitingGates()).toBe(0);
  });

  it('the class that is demanded comes first, and nobody is asked before', async () => {
    const { ask, kinds, counted } = await aGateWorld(
      aPolicy(`${ASK_FIRST}
  - name: with a second factor
    doors: [login]
    step-up: gold
    required-actions: [UPDATE_PROFILE]`),
    );
    expect(await ask('ann', { reached: ['silver'] })).toEqual({ answer: 'step-up', acr: ['gold'] });
    expect(await kinds()).toEqual([]);
    expect(await ask('ann', { reached: ['silver', 'gold'] })).toMatchObject({
      answer: 'wait',
      actions: ['UPDATE_PROFILE'],
    });
    expect(counted).toEqual(['client step-up', 'client wait']);
  });
});

describe('one card for a person and a client', () => {
  it('waits with six digits that stand on the card, which the approvers read', async () => {
    const { ask, world, counted } = await aGateWorld();
    const verdict = await ask('ann', { waitSeconds: 9999 });
    expect(verdict).toMatchObject({ answer: 'wait', secondsLeft: 1500, asked: '/approvers/platform', actions: [] });
    await world.run();
    expect(world.slack.gates).toMatchObject([{ view: { gate: { code: expect.stringMatching(/^\d{6}$/) } } }]);
    expect(verdict).toMatchObject({ code: world.slack.gates[0]?.view.gate.code });
    expect(counted).toEqual(['client wait']);
    await expectSound(world);
  });

  it('a second tab of the same browser waits for the same decision', async () => {
    const { wait, world } = await aGateWorld();
    const first = await wait('ann');
    const second = await wait('ann', { tab: 'second' });
    expect([second.gate, second.code]).toEqual([first.gate, first.code]);
    await wait('ann', { tab: 'second' });
    expect(world.slack.gates).toHaveLength(1);
    expect((await world.store.gate(first.gate))?.tabs.map(({ tab }) => tab)).toEqual(['first', 'second']);
  });

  it('who asks for more than is on the card gets a card of his own, and the former counts for nothing', async () => {
    const { wait, read, approve, spend, world } = await aGateWorld();
    const first = await wait('ann');
    const second = await wait('ann', { tab: 'second', scopes: ['openid', 'admin'] });
    expect(second.gate).not.toBe(first.gate);
    expect((await read(first.gate)).state).toBe('superseded');
    await approve('chen', first);
    expect(await spend(second, 'second')).toEqual({ spent: false, state: 'waiting' });
    await expectSound(world);
  });

  it('another browser takes the place of the first one, whose page and card say so', async () => {
    const { wait, calls, kinds, world, counted } = await aGateWorld();
    const first = await wait('ann');
    world.clock.advance(20);
    const second = await wait('ann', { session: 'another browser' });
    expect(await calls.look(first)).toEqual({ state: 'superseded' });
    expect(await calls.look(second)).toEqual({ state: 'waiting', secondsLeft: 300 });
    expect(world.slack.gates.map(({ view }) => view.gate.state)).toEqual(['superseded', 'waiting']);
    expect(await kinds()).toEqual(['gate.opened', 'gate.superseded', 'gate.opened']);
    expect(counted).toEqual(['client wait', 'superseded 20', 'client wait']);
    await expectSound(world);
  });

  it('another client, and another person, wait beside it', async () => {
    const { wait, world } = await aGateWorld(aPolicy(ASK_FIRST.replace('context.client == "grafana"', 'true')));
    await wait('ann');
    await wait('ann', { client: 'wiki' });
    await wait('bob');
    expect(await world.store.countWaitingGates()).toBe(3);
  });

  it('two replicas that are asked at once open one gate, and each tab waits at it', async () => {
    const { ask, world } = await aGateWorld();
    const both = await Promise.all([ask('ann'), ask('ann', { tab: 'second' })]);
    const ids = both.map((one) => (one !== 'replayed' && one.answer === 'wait' ? one.gate : null));
    expect(new Set(ids).size).toBe(1);
    expect(await world.store.countWaitingGates()).toBe(1);
    await expectSound(world);
  });

  it('the same signed call opens nothing twice, on any replica', async () => {
    const { ask, kinds } = await aGateWorld();
    const nonce = 'f'.repeat(32);
    expect(await Promise.all([ask('ann', { nonce }), ask('ann', { nonce, session: 'a thief' })])).toContain('replayed');
    expect(await ask('ann', { nonce })).toBe('replayed');
    expect((await kinds()).filter((kind) => kind === 'gate.opened')).toHaveLength(1);
  });

  it('what waited too long is over when its person comes again, and he waits anew', async () => {
    const { wait, world, kinds } = await aGateWorld();
    const first = await wait('ann');
    world.clock.advance(300);
    const second = await wait('ann', { session: 'another browser' });
    expect(second.gate).not.toBe(first.gate);
    expect(await kinds()).toEqual(['gate.opened', 'gate.expired', 'gate.opened']);
    await expectSound(world);
  });
});

describe('nobody is asked in vain', () => {
  const nobody = { answer: 'deny', because: 'no_approvers' };
  const asking = (approvers: string, required = 1) =>
    aGateWorld(
      aPolicy(`
  - name: ask first
    doors: [login]
    stages: [{ approvers: ${approvers}, required: ${required} }]`),
    );

  it.each([
    ['a group that is not there', '/approvers/lost', 1],
    ['a group with too few people', '/approvers/platform', 3],
    ['a manager of nobody knows whom', 'manager', 1],
  ])('%s denies, without a card', async (_, approvers, required) => {
    const { ask, kinds, world } = await asking(approvers, required);
    expect(await ask('ann')).toEqual(nobody);
    await world.run();
    expect(world.slack.gates).toEqual([]);
    expect(await kinds()).toEqual(['gate.refused']);
  });

  it('a group in which only the person himself is left denies', async () => {
    const { ask } = await asking('/approvers/platform', 2);
    expect(await ask('chen')).toEqual(nobody);
    expect(await ask('ann')).toMatchObject({ answer: 'wait' });
  });

  it('the manager is asked, but not about himself', async () => {
    const { ask, world } = await asking('manager');
    world.keycloak.manage('ann', 'dana');
    world.keycloak.manage('bob', 'bob');
    expect(await ask('ann')).toMatchObject({ answer: 'wait', asked: null });
    expect(await ask('bob')).toEqual(nobody);
  });
});

describe('nobody is worn down', () => {
  const refuses = async ({ ask }: GateWorld) => ask('ann', { session: 'a browser' });

  it('three denials within a quarter of an hour: no card, and a time from which on there may be one', async () => {
    const gates = await aGateWorld();
    for (let count = 0; count < FATIGUE; count++) {
      await gates.deny('chen', await gates.wait('ann'));
      gates.world.clock.advance(60);
    }
    expect(await refuses(gates)).toEqual({ answer: 'deny', because: 'fatigue', retrySeconds: 720 });
    expect(gates.world.slack.gates).toHaveLength(FATIGUE);
    expect((await gates.kinds()).at(-1)).toBe('gate.refused');
    expect(await gates.ask('bob')).toMatchObject({ answer: 'wait' });
    gates.world.clock.advance(720);
    expect(await refuses(gates)).toMatchObject({ answer: 'wait' });
    await expectSound(gates.world);
  });

  it('three that nobody decided in time count alike', async () => {
    const gates = await aGateWorld();
    for (let count = 0; count < FATIGUE; count++) {
      await gates.wait('ann', { waitSeconds: 60 });
      await gates.world.advance(60);
    }
    expect(await refuses(gates)).toMatchObject({ because: 'fatigue' });
  });

  it('who was let in and comes again is not tired of', async () => {
    const gates = await aGateWorld();
    for (let count = 0; count < FATIGUE; count++) {
      const ref = await gates.wait('ann', { waitSeconds: 60 });
      await gates.approve('chen', ref);
      expect(await gates.spend(ref)).toMatchObject({ spent: true });
      gates.world.clock.advance(90);
    }
    expect(await refuses(gates)).toMatchObject({ answer: 'wait' });
  });

  it('turning back, or another browser each time, gets nobody past the limit of cards', async () => {
    const gates = await aGateWorld();
    for (let count = 0; count < MOST_GATES; count++) {
      const ref = await gates.wait('ann', { session: `browser ${count}` });
      if (count % 2 === 0) await gates.calls.leave(ref);
    }
    expect(await refuses(gates)).toMatchObject({ because: 'fatigue' });
  });
});
