// A token with fewer scopes, looked at in every way that a resource server or the client itself has.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newVisitor } from '../../doubles/gate-visitor.ts';
import { postForm, type Answer } from '../../doubles/keycloak-http.ts';
import { resourceServer } from '../../doubles/keycloak-realm-json.ts';
import { leaseRealm, type LeaseRealm } from '../../doubles/lease-realm.ts';
import { decoded, PIPELINE, WIKI } from '../../doubles/token-realm.ts';
import { ACCESS_TOKEN, EXCHANGE } from '../../doubles/token-ways.ts';

const person = { grant_type: 'password', username: 'ann', password: 'password' };
/** An optional scope that says something, and one by default that is a word alone. */
const SAYS = 'phone';
const WORD = 'orders-write';

let realm: LeaseRealm;

beforeAll(async () => {
  realm = await leaseRealm({ gate: {} });
  await realm.realm.send('POST', '/client-scopes', {
    ...{ name: WORD, protocol: 'openid-connect' },
    attributes: { 'include.in.token.scope': 'true' },
  });
  const [scope] = (await realm.realm.list('/client-scopes')).filter(({ name }) => name === WORD);
  const [client] = await realm.realm.list(`/clients?clientId=${PIPELINE}`);
  const uuid = client?.id ?? '';
  const refresh = { 'standard.token.exchange.enableRefreshRequestedTokenType': 'SAME_SESSION' };
  await realm.realm.send('PUT', `/clients/${uuid}`, {
    ...client,
    attributes: { ...(client?.['attributes'] as object), ...refresh },
  });
  await realm.realm.send('PUT', `/clients/${uuid}/default-client-scopes/${scope?.id ?? ''}`, {});
  await realm.realm.send('PUT', `/users/${realm.ann}`, {
    ...(await realm.realm.get(`/users/${realm.ann}`)),
    attributes: { phoneNumber: ['+49 30 1'] },
  });
});
afterAll(() => realm.close());
beforeEach(() => realm.calm());

const takes = (...gone: readonly string[]) =>
  realm.service.says('token', ({ body }) => ({
    answer: 'narrow',
    scopes: (body as { scopes: string[] }).scopes.filter((scope) => !gone.includes(scope)),
  }));
const errorOf = ({ status, body }: Answer) => ({ status, error: (body as { error?: string }).error });
const given = ({ status, body }: Answer): Readonly<Record<string, string>> => {
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as Record<string, string>;
};
const signIn = (scope: string) => realm.grant(PIPELINE, { ...person, scope });
const scopesOf = (token: unknown): readonly string[] => String(decoded(token)['scope']).split(' ');
const introspect = async (token = ''): Promise<Readonly<Record<string, unknown>>> => {
  const { clientId: client_id, clientSecret: client_secret } = resourceServer;
  const { body } = await postForm(realm.realm.realmUrl, 'token/introspect', { client_id, client_secret, token });
  return body as Record<string, unknown>;
};
const userInfo = async (token = ''): Promise<unknown> => {
  const url = `${realm.realm.realmUrl}/protocol/openid-connect/userinfo`;
  return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json();
};
const refused = { status: 400, error: 'access_denied' };

describe('a scope that was taken away', () => {
  it('stays away for whoever introspects and asks for the user info, and its hash is that of the new token', async () => {
    takes(SAYS);
    const { access_token: token, id_token: id } = given(await signIn(`openid ${SAYS}`));
    expect(scopesOf(token)).not.toContain(SAYS);
    for (const seen of [decoded(token), decoded(id), await introspect(token), await userInfo(token)])
      expect(JSON.stringify(seen)).not.toContain('+49');
    const half = createHash('sha256').update(String(token)).digest().subarray(0, 16);
    expect(decoded(id)['at_hash']).toBe(half.toString('base64url'));
  });

  it('comes back by no refresh that is narrowed, too', async () => {
    takes(SAYS);
    const { refresh_token: refresh = '' } = given(await signIn(`openid ${SAYS}`));
    const next = given(await realm.grant(PIPELINE, { grant_type: 'refresh_token', refresh_token: refresh }));
    expect(scopesOf(next['access_token'])).not.toContain(SAYS);
  });

  it('by default and a word alone, is gone for whoever introspects, too', async () => {
    takes(WORD);
    const { access_token: token } = given(await realm.grant(PIPELINE, { grant_type: 'client_credentials' }));
    expect(scopesOf(token)).not.toContain(WORD);
    expect(String((await introspect(token))['scope']).split(' ')).not.toContain(WORD);
  });

  it.each(['roles', 'email'])(
    'by default and with claims, means no token: introspection would put %s back',
    async (scope) => {
      takes(scope);
      expect(errorOf(await signIn('openid'))).toEqual(refused);
    },
  );

  it('is not left in a token that cannot be without it', async () => {
    takes('openid');
    expect(errorOf(await signIn('openid'))).toEqual(refused);
  });
});

