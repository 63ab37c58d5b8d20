import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { leaseRealm, type LeaseRealm } from '../../doubles/lease-realm.ts';
import type { Answer } from '../../doubles/keycloak-http.ts';
import { decoded, PIPELINE, ROLE, SCOPE, WIKI } from '../../doubles/token-realm.ts';
import { waysTo } from '../../doubles/token-ways.ts';

const WAYS = [
  ...['password', 'client_credentials', 'refresh_token', 'authorization_code'],
  ...['token_exchange', 'device_code', 'ciba', 'jwt_bearer'],
];
const person = { grant_type: 'password', username: 'ann', password: 'password', scope: 'openid phone' };

let realm: LeaseRealm;

beforeAll(async () => {
  realm = await leaseRealm({
    gate: {},
    backchannel: { clients: [PIPELINE], refresh: true },
  });
});
afterAll(() => realm.close());
beforeEach(() => {
  realm.calm();
  // What the mapper of a backchannel client hears of the approval.
  const approval = { id: 'g-1', endsAt: Date.now() + 900_000, scopes: [], approvers: ['eve'], limits: {} };
  realm.service.says('leases', { leases: [], approval });
});

const errorOf = ({ status, body }: Answer) => ({ status, error: (body as { error?: string }).error });
const ready = async (way: string): Promise<() => Promise<Answer>> => {
  const ask = await waysTo(realm, 'openid phone')[way]?.();
  if (ask === undefined) throw new Error(way);
  return ask;
};
const asked = () => realm.service.calls('token');

describe.each(WAYS)('a token by %s', (way) => {
  it('is given where it is allowed, after one question that says by which grant', async () => {
    const ask = await ready(way);
    const before = asked().length;
    expect(await ask()).toMatchObject({ status: 200 });
    expect(
      asked()
        .slice(before)
        .map(({ body }) => body),
    ).toEqual([
      expect.objectContaining({
        ...{ realm: realm.realm.name, grant: way, client: { id: way === 'device_code' ? WIKI : PIPELINE, name: null } },
        approval: way === 'ciba' ? 'g-1' : null,
      }),
    ]);
  });

  it('is not given where it is denied', async () => {
    const ask = await ready(way);
    realm.service.says('token', { answer: 'deny', because: 'policy', texts: ['Not at night.'], id: '1' });
    const answer = await ask();
    expect(errorOf(answer)).toEqual({ status: 400, error: 'access_denied' });
    expect(answer.body).toMatchObject({ error_description: 'Not at night.' });
  });

  it('is not given while Leasehold gives no answer that counts', async () => {
    const ask = await ready(way);
    realm.service.fails('unsigned', 'token');
    expect(errorOf(await ask())).toEqual({ status: 400, error: 'temporarily_unavailable' });
  });

  it('carries the scopes that are left, and says so', async () => {
    const ask = await ready(way);
    realm.service.says('token', ({ body }) => ({
      answer: 'narrow',
      scopes: (body as { scopes: string[] }).scopes.filter((scope) => scope !== 'phone'),
    }));
    const { status, body } = await ask();
    expect({ status, body }).toMatchObject({ status: 200 });
    const { access_token: token, scope } = body as Record<string, string>;
    expect(String(decoded(token)['scope']).split(' ')).not.toContain('phone');
    expect(decoded(token)['phone_number']).toBeUndefined();
    expect(String(scope).split(' ')).not.toContain('phone');
    expect(String(scope).split(' ')).toContain('profile');
  });
});

describe('the token gate', () => {
  it('gives no more scopes than there were', async () => {
    realm.service.says('token', ({ body }) => ({
      answer: 'narrow',
      scopes: [...(body as { scopes: string[] }).scopes, 'offline_access', SCOPE],
    }));
    const { body } = await realm.grant(PIPELINE, person);
    expect(
      String((body as Record<string, string>)['scope'])
        .split(' ')
        .sort(),
    ).toEqual(['email', 'openid', 'phone', 'profile']);
  });

  it('takes a role with its scope', async () => {
    await realm.setUp({ backchannel: { clients: [PIPELINE], scopes: [{ scope: SCOPE, role: ROLE }], refresh: true } });
    const ask = await waysTo(realm, `openid ${SCOPE}`)['ciba']?.();
    realm.service.says('token', ({ body }) => ({
      answer: 'narrow',
      scopes: (body as { scopes: string[] }).scopes.filter((scope) => scope !== SCOPE),
    }));
    const { body } = (await ask?.()) ?? { body: {} };
    expect(JSON.stringify(decoded((body as Record<string, string>)['access_token']))).not.toContain(ROLE);
  });

  it('is asked again at each refresh', async () => {
    const ask = await ready('refresh_token');
    realm.service.says('token', { answer: 'deny', because: 'approval' });
    expect(errorOf(await ask())).toEqual({ status: 400, error: 'invalid_grant' });
  });

  it('is never asked about a permission ticket, of which no client policy hears', async () => {
    const authorization = { serviceAccountsEnabled: true, authorizationServicesEnabled: true };
    await realm.realm.send('POST', '/clients', { clientId: 'shares', secret: 'shares', ...authorization });
    const path = `/clients/${(await realm.realm.clientUuid('shares')) ?? ''}/authz/resource-server`;
    const server = await realm.realm.get(path);
    await realm.realm.send('PUT', path, { ...server, policyEnforcementMode: 'DISABLED' });
    await realm.realm.send('POST', `${path}/resource`, { name: 'shelf' });
    const { body } = await realm.grant(PIPELINE, person);
    const subject = String((body as Record<string, string>)['access_token']);
    const before = asked().length;
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:uma-ticket', audience: 'shares' };
    expect(await realm.grant(PIPELINE, { ...form, subject_token: subject })).toMatchObject({ status: 200 });
    expect(asked()).toHaveLength(before);
  });

  it('looks at the clients, scopes and grants that it is told, and at no others', async () => {
    const none = async (gate: object, form: Record<string, string> = person): Promise<boolean> => {
      await realm.setUp({ gate });
      const before = asked().length;
      expect(await realm.grant(PIPELINE, form)).toMatchObject({ status: 200 });
      return asked().length === before;
    };
    expect(await none({ clients: [WIKI] })).toBe(true);
    expect(await none({ clients: [PIPELINE] })).toBe(false);
    expect(await none({ scopes: ['address'] })).toBe(true);
    expect(await none({ scopes: ['address', 'phone'] })).toBe(false);
    expect(await none({ grants: ['refresh_token'] })).toBe(true);
    expect(await none({ clients: [PIPELINE], grants: ['password'] })).toBe(false);
    expect(await none({ off: true })).toBe(true);
  });
});
