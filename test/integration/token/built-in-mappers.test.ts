// What Keycloak's own mappers say of an approval or a lease, without our mapper, and where they say too much or too little.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GATED, gatedRealm, UNGATED, type GatedRealm } from '../../doubles/gate-realm.ts';
import { APP, VERIFIER, type Tab } from '../../doubles/gate-visitor.ts';
import { postForm } from '../../doubles/keycloak-http.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import { startResourceServer, type ResourceServer } from '../../doubles/resource-server.ts';
import { decoded } from '../../doubles/token-realm.ts';
import { goesOn, isLetIn, waits } from '../gate/support.ts';

const claims = { 'access.token.claim': 'true', 'introspection.token.claim': 'true', 'jsonType.label': 'String' };
const mapper = (protocolMapper: string, config: Record<string, string>) => ({
  ...{ name: config['claim.name'] ?? protocolMapper, protocol: 'openid-connect', protocolMapper },
  config: { ...claims, ...config },
});

let gate: GatedRealm;
let server: ResourceServer;
let ann: string;
let readers: string;

beforeAll(async () => {
  gate = await gatedRealm({ clients: [GATED] }, {}, addMappers);
  server = await startResourceServer(gate.realm.realmUrl);
  ann = await gate.realm.createUser('ann');
  readers = await gate.realm.createGroup('/environments/read', { attributes: { 'row-limit': '100' } });
});
afterAll(async () => {
  server.close();
  await gate.close();
});

async function addMappers(realm: TestRealm): Promise<void> {
  for (const client of [GATED, UNGATED]) {
    const uuid = (await realm.clientUuid(client)) ?? '';
    for (const one of [
      mapper('oidc-usersessionmodel-note-mapper', { 'user.session.note': 'leasehold_gate', 'claim.name': 'gate' }),
      mapper('oidc-usersessionmodel-note-mapper', {
        'user.session.note': 'leasehold_approver',
        'claim.name': 'approver',
      }),
      mapper('oidc-usermodel-attribute-mapper', {
        ...{ 'user.attribute': 'row-limit', 'claim.name': 'row_limit', 'aggregate.attrs': 'true' },
      }),
      mapper('oidc-audience-mapper', { 'included.client.audience': 'demo-api' }),
    ])
      await realm.send('POST', `/clients/${uuid}/protocol-mappers/models`, one);
  }
}

const token = async (client: string, form: Record<string, string>) => {
  const { status, body } = await postForm(gate.realm.realmUrl, 'token', {
    ...{ client_id: client, client_secret: `${client}-secret`, ...form },
  });
  expect({ status, body }).toMatchObject({ status: 200 });
  const { access_token: access = '', refresh_token: refresh = '' } = body as Record<string, string>;
  return { access, refresh, claims: decoded(access) };
};
const redeem = (client: string, tab: Tab) => {
  const code = tab.outcome()?.['code'] ?? '';
  return token(client, { grant_type: 'authorization_code', code, redirect_uri: APP, code_verifier: VERIFIER });
};
const again = (client: string, refresh: string) =>
  token(client, { grant_type: 'refresh_token', refresh_token: refresh });

describe("notes of the session, by Keycloak's own mapper", () => {
  it('say which approval and whose, also after a refresh; but to every client of the session, and as long as it lasts', async () => {
    gate.service.halts();
    const visitor = gate.visitor();
    const tab = await visitor.open(GATED);
    await tab.signIn('ann');
    waits(tab);
    gate.service.room.decide('approved');
    await goesOn(tab);
    const first = await redeem(GATED, tab);
    expect(first.claims).toMatchObject({ gate: expect.any(String), approver: 'eve' });
    expect((await again(GATED, first.refresh)).claims).toMatchObject({ gate: first.claims['gate'] });

    const other = await visitor.open(UNGATED);
    isLetIn(other);
    expect((await redeem(UNGATED, other)).claims).toMatchObject({ gate: first.claims['gate'] });
  });
});

describe("attributes of a leased group, by Keycloak's own mapper", () => {
  it('come and go with the membership, at the next token; one that was given out says so until its end', async () => {
    const visitor = gate.visitor();
    const signedIn = async () => {
      const tab = await visitor.open(UNGATED);
      if (tab.stop().at === 'page') await tab.signIn('ann');
      return redeem(UNGATED, tab);
    };
    const before = await signedIn();
    expect(before.claims).not.toHaveProperty('row_limit');
    await gate.realm.send('PUT', `/users/${ann}/groups/${readers}`);
    const during = await again(UNGATED, before.refresh);
    expect(during.claims).toMatchObject({ row_limit: '100' });
    expect(JSON.stringify(during.claims)).not.toMatch(/lease|endsAt/);
    await gate.realm.send('DELETE', `/users/${ann}/groups/${readers}`);
    expect((await again(UNGATED, during.refresh)).claims).not.toHaveProperty('row_limit');
    const { status } = await server.visit('local', during.access);
    expect(status).toBe(200);
    const { body } = await postForm(gate.realm.realmUrl, 'token/introspect', {
      ...{ client_id: 'demo-api', client_secret: 'demo-api-secret', token: during.access },
    });
    expect(body).toMatchObject({ active: true });
    expect(body).not.toHaveProperty('row_limit');
  });
});
