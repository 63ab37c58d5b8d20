import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { leaseRealm, toldLease, type LeaseRealm } from '../../doubles/lease-realm.ts';
import { postForm, type Answer, type Representation } from '../../doubles/keycloak-http.ts';
import { resourceServer } from '../../doubles/keycloak-realm-json.ts';
import { startResourceServer, type ResourceServer } from '../../doubles/resource-server.ts';
import { decoded, PIPELINE, WIKI } from '../../doubles/token-realm.ts';
import { waysTo } from '../../doubles/token-ways.ts';

const person = { grant_type: 'password', username: 'ann', password: 'password', scope: 'openid' };

let realm: LeaseRealm;
let api: ResourceServer;
let reader: Representation;
let commander: Representation;
let refund: Representation;

beforeAll(async () => {
  realm = await leaseRealm({ leases: { clients: [PIPELINE, WIKI] } });
  api = await startResourceServer(realm.realm.realmUrl);
  reader = await realm.realm.createRealmRole('log-reader');
  commander = await realm.realm.createRealmRole('commander');
  const uuid = (await realm.realm.clientUuid(resourceServer.clientId)) ?? '';
  await realm.realm.send('POST', `/clients/${uuid}/roles`, { name: 'refund' });
  refund = await realm.realm.get(`/clients/${uuid}/roles/refund`);
  await realm.realm.send('POST', `/roles-by-id/${commander.id}/composites`, [reader, refund]);
});
afterAll(async () => {
  api.close();
  await realm.close();
});
beforeEach(() => realm.calm());

type Claims = Readonly<{
  exp: number;
  aud?: string | readonly string[];
  leasehold?: unknown;
  realm_access?: { roles: readonly string[] };
  resource_access?: Readonly<Record<string, { roles: readonly string[] }>>;
}>;
type Given = Readonly<{ access_token: string; refresh_token: string; id_token: string; expires_in: number }>;

const given = ({ status, body }: Answer): Given => {
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as Given;
};
const signIn = async (client = PIPELINE, more: object = {}): Promise<Given> =>
  given(await realm.grant(client, { ...person, ...more }));
