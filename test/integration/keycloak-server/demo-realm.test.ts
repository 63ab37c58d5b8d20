import { beforeAll, describe, expect, it } from '@jest/globals';
import { people, teamId } from '../../../sandbox/people.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';

/** Reads only: the demo's realm is shared by the whole run. */
describe("the demo's realm", () => {
  let realm: TestRealm;
  beforeAll(async () => {
    realm = await sharedKeycloak().demoRealm();
  });

  it.each(people)(
    'knows $username as the table of people says',
    async ({ username, email, name, groups, linked, slackId }) => {
      const [user] = await realm.list(`/users?username=${username}&exact=true`);
      expect(user).toMatchObject({
        email,
        enabled: username !== 'frank.moss',
        emailVerified: username !== 'grace.hall',
      });
      expect(`${String(user?.['firstName'])} ${String(user?.['lastName'])}`).toBe(name);
      expect(user?.['attributes']).toEqual(linked ? { 'slack-user-id': [`${teamId}/${slackId}`] } : undefined);
      const held = await realm.list(`/users/${user?.id ?? ''}/groups`);
      expect(held.map((group) => group['path']).sort()).toEqual([...groups].sort());
    },
  );

  it('offers groups at any depth to the bot, each with somebody to ask', async () => {
    const { body } = await realm.asBot(
      'GET',
      '/groups?q=requestable:true&populateHierarchy=false&briefRepresentation=false',
    );
    const offered = body as readonly { path: string; attributes: Record<string, string[]> }[];
    expect(offered.map(({ path }) => path).sort()).toEqual([
      '/environments/production/production-read',
      '/environments/production/production-write',
      '/environments/staging/read',
      '/environments/staging/write',
      '/operations/keycloak-admins',
    ]);
    for (const { attributes } of offered) expect(attributes['approver-group']).toHaveLength(1);
  });

  it('offers realm roles, client roles and composites', async () => {
    const requestable = async (path: string) =>
      (await realm.list(`${path}?briefRepresentation=false`))
        .filter(({ attributes }) => (attributes as Record<string, string[]>)['requestable']?.includes('true'))
        .map(({ name }) => name)
        .sort();
    expect(await requestable('/roles')).toEqual(['incident-commander', 'report-reader', 'support-lead']);
    expect(await requestable(`/clients/${(await realm.clientUuid('grafana')) ?? ''}/roles`)).toEqual([
      'editor',
      'viewer',
    ]);
    const composites = await realm.list('/roles/incident-commander/composites');
    expect(composites.map(({ name }) => name).sort()).toEqual(['editor', 'report-reader']);
  });

  it('holds a group that must never be given: it makes an administrator', async () => {
    const group = await realm.get('/group-by-path/operations/keycloak-admins');
    expect(group['clientRoles']).toEqual({ 'realm-management': ['realm-admin'] });
  });

  it('asks approvers and admins for a one-time code, nobody else, and knows the levels that are asked for', async () => {
    for (const { username, groups } of people) {
      const [user] = await realm.list(`/users?username=${username}&exact=true`);
      const credentials = await realm.list(`/users/${user?.id ?? ''}/credentials`);
      const decides = groups.some((group) => /^\/(approvers|access-admins)/.test(group));
      expect(credentials.map(({ type }) => type).sort()).toEqual(decides ? ['otp', 'password'] : ['password']);
    }
    const { browserFlow, attributes } = await realm.get('');
    expect(browserFlow).toBe('browser by levels');
    expect(attributes).toMatchObject({ 'acr.loa.map': '{"silver":1,"gold":2}' });
  });

  it('gives tokens that live 300 seconds and carry groups', async () => {
    const { claims } = await realm.login('ann.baker');
    expect(claims).toMatchObject({ groups: ['/teams/engineering'], email: 'ann.baker@example.com' });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(300);
  });

  it('lets the bot read clients and admin events, and nobody but an administrator write the link to Slack', async () => {
    expect((await realm.asBot('GET', '/clients')).status).toBe(200);
    expect((await realm.asBot('GET', '/admin-events')).status).toBe(200);
    const { attributes } = (await realm.get('/users/profile')) as unknown as {
      attributes: readonly { name: string; permissions: unknown }[];
    };
    const link = attributes.find(({ name }) => name === 'slack-user-id');
    expect(link?.permissions).toEqual({ view: ['admin'], edit: ['admin'] });
  });
});
