import { beforeAll, describe, expect, it } from '@jest/globals';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';

const requestable = { attributes: { requestable: 'true' } };

/** The same little realm under each permission set, seen by the bot. */
async function arrange(permissions: 'classic' | 'tutorial' | 'fine-grained' | readonly string[]) {
  const realm = await sharedKeycloak().createRealm({ permissions });
  const inner = await realm.createRealmRole('inner');
  const viewer = await realm.createClientRole('grafana', 'viewer', requestable);
  await realm.createRealmRole('outer', { ...requestable, composites: [inner, viewer] });
  const read = await realm.createGroup('/environments/production/read', { ...requestable, roles: [inner] });
  const write = await realm.createGroup('/environments/production/write', requestable);
  const ann = await realm.createUser('ann.baker');
  return { realm, read, write, ann, viewer };
}

const requestableGroups = async (realm: TestRealm) => {
  const query = 'q=requestable:true&populateHierarchy=false&briefRepresentation=false';
  const { status, body } = await realm.asBot('GET', `/groups?${query}`);
  return { status, paths: Array.isArray(body) ? body.map((group: { path: string }) => group.path) : [] };
};

describe.each([
  ['classic', { clients: 200, events: 200, composites: 2 }],
  ['tutorial', { clients: 403, events: 403, composites: 1 }],
] as const)('under the %s permission set', (permissions, expected) => {
  let arranged: Awaited<ReturnType<typeof arrange>>;
  beforeAll(async () => {
    arranged = await arrange(permissions);
  });

  it('nested requestable groups are listed and a membership is put and taken', async () => {
    const { realm, read, ann } = arranged;
    expect(await requestableGroups(realm)).toEqual({
      status: 200,
      paths: ['/environments/production/read', '/environments/production/write'],
    });
    const membership = `/users/${ann}/groups/${read}`;
    expect((await realm.asBot('PUT', membership)).status).toBe(204);
    expect((await realm.asBot('DELETE', membership)).status).toBe(204);
  });

  it(`clients answer ${expected.clients} and admin events ${expected.events}`, async () => {
    const { realm } = arranged;
    expect((await realm.asBot('GET', '/clients')).status).toBe(expected.clients);
    expect((await realm.asBot('GET', '/admin-events')).status).toBe(expected.events);
  });

  it(`the composites of a role read as ${expected.composites} of 2, without an error`, async () => {
    const { status, body } = await arranged.realm.asBot('GET', '/roles/outer/composites');
    expect([status, (body as unknown[]).length]).toEqual([200, expected.composites]);
  });
});

describe('under the fine-grained permission set', () => {
  it('the bot sees and changes what is listed and nothing else', async () => {
    const { realm, read, write, ann, viewer } = await arrange('fine-grained');
    expect((await requestableGroups(realm)).paths).toEqual([]);

    await realm.permit({ groups: [read], roles: [viewer.id] });

    expect((await requestableGroups(realm)).paths).toEqual(['/environments/production/read']);
    const status = async (method: string, path: string, body?: unknown) =>
      (await realm.asBot(method, path, body)).status;
    expect(await status('PUT', `/users/${ann}/groups/${read}`)).toBe(204);
    expect(await status('PUT', `/users/${ann}/groups/${write}`)).toBe(403);
    const mapping = `/users/${ann}/role-mappings/clients/${viewer.clientUuid ?? ''}`;
    expect(await status('POST', mapping, [{ id: viewer.id, name: viewer.name }])).toBe(204);
    expect(await status('PUT', `/users/${ann}`, { firstName: 'Mallory' })).toBe(403);
    expect(await status('PUT', `/groups/${read}`, { name: 'read', attributes: {} })).toBe(403);
  });
});

describe('under a list of roles', () => {
  it('a bot that may only query users finds nobody and no error', async () => {
    const { realm } = await arrange(['query-users', 'query-groups']);
    const { status, body } = await realm.asBot('GET', '/users?email=ann.baker@example.com&exact=true');
    expect([status, body]).toEqual([200, []]);
    expect((await realm.asBot('GET', '/roles')).status).toBe(403);
  });
});
