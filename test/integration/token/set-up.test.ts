import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PIPELINE, ROLE, SCOPE, tokenRealm, WIKI, type Setting, type TokenRealm } from '../../doubles/token-realm.ts';

const backchannel = {
  ...{ clients: [PIPELINE], scopes: [{ scope: SCOPE, role: ROLE }] },
  ...{ withoutJar: true, expiresInSeconds: 90, intervalSeconds: 2 },
};
const whole: Setting = { backchannel, lifespan: { clients: [PIPELINE], seconds: 120 } };

let tokens: TokenRealm;
beforeAll(async () => {
  tokens = await tokenRealm({ attributes: { 'acr.loa.map': '{"gold":2}' } });
});

const paths = ['', '/client-policies/policies', '/client-policies/profiles', '/client-scopes'];
/** Keycloak lists a client's scopes in any order. */
const inOrder = (one: Record<string, unknown>): Record<string, unknown> => {
  const sorted = (name: string) => ({ [name]: [...((one[name] as string[] | undefined) ?? [])].sort() });
  return { ...one, ...sorted('defaultClientScopes'), ...sorted('optionalClientScopes') };
};
const everything = async () => {
  const read = await Promise.all(paths.map((path) => tokens.realm.get(path)));
  return [...read, (await tokens.realm.list('/clients')).map(inOrder)];
};
const client = async (clientId: string) => inOrder((await tokens.realm.list(`/clients?clientId=${clientId}`))[0] ?? {});
const scopeNamed = async (name: string) =>
  (await tokens.realm.list('/client-scopes')).find((scope) => scope.name === name);
const named = async (what: 'policies' | 'profiles') =>
  ((await tokens.realm.get(`/client-policies/${what}`))[what] as readonly { name: string }[]).map(({ name }) => name);
const ourPolicies = ['leasehold token: only by backchannel', 'leasehold token: only by backchannel, no browser'];

