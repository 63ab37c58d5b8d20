import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GATED, gatedRealm, UNGATED, type GatedRealm } from '../../doubles/gate-realm.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import { goesOn, isClosed, isLetIn, waits } from './support.ts';

let gate: GatedRealm;

beforeAll(async () => {
  const corp = await sharedKeycloak().createRealm();
  await corp.createUser('ann');
  await corp.createUser('bob');
  gate = await gatedRealm({ clients: [GATED] });
  const broker = { clientId: 'acme', clientSecret: 'acme-secret' };
  const back = `${gate.realm.realmUrl}/broker/corp/endpoint`;
  await corp.send('POST', '/clients', { clientId: broker.clientId, secret: broker.clientSecret, redirectUris: [back] });
  const at = (endpoint: string) => `${corp.realmUrl}/protocol/openid-connect/${endpoint}`;
  await gate.realm.send('POST', '/identity-provider/instances', {
    ...{ alias: 'corp', providerId: 'oidc', enabled: true },
    config: {
      ...broker,
      authorizationUrl: at('auth'),
      tokenUrl: at('token'),
      issuer: corp.realmUrl,
      defaultScope: 'openid',
    },
  });
  await gate.setUp();
});
afterAll(() => gate.close());
beforeEach(() => {
  gate.service.reset();
  gate.service.halts();
});

const CORP = { kc_idp_hint: 'corp' };

describe('a sign-in by an identity provider', () => {
  it('comes to the gate the first time', async () => {
    const tab = await gate.comes('ann', GATED, CORP);
    waits(tab);
    expect(gate.service.calls('ask')[0]?.body).toMatchObject({ person: { username: 'ann' }, client: { id: GATED } });
    gate.service.room.decide('approved');
    await goesOn(tab);
  });

  it('and every other time', async () => {
    const tab = await gate.comes('ann', GATED, CORP);
    waits(tab);
    gate.service.room.decide('denied');
    await tab.lookAgain();
    isClosed(tab);
  });

  it('to a client that is not gated makes no call', async () => {
    isLetIn(await gate.comes('bob', UNGATED, CORP));
    expect(gate.service.calls()).toHaveLength(0);
  });
});
