import { describe, expect, it } from '@jest/globals';
import type { ApprovedGate } from '../../../src/domain/gate.ts';
import { gateId } from '../../../src/domain/ids.ts';
import { TOKEN_GRANTS } from '../../../src/domain/policy.ts';
import { CodedError } from '../../../src/lib/errors.ts';
import { createTokenDoor } from '../../../src/usecases/ask-token.ts';
import type { TokenAsk } from '../../../src/usecases/gate-port.ts';
import { aPerson } from '../../builders/domain.ts';
import { aGate } from '../../builders/gate.ts';
import { aPolicy } from '../../builders/policy.ts';
import { aGateWorld } from '../../doubles/fake-gate.ts';

const rule = (effect: string, when = 'true') =>
  aPolicy(`
  - name: the rule
    doors: [token]
    when: '${when}'
    ${effect}`);

async function aTokenWorld(policy: ReturnType<typeof aPolicy> | null = rule('deny: No.', 'false')) {
  const gates = await aGateWorld(policy);
  const { world, calls, asking } = gates;
  const askingFor = (facts: Partial<TokenAsk> = {}): TokenAsk => ({
    ...{ person: asking('ann').person, client: 'ci', clientName: null, scopes: ['openid', 'deploy'] },
    ...{ session: null, approval: null, grant: 'password', ip: '10.1.2.3' },
    ...facts,
  });
  /** What the callback of a backchannel request leaves behind. */
  const approved = async (facts: Partial<ApprovedGate> = {}): Promise<ApprovedGate> => {
    const now = world.clock.now();
    const waiting = aGate({ person: askingFor().person, client: 'ci', openedAt: now, trigger: 'backchannel' });
    const gate: ApprovedGate = {
      ...{ ...waiting, scopes: ['openid', 'deploy', 'profile'], tabs: [{ tab: 'backchannel', spent: true }] },
      backchannel: { message: 'd', justification: null, seconds: 900, roles: [], limits: {}, bearer: null },
      ...{ approvals: [{ by: aPerson('chen'), at: now }], state: 'approved', decidedAt: now, revision: 1 },
      ...facts,
    };
    await world.store.commit({ gates: [gate], audit: [] });
    return gate;
  };
  const token = (facts: Partial<TokenAsk> = {}) => calls.token(askingFor(facts));
  const entries = async () => (await world.audit()).filter(({ kind }) => kind === 'token.refused');
  return { ...gates, askingFor, approved, token, entries };
}