describe('setting tokens up', () => {
  it('says what it changed, and changes nothing else of the realm and its clients', async () => {
    const [realm, wiki] = [await tokens.realm.get(''), await client(WIKI)];
    const { changed } = await tokens.setUp(whole);
    expect(changed.join()).toMatch(
      /client scope deploy.*carries the role deployer.*asks by the backchannel.*live 120 s/,
    );
    const { attributes, clientPolicies, clientProfiles, ...rest } = await tokens.realm.get('');
    expect([clientPolicies, clientProfiles]).toEqual([expect.anything(), expect.anything()]);
    expect(realm).toMatchObject(rest);
    expect(attributes).toEqual({ ...(realm['attributes'] as object), cibaExpiresIn: '90', cibaInterval: '2' });
    expect(await client(WIKI)).toEqual(wiki);
    expect(await named('policies')).toEqual(ourPolicies);
  });

  it('leaves the client with one way to the scope', async () => {
    expect(await client(PIPELINE)).toMatchObject({
      fullScopeAllowed: false,
      optionalClientScopes: expect.arrayContaining([SCOPE]),
      attributes: {
        'oidc.ciba.grant.enabled': 'true',
        'ciba.backchannel.token.delivery.mode': 'poll',
        'use.refresh.tokens': 'false',
        'oauth2.device.authorization.grant.enabled': 'false',
        'access.token.lifespan': '120',
        'standard.token.exchange.enabled': 'true',
      },
    });
  });

  it('changes nothing when it is run again', async () => {
    const before = await everything();
    expect((await tokens.setUp(whole)).changed).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  it('warns of clients whose tokens carry every role', async () => {
    const { warnings } = await tokens.setUp(whole);
    expect(warnings.join()).toMatch(/full scope, the roles of deploy included: .*wiki/);
    expect(warnings.join()).not.toContain(PIPELINE);
  });

  it('is a command, too', async () => {
    const command = ['keycloak/token-setup-main.js', '--url', tokens.realm.keycloakUrl, '--realm', tokens.realm.name];
    const asked = ['--backchannel-clients', PIPELINE, '--backchannel-scopes', `${SCOPE}=${ROLE}`, '--no-jar'];
    const times = ['--expires', '90', '--interval', '2', '--lifespan', '120', '--lifespan-clients', PIPELINE];
    const env = { ...process.env, KEYCLOAK_ADMIN: 'admin', KEYCLOAK_ADMIN_PASSWORD: 'admin' };
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [...command, ...asked, ...times], { env });
    expect(stdout).toMatch(/^look at: .*\nEverything is as it should be\.\n$/);
    const wrong = run(process.execPath, [...command, '--lifespan', 'x', '--lifespan-clients', PIPELINE], { env });
    await expect(wrong).rejects.toMatchObject({ code: 1, stderr: 'NaN is no number of seconds from 10 to 86400.\n' });
    await expect(run(process.execPath, command, { env })).rejects.toMatchObject({ code: 2 });
    await expect(run(process.execPath, [...command, '--loud'], { env })).rejects.toMatchObject({ code: 2 });
  });

  it('finishes what somebody began by hand, and keeps what they added', async () => {
    const { realm } = tokens;
    const id = (await tokens.realm.clientUuid(PIPELINE)) ?? '';
    const scope = await scopeNamed(SCOPE);
    await realm.send('DELETE', `/clients/${id}/optional-client-scopes/${scope?.id ?? ''}`);
    await realm.send('PUT', `/clients/${id}/default-client-scopes/${scope?.id ?? ''}`, {});
    const reader = await realm.createRealmRole('reader');
    await realm.send('POST', `/client-scopes/${scope?.id ?? ''}/scope-mappings/realm`, [reader]);
    const deployer = (await realm.list('/roles')).find(({ name }) => name === ROLE);
    await realm.send('DELETE', `/client-scopes/${scope?.id ?? ''}/scope-mappings/realm`, [deployer]);
    await realm.send('PUT', `/client-scopes/${scope?.id ?? ''}`, { ...scope, description: 'By hand', attributes: {} });

    expect((await tokens.setUp(whole)).changed.length).toBeGreaterThan(1);
    expect((await tokens.setUp(whole)).changed).toEqual([]);
    const mapped = await realm.list(`/client-scopes/${scope?.id ?? ''}/scope-mappings/realm`);
    expect(mapped.map(({ name }) => name).sort()).toEqual([ROLE, 'reader']);
    expect(await scopeNamed(SCOPE)).toMatchObject({ description: 'By hand' });
    const after = await client(PIPELINE);
    expect(after['defaultClientScopes']).not.toContain(SCOPE);
    expect(after['optionalClientScopes']).toContain(SCOPE);
  });

  it('leaves the policies and profiles of others alone, and their order', async () => {
    const { realm } = tokens;
    const profile = { name: 'theirs', description: '', executors: [{ executor: 'pkce-enforcer', configuration: {} }] };
    const policy = { name: 'mine', enabled: false, conditions: [{ condition: 'any-client', configuration: {} }] };
    const gate = { ...policy, name: 'leasehold gate: clients by browser', profiles: ['theirs'] };
    const { profiles } = (await realm.get('/client-policies/profiles')) as unknown as { profiles: object[] };
    const { policies } = (await realm.get('/client-policies/policies')) as unknown as { policies: object[] };
    await realm.send('PUT', '/client-policies/profiles', { profiles: [profile, ...profiles] });
    await realm.send('PUT', '/client-policies/policies', {
      policies: [{ ...policy, profiles: ['theirs'] }, ...policies, gate],
    });
    await tokens.setUp({ backchannel: { ...backchannel, browser: true } });
    expect(await named('policies')).toEqual(['mine', gate.name, ourPolicies[0]]);
    expect(await named('profiles')).toEqual(['theirs', ourPolicies[0]]);
    expect((await tokens.setUp(whole)).changed).toHaveLength(1);
  });

  it('a role of a client serves, but not one of the client that asks', async () => {
    const { realm } = tokens;
    await realm.createClientRole('api', 'db-admin');
    await realm.createClientRole(PIPELINE, 'own');
    const scopes = (role: string) => ({ backchannel: { ...backchannel, scopes: [{ scope: 'db', role }] } });
    await expect(tokens.setUp(scopes(`${PIPELINE}/own`))).rejects.toThrow('in every token of ci');
    expect(await scopeNamed('db')).toBeUndefined();
    await tokens.setUp(scopes('api/db-admin'));
    const mapped = await realm.get(`/client-scopes/${(await scopeNamed('db'))?.id ?? ''}/scope-mappings`);
    expect(mapped).toMatchObject({ clientMappings: { api: { mappings: [{ name: 'db-admin' }] } } });
  });

  it('a scope stays closed after it is named no more, and a client asks no more by the backchannel', async () => {
    const { changed } = await tokens.setUp({ backchannel: { clients: [], scopes: [], withoutJar: true } });
    expect(changed).toEqual([`client ${PIPELINE} asks by the backchannel no more`]);
    expect(await client(PIPELINE)).toMatchObject({ attributes: { 'oidc.ciba.grant.enabled': 'false' } });
    const policies = JSON.stringify(await tokens.realm.get('/client-policies/policies'));
    expect(policies).toContain(`["db","${SCOPE}"]`);
    expect((await tokens.setUp({ backchannel: { clients: [], withoutJar: true } })).changed).toEqual([]);
  });

  it.each<[string, Setting]>([
    ['nobody', { lifespan: { clients: ['nobody'], seconds: 60 } }],
    ['no role nothing', { backchannel: { ...backchannel, scopes: [{ scope: 'x', role: 'nothing' }] } }],
    ['has no secret', { backchannel: { ...backchannel, clients: ['demo-app'] } }],
    ['5 is no number of seconds from 10', { backchannel: { ...backchannel, expiresInSeconds: 5 } }],
    ['5 is no number of seconds', { lifespan: { clients: [PIPELINE], seconds: 5 } }],
    ['There is no grant magic', { gate: { grants: ['magic'] } }],
  ])('says in one sentence what it cannot do: %s', async (sentence, setting) => {
    const before = await everything();
    await expect(tokens.setUp(setting)).rejects.toThrow(sentence);
    expect(await everything()).toEqual(before);
  });
});
