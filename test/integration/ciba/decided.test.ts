import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gate } from '../../../src/domain/gate.ts';
import { withLinks } from '../../../src/usecases/linked-directory.ts';
import { createBackchannel } from '../../../src/usecases/open-backchannel.ts';
import { aPolicy } from '../../builders/policy.ts';
import { openChannel, type CibaChannel } from '../../doubles/ciba-channel.ts';
import { PLATFORM } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { Answer } from '../../doubles/keycloak-http.ts';
import {
  askFor,
  CIBA,
  decoded,
  PIPELINE,
  ROLE,
  SCOPE,
  tokenRealm,
  type TokenRealm,
} from '../../doubles/token-realm.ts';
import { connections, userId } from '../keycloak/support.ts';

const { connect, closeAll } = connections();
const POLICY = `
  - name: releases wait
    doors: [token]
    when: context.grant == "ciba"
    stages: [{ approvers: /approvers/platform }]`;

let tokens: TokenRealm;
let keycloak: CibaChannel;

beforeAll(async () => {
  tokens = await tokenRealm();
  await tokens.setUp({
    backchannel: {
      ...{ clients: [PIPELINE], scopes: [{ scope: SCOPE, role: ROLE }] },
      ...{ withoutJar: true, expiresInSeconds: 60, intervalSeconds: 1 },
    },
  });
  await tokens.realm.createGroup('/approvers/platform', { attributes: { 'slack-channel': PLATFORM } });
  await tokens.realm.createUser('chen', { email: 'chen@acme.example', groups: ['/approvers/platform'] });
  keycloak = await openChannel(tokens.realm);
});
afterAll(async () => {
  await Promise.all([keycloak.close(), closeAll()]);
});

/** Record, Slack and clock are fakes; what Keycloak sends, would issue and is answered is real. */
async function aRealWorld() {
  const world = await aWorld({ policy: aPolicy(POLICY) });
  world.clock.advance((Date.now() - world.clock.now()) / 1000);
  const { directory, backchannel } = connect(tokens.realm, { now: () => world.clock.now() }).background;
  const ports = { ...world.ports, directory: withLinks(directory, world.store), backchannel };
  const begin = () => {
    world.restart('one', ports);
    return createBackchannel({ ...ports, onWritten: () => undefined });
  };
  let calls = begin();
  const gates = () => world.store.gatesOf(userId(tokens.ann), 0, 100);
  const call = (bearer: string, scopes = ['openid', SCOPE]) => ({
    ...{ bearer, scopes, message: '4829-1377', justification: null, duration: null },
  });
  const receive = (bearer: string) => calls.receive(call(bearer), () => false);
  return {
    ...{ world, receive, gates },
    restart: () => void (calls = begin()),
    /** The client asks, and its card is posted. */
    asks: async () => {
      const { auth_req_id: id = '' } = await askFor(tokens);
      const { bearer } = await keycloak.next();
      expect(await receive(bearer)).toBe('received');
      await world.run();
      const [gate] = await gates();
      if (gate === undefined) throw new Error('no gate');
      return { id, bearer, gate };
    },
    clicks: async (intent: 'gate_approve' | 'gate_deny', { id }: Gate) => {
      const card = (await world.store.gate(id))?.card;
      if (card === null || card === undefined) throw new Error('no card');
      await world.act('chen', { intent, gateId: id, message: card });
      await world.run();
    },
    state: async ({ id }: Gate) => (await world.store.gate(id))?.state,
  };
}

/** Asks again in the realm's interval, as long as the client is told that it asks too fast. */
async function poll(id: string): Promise<Answer> {
  for (;;) {
    const answer = await tokens.grant(PIPELINE, { grant_type: CIBA, auth_req_id: id });
    if (errorOf(answer) !== 'slow_down') return answer;
    await new Promise((resolve) => setTimeout(resolve, 1050));
  }
}
const errorOf = ({ body }: Answer) => (body as { error?: string }).error;
const rolesOf = ({ body }: Answer) => {
  const { access_token: token } = body as Record<string, string>;
  return (decoded(token) as { realm_access?: { roles: string[] } }).realm_access?.roles;
};

describe('a request that Keycloak keeps', () => {
  it('becomes a token with just the role of its card after a click, also by a Leasehold that was restarted between', async () => {
    const { asks, clicks, restart, state } = await aRealWorld();
    const { id, gate } = await asks();
    expect(gate.backchannel?.roles).toEqual([ROLE]);
    restart();
    await clicks('gate_approve', gate);
    expect(await state(gate)).toBe('approved');
    expect(rolesOf(await poll(id))).toEqual([ROLE]);
  });

  it('is denied by one click', async () => {
    const { asks, clicks } = await aRealWorld();
    const { id, gate } = await asks();
    await clicks('gate_deny', gate);
    expect(await poll(id)).toMatchObject({ status: 400, body: { error: 'access_denied' } });
  });

  it('is no token by a click that comes late, though Keycloak would still take an answer', async () => {
    const { asks, clicks, world, state } = await aRealWorld();
    const { id, gate } = await asks();
    world.clock.advance(58);
    await clicks('gate_approve', gate);
    expect(world.told('chen').at(-1)).toMatchObject({ say: 'refused', refusal: { refusal: 'gate_settled' } });
    expect(await state(gate)).not.toBe('approved');
    expect(errorOf(await poll(id))).toBe('authorization_pending');
  });

  it('opens one card, however often and whenever what Keycloak sent comes again', async () => {
    const { asks, clicks, receive, gates, world, state } = await aRealWorld();
    const { id, bearer, gate } = await asks();
    await Promise.all([receive(bearer), receive(bearer)]);
    await clicks('gate_approve', gate);
    expect(await receive(bearer)).toBe('received');
    await world.run();
    expect(await gates()).toHaveLength(1);
    expect(await state(gate)).toBe('approved');
    expect(await poll(id)).toMatchObject({ status: 200 });
  });

  it('is no token where the role was lost between card and click', async () => {
    const { asks, clicks, state } = await aRealWorld();
    const { id, gate } = await asks();
    const role = await tokens.realm.get(`/roles/${ROLE}`);
    const mapping = `/users/${tokens.ann}/role-mappings/realm`;
    await tokens.realm.send('DELETE', mapping, [role]);
    await clicks('gate_approve', gate);
    await tokens.realm.send('POST', mapping, [role]);
    expect(await state(gate)).toBe('changed');
    expect(await poll(id)).toMatchObject({ status: 400, body: { error: 'access_denied' } });
  });

  it('that somebody else answered meanwhile is no approval of ours', async () => {
    const { asks, clicks, state } = await aRealWorld();
    const { id, bearer, gate } = await asks();
    expect(await connect(tokens.realm).background.backchannel.answer(bearer, 'SUCCEED', null)).toBe('taken');
    await clicks('gate_approve', gate);
    expect(await state(gate)).toBe('untaken');
    expect(await poll(id)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});
