import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openChannel, type CibaChannel } from '../../doubles/ciba-channel.ts';
import { APP, authorizationAddress, newVisitor, VERIFIER } from '../../doubles/gate-visitor.ts';
import type { Answer } from '../../doubles/keycloak-http.ts';
import {
  askFor,
  CIBA,
  decoded,
  PIPELINE,
  ROLE,
  SCOPE,
  tokenRealm,
  WIKI,
  type TokenRealm,
} from '../../doubles/token-realm.ts';
import { ACCESS_TOKEN, EXCHANGE, JWT, trustIssuer } from '../../doubles/token-ways.ts';

const person = { grant_type: 'password', username: 'ann', password: 'password' };
const gated = { scope: `openid ${SCOPE}` };

let tokens: TokenRealm;
let channel: CibaChannel;

beforeAll(async () => {
  tokens = await tokenRealm();
  await tokens.setUp({
    backchannel: {
      clients: [PIPELINE],
      scopes: [{ scope: SCOPE, role: ROLE }],
      withoutJar: true,
      expiresInSeconds: 10,
      intervalSeconds: 1,
    },
    lifespan: { clients: [PIPELINE], seconds: 120 },
  });
  channel = await openChannel(tokens.realm);
});
afterAll(() => channel.close());

/** Asks again in the realm's interval until something else is said than to wait. */
async function poll(id = ''): Promise<Answer> {
  for (;;) {
    const answer = await tokens.grant(PIPELINE, { grant_type: CIBA, auth_req_id: id });
    if (errorOf(answer) !== 'authorization_pending' && errorOf(answer) !== 'slow_down') return answer;
    await new Promise((resolve) => setTimeout(resolve, 1050));
  }
}
const errorOf = ({ body }: Answer) => (body as { error?: string }).error;
const refused = (answer: Answer, error = 'invalid_request') =>
  expect(answer).toMatchObject({ status: 400, body: { error } });
const bodyOf = ({ status, body }: Answer): Readonly<Record<string, unknown>> => {
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as Record<string, unknown>;
};
const carries = (answer: Answer): boolean => {
  const { access_token: token, scope } = bodyOf(answer);
  const { realm_access: { roles = [] } = {} } = decoded(token) as { realm_access?: { roles?: string[] } };
  expect(String(scope).split(' ').includes(SCOPE)).toBe(roles.includes(ROLE));
  return roles.includes(ROLE);
};

describe('the gated scope by the backchannel', () => {
  it('comes after a click, with its role, for as long as the client is told, without a refresh token', async () => {
    const asked = await askFor(tokens);
    const call = await channel.next();
    expect(call.body).toMatchObject({ login_hint: 'ann', binding_message: '4829-1377' });
    expect(decoded(call.bearer)).toMatchObject({ sub: tokens.ann, azp: PIPELINE });
    const early = { grant_type: CIBA, auth_req_id: asked['auth_req_id'] ?? '' };
    refused(await tokens.grant(PIPELINE, early), 'authorization_pending');
    refused(await tokens.grant(PIPELINE, early), 'slow_down');
    expect(await call.answer('SUCCEED')).toBe(200);
    const answer = await poll(asked['auth_req_id']);
    expect(carries(answer)).toBe(true);
    expect(answer.body).toMatchObject({ expires_in: 120 });
    expect(answer.body).not.toHaveProperty('refresh_token');
    refused(await poll(asked['auth_req_id']), 'invalid_grant');
  });

  it('does not come after a denial', async () => {
    const { auth_req_id: id } = await askFor(tokens);
    await (await channel.next()).answer('UNAUTHORIZED');
    refused(await poll(id), 'access_denied');
  });

  it('does not come when nobody answers in time, nor by an answer after that', async () => {
    const { auth_req_id: id } = await askFor(tokens);
    const call = await channel.next();
    refused(await poll(id), 'expired_token');
    expect(await call.answer('SUCCEED')).toBe(403);
  });

  it('does not come to a person without the eligible role, whatever was answered', async () => {
    const { auth_req_id: id } = await askFor(tokens, { login_hint: 'bob' });
    await (await channel.next()).answer('SUCCEED');
    const { access_token: token } = bodyOf(await poll(id));
    expect(JSON.stringify(decoded(token))).not.toContain(ROLE);
  });

  it('cannot be asked for where the channel does not take the request', async () => {
    channel.says(202);
    await expect(askFor(tokens)).rejects.toThrow('503');
    channel.says(201);
    await channel.next();
  });

  it('is not asked for by a client that is not named', async () => {
    const form = { login_hint: 'ann', ...gated };
    const answer = await tokens.grant(WIKI, form, 'ext/ciba/auth');
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_grant' } });
  });
});