describe('whether a token may be issued', () => {
  it.each(TOKEN_GRANTS)('what no rule names is issued by %s, and nothing is on record', async (grant) => {
    const { token, kinds, counted } = await aTokenWorld();
    expect(await token({ grant })).toEqual({ answer: 'allow' });
    expect(await kinds()).toEqual([]);
    expect(counted).toEqual([`${grant} allow`]);
  });

  it('without a policy nobody decides, so there is none, with an approval too', async () => {
    const { token, approved, counted } = await aTokenWorld(null);
    expect(await token()).toEqual({ answer: 'deny', because: 'no_policy' });
    expect(await token({ approval: (await approved()).id })).toEqual({ answer: 'deny', because: 'no_policy' });
    expect(counted).toEqual(['password no_policy', 'password no_policy']);
  });

  it('rules know the person, client, scopes, address and grant', async () => {
    const { token, world } = await aTokenWorld(
      rule(
        'deny: As told.',
        [
          'subject.username == "ann" && "team" in subject.attributes && context.client == "ci"',
          '"deploy" in context.scopes && context.ip == "10.1.2.3" && context.grant == "password"',
          'context.liveCount == 0 && !has(context.acr) && !has(context.device) && !has(context.trigger)',
        ].join(' && '),
      ),
    );
    world.keycloak.describe('ann', { team: ['red'] });
    expect(await token()).toMatchObject({ answer: 'deny', because: 'policy', texts: ['As told.'] });
    expect(await token({ grant: 'refresh_token' })).toEqual({ answer: 'allow' });
  });

  it('a denial tells what its author says, and is on record with its rule', async () => {
    const { token, entries, counted } = await aTokenWorld(rule('deny: Not by password.'));
    const verdict = await token();
    expect(verdict).toEqual({
      ...{ answer: 'deny', because: 'policy', texts: ['Not by password.'], id: expect.any(String) },
    });
    const data = { because: 'policy', client: 'ci', grant: 'password', rules: ['the rule'] };
    expect(await entries()).toMatchObject([
      {
        subject: { username: 'ann' },
        actor: { kind: 'leasehold' },
        data: { ...data, policy: (verdict as never)['id'] },
      },
    ]);
    expect(counted).toEqual(['password policy']);
  });

  it('a rule that is broken denies, and tells the client nothing of it', async () => {
    const { token } = await aTokenWorld(rule('deny: No.', 'context.device == "a"'));
    expect(await token()).toMatchObject({ answer: 'deny', because: 'policy', texts: [] });
  });

  it.each(['stages: [{ approvers: /approvers/platform }]', 'step-up: gold', 'required-actions: [CONFIGURE_TOTP]'])(
    'nobody can wait here, so %s means no',
    async (effect) => {
      const { token } = await aTokenWorld(rule(`because: Ask first.\n    ${effect}`));
      expect(await token()).toMatchObject({ answer: 'deny', because: 'policy', texts: ['Ask first.'] });
    },
  );

  it('a token goes without the scopes that a rule removes, and only of those that it would have', async () => {
    const { token, counted, kinds } = await aTokenWorld(rule('remove-scopes: [deploy, offline_access]'));
    expect(await token()).toEqual({ answer: 'narrow', scopes: ['openid'] });
    expect(await token({ scopes: ['openid'] })).toEqual({ answer: 'allow' });
    expect(await token({ scopes: ['deploy'] })).toEqual({ answer: 'narrow', scopes: [] });
    expect(counted).toEqual(['password narrow', 'password allow', 'password narrow']);
    expect(await kinds()).toEqual([]);
  });

  it('nothing is known where Keycloak does not answer, and nothing is issued', async () => {
    const { token, world } = await aTokenWorld();
    world.keycloak.faults.always('factsOf', 'unavailable');
    await expect(token()).rejects.toMatchObject({ code: 'keycloak_unavailable' });
  });
});