const refresh = (tokens: Given, client = PIPELINE): Promise<Answer> =>
  realm.grant(client, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
const claims = (token: string) => decoded(token) as unknown as Claims;
const roles = (token: string): readonly string[] => claims(token).realm_access?.roles ?? [];
const inToken = (seconds: number, role: Representation) =>
  toldLease(seconds, { kind: 'realm-role', resource: role.id, access: role.name, inToken: true });
const secondsOf = (ms: number): number => Math.floor(ms / 1000);
/** Keycloak takes a token through all of the second that `exp` names. */
const lastOf = (ms: number): number => secondsOf(ms) - 1;
const userInfo = async (token: string): Promise<Claims> => {
  const url = `${realm.realm.realmUrl}/protocol/openid-connect/userinfo`;
  return (await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json()) as Claims;
};
const introspect = async (token: string): Promise<Claims & { readonly active: boolean }> => {
  const { clientId: client_id, clientSecret: client_secret } = resourceServer;
  const { body } = await postForm(realm.realm.realmUrl, 'token/introspect', { client_id, client_secret, token });
  return body as Claims & { readonly active: boolean };
};
/** Sets attributes of a client, for one test. */
async function withClient(fields: object, test: () => Promise<void>): Promise<void> {
  const [before] = await realm.realm.list(`/clients?clientId=${WIKI}`);
  const path = `/clients/${before?.id ?? ''}`;
  const set = (attributes: object, more: object) =>
    realm.realm.send('PUT', path, {
      ...before,
      ...more,
      attributes: { ...(before?.['attributes'] as object), ...attributes },
    });
  const { attributes = {}, ...more } = fields as { attributes?: object };
  await set(attributes, more);
  await test().finally(() => set(Object.fromEntries(Object.keys(attributes).map((name) => [name, ''])), {}));
}

/** Sets the mapper's configuration, for one test. */
async function withMapper(config: Readonly<Record<string, string>>, test: () => Promise<void>): Promise<void> {
  const [scope] = (await realm.realm.list('/client-scopes')).filter(({ name }) => name === 'leasehold-leases');
  const path = `/client-scopes/${scope?.id ?? ''}/protocol-mappers/models`;
  const [model] = await realm.realm.list(path);
  const set = (more: object) =>
    realm.realm.send('PUT', `${path}/${model?.id ?? ''}`, {
      ...model,
      config: { ...(model?.['config'] as object), ...more },
    });
  await set(config);
  await test().finally(() => set({}));
}

describe('the claim', () => {
  it('says in every token which lease, on what, until when, approved by whom and within which limits', async () => {
    const lease = toldLease(900);
    realm.leases(lease);
    const tokens = await signIn();
    const leasehold = {
      leases: [
        {
          ...{ id: 'l-1', access: '/environments/production', kind: 'group', end: secondsOf(lease.endsAt) },
          ...{ approvers: ['chen'], limits: { rows: 100 } },
        },
      ],
    };
    expect(claims(tokens.access_token).leasehold).toEqual(leasehold);
    expect(claims(tokens.id_token).leasehold).toEqual(leasehold);
    expect((await userInfo(tokens.access_token)).leasehold).toEqual(leasehold);
    expect((await introspect(tokens.access_token)).leasehold).toEqual(leasehold);
  });

  it('is asked for once for all tokens of an answer, with person, client, scopes and session', async () => {
    const before = realm.service.calls('leases').length;
    const tokens = await signIn();
    const calls = realm.service.calls('leases').slice(before);
    const { sid } = decoded(tokens.access_token);
    expect(calls.map(({ body, signed }) => ({ body, signed }))).toEqual([
      {
        signed: true,
        body: expect.objectContaining({
          ...{ realm: realm.realm.name, person: { id: realm.ann, username: 'ann' }, client: PIPELINE },
          ...{ session: sid, approval: null, scopes: expect.arrayContaining(['openid', 'roles']) },
        }),
      },
    ]);
  });

  it('is not asked for where a client acts for itself', async () => {
    const before = realm.service.calls('leases').length;
    given(await realm.grant(PIPELINE, { grant_type: 'client_credentials' }));
    expect(realm.service.calls('leases')).toHaveLength(before);
  });
});

describe('the end of a token', () => {
  it('is that of the first lease, and what the client is told agrees', async () => {
    const [first, second] = [toldLease(40), toldLease(90)];
    realm.leases(first, second);
    const tokens = await signIn();
    const end = lastOf(first.endsAt);
    expect([claims(tokens.access_token).exp, claims(tokens.id_token).exp]).toEqual([end, end]);
    expect(tokens.expires_in).toBeLessThanOrEqual(40);
  });

  it.each(['refresh_token', 'authorization_code', 'token_exchange', 'device_code', 'jwt_bearer'])(
    'is that of the lease by %s, too',
    async (way) => {
      const ask = await waysTo(realm, 'openid')[way]?.();
      const lease = toldLease(40);
      realm.leases(lease);
      const answer = await ask?.();
      expect(answer).toMatchObject({ status: 200 });
      expect(claims((answer?.body as Given).access_token).exp).toBe(lastOf(lease.endsAt));
    },
  );

  it('holds for a lightweight token, which the resource server sees in full when it asks', async () => {
    await withClient({ attributes: { 'client.use.lightweight.access.token.enabled': 'true' } }, async () => {
      const lease = inToken(40, reader);
      realm.leases(lease);
      const { access_token: token } = await signIn(WIKI);
      expect(claims(token).exp).toBe(lastOf(lease.endsAt));
      expect(roles(token)).toEqual([]);
      const seen = await introspect(token);
      expect(seen.realm_access?.roles).toContain('log-reader');
      expect(seen.leasehold).toMatchObject({ leases: [{ access: 'log-reader' }] });
    });
  });

  it('holds for a lightweight token that says nothing of it, because the mapper is not told to', async () => {
    await withMapper({ 'lightweight.claim': 'false' }, () =>
      withClient({ attributes: { 'client.use.lightweight.access.token.enabled': 'true' } }, async () => {
        const lease = inToken(40, reader);
        realm.leases(lease);
        const { access_token: token } = await signIn(WIKI);
        expect(claims(token)).toMatchObject({ exp: lastOf(lease.endsAt) });
        expect(claims(token).leasehold).toBeUndefined();
        const seen = await introspect(token);
        expect(seen.realm_access?.roles).toContain('log-reader');
        expect(seen.leasehold).toMatchObject({ leases: [{ access: 'log-reader' }] });
      }),
    );
  });

  it('holds for offline access, whose refresh carries nothing after the end', async () => {
    const lease = inToken(40, reader);
    realm.leases(lease);
    const tokens = await signIn(PIPELINE, { scope: 'openid offline_access' });
    expect(claims(tokens.access_token).exp).toBe(lastOf(lease.endsAt));
    realm.calm();
    const { access_token: next } = given(await refresh(tokens));
    expect([roles(next).includes('log-reader'), claims(next).leasehold]).toEqual([false, undefined]);
  });

  it('is a minute ahead at most, without a word of leases, while Leasehold gives no answer that counts', async () => {
    realm.leases(inToken(900, reader));
    for (const fault of ['500', 'unsigned', 'replay', 'unknown-answer', 'hang'] as const) {
      realm.service.fails(fault, 'leases');
      const { access_token: token } = await signIn();
      expect(claims(token).exp).toBeLessThanOrEqual(Date.now() / 1000 + 61);
      expect([roles(token).includes('log-reader'), claims(token).leasehold]).toEqual([false, undefined]);
    }
  });

  it('is the usual one where nothing is leased', async () => {
    expect((await signIn()).expires_in).toBeGreaterThan(250);
  });
});

describe('a role that is leased in tokens alone', () => {
  it('is there while the lease lives, for both kinds of resource server, and in Keycloak it never is', async () => {
    realm.leases(inToken(900, reader));
    const tokens = await signIn();
    expect(roles(tokens.access_token)).toContain('log-reader');
    for (const face of ['local', 'introspecting'] as const)
      expect(await api.visit(face, tokens.access_token)).toMatchObject({
        status: 200,
        roles: expect.arrayContaining(['log-reader']),
      });
    const mapped = await realm.realm.list(`/users/${realm.ann}/role-mappings/realm/composite`);
    expect(mapped.map(({ name }) => name)).not.toContain('log-reader');
    realm.calm();
    expect(await api.visit('introspecting', tokens.access_token)).toMatchObject({ status: 200 });
    expect((await api.visit('introspecting', tokens.access_token)).roles).not.toContain('log-reader');
    expect(roles(given(await refresh(tokens)).access_token)).not.toContain('log-reader');
  });

  it('brings what it is composed of, with the audience that goes with it', async () => {
    realm.leases(inToken(900, commander));
    const { access_token: token } = await signIn();
    expect(roles(token)).toEqual(expect.arrayContaining(['commander', 'log-reader']));
    expect(claims(token).resource_access?.[resourceServer.clientId]?.roles).toContain('refund');
  });

  it('may be a role of a client', async () => {
    realm.leases(toldLease(900, { kind: 'client-role', resource: refund.id, access: 'x/refund', inToken: true }));
    const { access_token: token } = await signIn();
    expect(claims(token).resource_access?.[resourceServer.clientId]?.roles).toEqual(['refund']);
    expect([claims(token).aud].flat()).toContain(resourceServer.clientId);
  });

  it('is in no token of a client whose scope does not reach it, and its lease neither', async () => {
    await withClient({ fullScopeAllowed: false }, async () => {
      realm.leases(inToken(40, reader));
      const tokens = await signIn(WIKI);
      expect([roles(tokens.access_token).includes('log-reader'), claims(tokens.access_token).leasehold]).toEqual([
        false,
        undefined,
      ]);
      expect(tokens.expires_in).toBeGreaterThan(40);
    });
  });

  it('is not there where the role is gone', async () => {
    const gone = await realm.realm.createRealmRole('gone');
    await realm.realm.send('DELETE', `/roles-by-id/${gone.id}`);
    realm.leases(inToken(900, gone));
    expect(claims((await signIn()).access_token).leasehold).toBeUndefined();
  });
});

describe('what was approved without a browser', () => {
  it('stands in the token, ends it, and once it is over there is no other one', async () => {
    await realm.setUp({ backchannel: { clients: [PIPELINE], refresh: true } });
    const approval = { id: 'g-1', endsAt: Date.now() + 40_000, scopes: ['openid'], approvers: ['eve'], limits: {} };
    realm.service.says('leases', { leases: [], approval });
    const ask = await waysTo(realm, 'openid')['ciba']?.();
    const answer = await ask?.();
    const tokens = given(answer ?? { status: 0, body: null, location: null });
    expect(realm.service.calls('leases').at(-1)?.body).toMatchObject({ approval: 'g-1' });
    expect(claims(tokens.access_token)).toMatchObject({
      exp: lastOf(approval.endsAt),
      leasehold: { approval: { id: 'g-1', end: secondsOf(approval.endsAt), approvers: ['eve'] } },
    });
    realm.service.says('leases', { leases: [inToken(900, reader), toldLease(900)], approval: null });
    const seen = await introspect(tokens.access_token);
    expect([seen.leasehold, seen.realm_access?.roles.includes('log-reader') ?? false]).toEqual([undefined, false]);
    expect((await userInfo(tokens.access_token)).leasehold).toBeUndefined();
    realm.calm();
    expect(await refresh(tokens)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    realm.service.fails('500', 'leases');
    expect(await refresh(tokens)).toMatchObject({ status: 400, body: { error: 'temporarily_unavailable' } });
  });
});