describe('the gated scope by any other way', () => {
  it('by password: refused; without it: no role', async () => {
    refused(await tokens.grant(PIPELINE, { ...person, ...gated }));
    expect(carries(await tokens.grant(PIPELINE, { ...person, scope: 'openid' }))).toBe(false);
  });

  it("by the client's own credentials: refused; without it: a token", async () => {
    refused(await tokens.grant(PIPELINE, { grant_type: 'client_credentials', scope: SCOPE }));
    expect(carries(await tokens.grant(PIPELINE, { grant_type: 'client_credentials' }))).toBe(false);
  });

  it('by a refresh that asks for more: refused; without it: no role', async () => {
    await tokens.realm.send('PUT', `/clients/${(await tokens.realm.clientUuid(PIPELINE)) ?? ''}`, {
      ...(await tokens.realm.list(`/clients?clientId=${PIPELINE}`))[0],
      attributes: { 'use.refresh.tokens': 'true' },
    });
    const first = bodyOf(await tokens.grant(PIPELINE, { ...person, scope: 'openid' }));
    const form = { grant_type: 'refresh_token', refresh_token: String(first['refresh_token']) };
    refused(await tokens.grant(PIPELINE, { ...form, ...gated }));
    expect(carries(await tokens.grant(PIPELINE, form))).toBe(false);
  });

  it('by exchange: refused; without it an approved token loses the role', async () => {
    const { auth_req_id: id } = await askFor(tokens);
    await (await channel.next()).answer('SUCCEED');
    const subject = bodyOf(await poll(id))['access_token'];
    const form = { grant_type: EXCHANGE, subject_token: String(subject), subject_token_type: ACCESS_TOKEN };
    refused(await tokens.grant(PIPELINE, { ...form, ...gated }));
    expect(carries(await tokens.grant(PIPELINE, form))).toBe(false);
  });

  it('by the assertion of another issuer: refused; without it: no role', async () => {
    const assertion = await trustIssuer(tokens);
    refused(await tokens.grant(PIPELINE, { grant_type: JWT, assertion: assertion(), ...gated }));
    expect(carries(await tokens.grant(PIPELINE, { grant_type: JWT, assertion: assertion() }))).toBe(false);
  });

  it('by browser: the application gets an error; without it: a code, and no role', async () => {
    const visitor = newVisitor(tokens.realm.realmUrl);
    expect((await visitor.open(PIPELINE, gated)).outcome()).toMatchObject({ error: 'invalid_request' });
    const tab = await visitor.open(PIPELINE);
    await tab.signIn('ann');
    const form = { grant_type: 'authorization_code', redirect_uri: APP, code_verifier: VERIFIER };
    expect(carries(await tokens.grant(PIPELINE, { ...form, code: tab.outcome()?.['code'] ?? '' }))).toBe(false);
  });

  it('by a pushed authorization request: refused when the browser comes', async () => {
    const address = new URL(authorizationAddress(tokens.realm.realmUrl, PIPELINE, gated));
    const pushed = await tokens.grant(PIPELINE, Object.fromEntries(address.searchParams), 'ext/par/request');
    const { request_uri: uri = '' } = pushed.body as Record<string, string>;
    expect(pushed.status).toBe(201);
    address.search = new URLSearchParams({ client_id: PIPELINE, request_uri: uri }).toString();
    const tab = await newVisitor(tokens.realm.realmUrl).openAddress(address.href);
    expect(tab.outcome()).toMatchObject({ error: 'invalid_request' });
  });

  it('by device: the client may not', async () => {
    refused(await tokens.grant(PIPELINE, gated, 'auth/device'), 'unauthorized_client');
  });

  it('for another client it does not exist', async () => {
    refused(await tokens.grant(WIKI, { ...person, ...gated }), 'invalid_scope');
  });

  it('once given to another client, is refused there, too; its device grant is named as a way around', async () => {
    const [scope] = (await tokens.realm.list('/client-scopes')).filter(({ name }) => name === SCOPE);
    const uuid = (await tokens.realm.clientUuid(WIKI)) ?? '';
    await tokens.realm.send('PUT', `/clients/${uuid}/optional-client-scopes/${scope?.id ?? ''}`, {});
    refused(await tokens.grant(WIKI, { ...person, ...gated }));
    const { warnings } = await tokens.setUp({});
    expect(warnings.join()).toMatch(new RegExp(`Client ${WIKI} has the scope ${SCOPE} and may use the device grant`));
  });
});