describe('a token of a backchannel request', () => {
  const STAGES = 'stages: [{ approvers: /approvers/platform }]';

  it('what was approved needs no people again, and is narrowed all the same', async () => {
    const { token, approved } = await aTokenWorld(rule(STAGES));
    const { id } = await approved();
    expect(await token({ grant: 'ciba', approval: id })).toEqual({ answer: 'allow' });
    expect(await token({ grant: 'refresh_token', approval: id })).toEqual({ answer: 'allow' });
    const narrowed = await aTokenWorld(rule(`${STAGES}\n    remove-scopes: [deploy]`));
    const approval = (await narrowed.approved()).id;
    expect(await narrowed.token({ grant: 'ciba', approval })).toEqual({ answer: 'narrow', scopes: ['openid'] });
  });

  it.each(['step-up: gold', 'required-actions: [CONFIGURE_TOTP]', `step-up: gold\n    ${STAGES}`, 'deny: No.'])(
    'an approval of people is no answer to %s',
    async (effect) => {
      const { token, approved } = await aTokenWorld(rule(effect));
      const { id } = await approved();
      expect(await token({ grant: 'ciba', approval: id })).toMatchObject({ answer: 'deny', because: 'policy' });
    },
  );

  it('one that is over, not known, of somebody else, another client or realm, or not told to Keycloak counts for nothing', async () => {
    const { token, approved, world, entries } = await aTokenWorld(rule(STAGES));
    const no = { answer: 'deny', because: 'approval' };
    const ask = (approval: ApprovedGate['id']) => token({ grant: 'ciba', approval });
    const { id } = await approved();
    expect(await ask(gateId('another'))).toEqual(no);
    expect(await ask((await approved({ person: aPerson('bob') })).id)).toEqual(no);
    expect(await ask((await approved({ client: 'other' })).id)).toEqual(no);
    expect(await ask((await approved({ tabs: [{ tab: 'backchannel', spent: false }] })).id)).toEqual(no);
    world.clock.advance(899);
    expect(await ask(id)).toEqual({ answer: 'allow' });
    world.clock.advance(1);
    expect(await ask(id)).toEqual(no);
    expect((await entries()).at(-1)).toMatchObject({ data: { because: 'approval', gate: id, grant: 'ciba' } });
  });

  it('it stands for the scopes that people saw, and those that every token of the client has', async () => {
    const { token, approved } = await aTokenWorld(rule(STAGES));
    const ask = (approval: ApprovedGate['id'], scopes: readonly string[]) =>
      token({ grant: 'refresh_token', approval, scopes });
    const { id } = await approved({ scopes: ['deploy'] });
    expect(await ask(id, ['openid', 'deploy', 'basic', 'profile'])).toEqual({ answer: 'allow' });
    expect(await ask(id, ['openid'])).toEqual({ answer: 'allow' });
    expect(await ask(id, ['openid', 'deploy', 'admin'])).toEqual({ answer: 'deny', because: 'approval' });
  });

  it('where the client cannot be read, nothing beyond what people saw is issued', async () => {
    const { token, approved, world } = await aTokenWorld(rule(STAGES));
    const { id } = await approved();
    world.keycloak.faults.always('defaultScopes', 'forbidden');
    expect(await token({ grant: 'ciba', approval: id })).toEqual({ answer: 'allow' });
    const asked = token({ grant: 'ciba', approval: id, scopes: ['basic'] });
    await expect(asked).rejects.toMatchObject({ code: 'keycloak_forbidden' });
  });
});

describe('what is on record of refusals', () => {
  it('one a minute for each person, client, grant and reason, and every one is counted', async () => {
    const { token, entries, counted, world, asking } = await aTokenWorld(rule('deny: No.'));
    for (let asked = 0; asked < 5; asked++) await token();
    expect(await entries()).toHaveLength(1);
    await token({ client: 'other' });
    await token({ grant: 'refresh_token' });
    await token({ person: asking('chen').person });
    await token({ approval: gateId('unknown') });
    expect(await entries()).toHaveLength(5);
    world.clock.advance(59);
    await token();
    expect(await entries()).toHaveLength(5);
    world.clock.advance(1);
    await token();
    expect(await entries()).toHaveLength(6);
    expect(counted).toHaveLength(11);
  });

  it('one that could not be written is written at the next refusal', async () => {
    const { ports, askingFor, entries } = await aTokenWorld(rule('deny: No.'));
    let isAway = true;
    const commit: typeof ports.store.commit = (batch) =>
      isAway ? Promise.reject(new CodedError('store_unavailable', 'away')) : ports.store.commit(batch);
    const door = createTokenDoor({ ...ports, store: { ...ports.store, commit } });
    await expect(door(askingFor())).rejects.toMatchObject({ code: 'store_unavailable' });
    isAway = false;
    expect(await door(askingFor())).toMatchObject({ answer: 'deny' });
    expect(await entries()).toHaveLength(1);
  });

  it('people and clients without end fill no memory: the oldest is forgotten', async () => {
    const { ports, askingFor } = await aTokenWorld(null);
    let written = 0;
    const commit = () => Promise.resolve((written++, 'committed' as const));
    const door = createTokenDoor({ ...ports, store: { ...ports.store, commit } });
    for (let client = 0; client <= 10_000; client++) await door(askingFor({ client: `c${client}` }));
    await door(askingFor({ client: 'c10000' }));
    await door(askingFor({ client: 'c1' }));
    expect(written).toBe(10_001);
    await door(askingFor({ client: 'c0' }));
    expect(written).toBe(10_002);
  });
});