describe('offline access that was taken away', () => {
  it('leaves no refresh token, and a token that is still good for its life', async () => {
    takes('offline_access');
    const tokens = given(await signIn('openid offline_access'));
    expect(tokens).not.toHaveProperty('refresh_token');
    expect(scopesOf(tokens['access_token'])).not.toContain('offline_access');
    expect(await introspect(tokens['access_token'])).toMatchObject({ active: true });
  });

  it('from an offline token means that it gives no more tokens', async () => {
    const { refresh_token: refresh = '' } = given(await signIn('openid offline_access'));
    takes('offline_access');
    const form = { grant_type: 'refresh_token', refresh_token: refresh };
    expect(errorOf(await realm.grant(PIPELINE, form))).toEqual(refused);
  });

  it('is no way to more: who refreshes for fewer scopes gets none of the others back', async () => {
    const { refresh_token: refresh = '' } = given(await signIn(`openid offline_access address ${SAYS}`));
    takes('address');
    const form = { grant_type: 'refresh_token', refresh_token: refresh, scope: 'openid' };
    const { access_token: token } = given(await realm.grant(PIPELINE, form));
    expect(scopesOf(token)).not.toContain(SAYS);
    expect(decoded(token)['phone_number']).toBeUndefined();
  });

  it('from an exchange means no token, and never an offline one', async () => {
    const { access_token: subject = '' } = given(await signIn('openid'));
    takes('offline_access');
    const form = { grant_type: EXCHANGE, subject_token: subject, subject_token_type: ACCESS_TOKEN };
    const asked = {
      scope: 'openid offline_access',
      requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token',
    };
    expect(errorOf(await realm.grant(PIPELINE, { ...form, ...asked }))).toEqual(refused);
  });
});

describe('a token in the browser', () => {
  const inBrowser = async () => {
    const [wiki] = await realm.realm.list(`/clients?clientId=${WIKI}`);
    await realm.realm.send('PUT', `/clients/${wiki?.id ?? ''}`, { ...wiki, implicitFlowEnabled: true });
    const words = { response_type: 'id_token token', nonce: 'n', scope: `openid ${SAYS}` };
    const tab = await newVisitor(realm.realm.realmUrl).open(WIKI, words);
    await tab.signIn('ann');
    const stop = tab.stop();
    return Object.fromEntries(new URLSearchParams(new URL(stop.url).hash.slice(1)));
  };

  it('is given, given with less, and not given, as any other', async () => {
    expect(scopesOf((await inBrowser())['access_token'])).toContain(SAYS);
    expect(realm.service.calls('token').at(-1)?.body).toMatchObject({ grant: 'authorization_code' });
    takes(SAYS);
    const less = await inBrowser();
    expect(scopesOf(less['access_token'])).not.toContain(SAYS);
    expect(JSON.stringify(decoded(less['id_token']))).not.toContain('+49');
    realm.service.says('token', { answer: 'deny', because: 'policy', texts: ['No.'], id: '1' });
    const none = await inBrowser();
    // Keycloak leaves `error` out here.
    expect(none).toMatchObject({ error_description: 'access_denied' });
    expect(none).not.toHaveProperty('access_token');
  });
});
