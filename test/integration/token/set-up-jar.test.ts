import { beforeAll, describe, expect, it } from '@jest/globals';
import { PIPELINE, ROLE, SCOPE, tokenRealm, WIKI, type TokenRealm } from '../../doubles/token-realm.ts';

const LEASES = 'leasehold-leases';
const MAPPER = 'leasehold-lease';
const GATE = 'leasehold-token-gate';

let tokens: TokenRealm;
beforeAll(async () => {
  tokens = await tokenRealm();
});

const mappers = async () => {
  const scope = (await tokens.realm.list('/client-scopes')).find(({ name }) => name === LEASES);
  return tokens.realm.list(`/client-scopes/${scope?.id ?? ''}/protocol-mappers/models`);
};
const has = async (clientId: string): Promise<boolean> => {
  const [client] = await tokens.realm.list(`/clients?clientId=${clientId}`);
  return (client?.['defaultClientScopes'] as readonly string[]).includes(LEASES);
};
const NAME = 'leasehold token: gate';
type Policy = { readonly name: string; readonly conditions: readonly object[] };
type Profile = { readonly name: string; readonly executors: readonly object[] };
const profiles = async () => (await tokens.realm.get('/client-policies/profiles'))['profiles'] as readonly Profile[];
const policies = async () => (await tokens.realm.get('/client-policies/policies'))['policies'] as readonly Policy[];

describe('setting tokens up with the jar', () => {
  it('leases: a default scope of these clients with the mapper, in every kind of token', async () => {
    const leases = { clients: [WIKI], access: ['/a/b', 'db-admin'] };
    expect((await tokens.setUp({ leases })).changed).toHaveLength(3);
    const claim = ['access.token.claim', 'id.token.claim', 'userinfo.token.claim', 'introspection.token.claim'];
    const on = Object.fromEntries([...claim, 'lightweight.claim'].map((name) => [name, 'true']));
    expect(await mappers()).toMatchObject([{ protocolMapper: MAPPER, config: { ...on, access: '/a/b##db-admin' } }]);
    expect([await has(WIKI), await has(PIPELINE)]).toEqual([true, false]);
    expect((await tokens.setUp({ leases })).changed).toEqual([]);
  });

  it('leases: without a list of accesses those that were named stay, and an empty one means all', async () => {
    expect((await tokens.setUp({ leases: { clients: [WIKI] } })).changed).toEqual([]);
    expect((await tokens.setUp({ leases: { clients: [WIKI], access: [] } })).changed).toHaveLength(1);
    expect((await mappers())[0]?.['config']).not.toHaveProperty('access');
  });

  it('a client that asks by the backchannel has them, also when others are named', async () => {
    const backchannel = { clients: [PIPELINE], scopes: [{ scope: SCOPE, role: ROLE }] };
    await tokens.setUp({ backchannel });
    expect([await has(WIKI), await has(PIPELINE)]).toEqual([true, true]);
    expect((await tokens.setUp({ backchannel })).changed).toEqual([]);
    const { changed } = await tokens.setUp({ leases: { clients: [] } });
    expect(changed).toEqual([`tokens of ${WIKI} say nothing of leases any more`]);
    expect([await has(WIKI), await has(PIPELINE)]).toEqual([false, true]);
  });

  it('gate: one policy for these clients, scopes and grants; another one in its place; none', async () => {
    const gate = { clients: [WIKI], scopes: ['email'], grants: ['password', 'refresh_token'] };
    expect((await tokens.setUp({ gate })).changed).toHaveLength(1);
    expect((await tokens.setUp({ gate })).changed).toEqual([]);
    expect((await policies()).filter(({ name }) => name === NAME)).toMatchObject([
      { mode: 'STRICT', conditions: [{ condition: 'any-client' }], profiles: [NAME] },
    ]);
    const [profile] = (await profiles()).filter(({ name }) => name === NAME);
    expect(profile?.executors).toEqual([{ executor: GATE, configuration: gate }]);
    expect((await tokens.setUp({ gate: { clients: [PIPELINE] } })).changed).toHaveLength(1);
    expect((await tokens.setUp({ gate: { off: true } })).changed).toEqual(['Leasehold is asked about no token']);
    expect((await policies()).map(({ name }) => name)).not.toContain(NAME);
  });
});
