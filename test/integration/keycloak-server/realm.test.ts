import { beforeAll, describe, expect, it } from '@jest/globals';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';

describe('a test realm', () => {
  let realm: TestRealm;
  beforeAll(async () => {
    realm = await sharedKeycloak().createRealm();
  });

  it('gives tokens that carry the groups and roles held when they were issued', async () => {
    const viewer = await realm.createClientRole('grafana', 'viewer');
    const reader = await realm.createRealmRole('reader');
    await realm.createGroup('/environments/production/read', { roles: [reader, viewer] });
    await realm.createUser('bob.ito', { groups: ['/environments/production/read'] });

    const tokens = await realm.login('bob.ito');

    expect(tokens.claims).toMatchObject({
      groups: ['/environments/production/read'],
      realm_access: { roles: expect.arrayContaining(['reader']) as unknown },
      resource_access: { grafana: { roles: ['viewer'] } },
    });
    expect(await realm.introspect(tokens)).toMatchObject({ active: true, username: 'bob.ito' });
    expect((await realm.refresh(tokens)).status).toBe(200);
  });

  it('offers offline tokens', async () => {
    await realm.createUser('chen.li');
    const { refresh } = await realm.login('chen.li', { scope: 'openid offline_access' });
    const payload: unknown = JSON.parse(Buffer.from(refresh.split('.')[1] ?? '', 'base64url').toString());
    expect(payload).toMatchObject({ typ: 'Offline' });
  });

  it('records admin events with the bot as their author', async () => {
    const ann = await realm.createUser('ann.baker');
    const group = await realm.createGroup('/teams/engineering');
    await realm.asBot('PUT', `/users/${ann}/groups/${group}`);
    const [event] = await realm.list(`/admin-events?resourcePath=users/${ann}/groups/${group}`);
    expect(event?.['authDetails']).toMatchObject({ clientId: realm.bot.clientUuid, userId: realm.bot.userId });
  });

  it('lets nobody but an administrator write the attribute that links a person to Slack', async () => {
    await realm.createUser('dana.fox', { attributes: { 'slack-user-id': 'T0LEASE/U0DANA' } });
    const { access } = await realm.login('dana.fox');
    const account = `${realm.realmUrl}/account/`;
    const headers = {
      authorization: `Bearer ${access}`,
      'content-type': 'application/json',
      accept: 'application/json',
    };
    const mine = (await (await fetch(account, { headers })).json()) as { attributes?: Record<string, unknown> };
    expect(mine.attributes?.['slack-user-id']).toBeUndefined();
    const body = JSON.stringify({ ...mine, attributes: { ...mine.attributes, 'slack-user-id': ['T0LEASE/U0EVE'] } });
    expect((await fetch(account, { method: 'POST', headers, body })).status).toBe(400);
    const [dana] = await realm.list('/users?username=dana.fox&exact=true');
    expect(dana?.['attributes']).toEqual({ 'slack-user-id': ['T0LEASE/U0DANA'] });
  });
});
