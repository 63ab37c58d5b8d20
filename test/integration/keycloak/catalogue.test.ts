import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogueItem } from '../../../src/domain/entitlement.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import { connections, groupResource, NO_SUCH_ID, permitViewing, roleResource } from './support.ts';
import type { Connected } from './support.ts';

const { connect, closeAll } = connections();
afterAll(closeAll);

const attributes = (approvers: string, more: Record<string, string> = {}) => ({
  attributes: { requestable: 'true', 'approver-group': approvers, ...more },
});
const pathOf = (item: CatalogueItem) => (item.requestable ? item.entitlement.resource : item.resource).path;
const offered = (items: readonly CatalogueItem[]) =>
  items
    .filter((item) => item.requestable)
    .map(pathOf)
    .sort();
const refused = (items: readonly CatalogueItem[]) =>
  Object.fromEntries(items.flatMap((item) => (item.requestable ? [] : [[item.resource.path, item.because]])));

describe('the catalogue', () => {
  let realm: TestRealm;
  let keycloak: Connected;
  let group: string;
  beforeAll(async () => {
    realm = await sharedKeycloak().createRealm();
    keycloak = connect(realm);
    await realm.createGroup('/approvers/platform');
    group = await realm.createGroup('/environments/production/production-read', {
      ...attributes('/approvers/platform', { 'max-duration': '2h', risk: 'low' }),
      description: 'Read production',
    });
    await realm.createGroup(
      '/environments/production/production-write',
      attributes('/approvers/platform', { risk: 'huge' }),
    );
    await realm.createGroup('/environments/production/secret', { attributes: { requestable: 'TRUE' } });
    await realm.createRealmRole('on-call', { ...attributes('/approvers/platform'), description: 'On call' });
    await realm.createRealmRole('unmarked');
    await realm.createClientRole('billing', 'deploy', attributes('platform'));
  });

  it('offers groups, realm roles and client roles that carry requestable=true, and nothing else', async () => {
    const items = await keycloak.interactive.catalogue.list();
    expect(offered(items)).toEqual(['/environments/production/production-read', 'billing/deploy', 'on-call']);
    const flaw = { flaw: 'bad_risk', written: 'huge' };
    expect(refused(items)).toEqual({ '/environments/production/production-write': flaw });
  });

  it('reads one entry live, as the list shows it', async () => {
    const { catalogue } = keycloak.interactive;
    for (const item of await catalogue.list()) {
      const resource = item.requestable ? item.entitlement.resource : item.resource;
      await expect(catalogue.read(resource)).resolves.toEqual(item);
    }
    await expect(catalogue.read(groupResource(group))).resolves.toMatchObject({
      requestable: true,
      entitlement: { description: 'Read production', maxSeconds: 7200, resource: { id: group } },
    });
  });

  it('has no entry for what is gone, what is no longer marked, and what is of another kind', async () => {
    const { catalogue } = keycloak.interactive;
    const marked = await realm.createRealmRole('for-a-while', attributes('/approvers/platform'));
    await expect(catalogue.read(roleResource(marked))).resolves.not.toBeNull();
    await realm.send('PUT', `/roles-by-id/${marked.id}`, { ...marked, attributes: {} });
    await expect(catalogue.read(roleResource(marked))).resolves.toBeNull();
    await expect(catalogue.read(groupResource(NO_SUCH_ID))).resolves.toBeNull();
    await expect(catalogue.read(roleResource({ id: NO_SUCH_ID, name: 'x' }))).resolves.toBeNull();
    const clientRole = (await catalogue.list()).map((item) =>
      item.requestable ? item.entitlement.resource : item.resource,
    );
    const [deploy] = clientRole.filter(({ kind }) => kind === 'client-role');
    await expect(catalogue.read(roleResource({ id: deploy?.id ?? '', name: 'deploy' }))).resolves.toBeNull();
  });

  it('a group that moved keeps its entry under the new path: the UUID counts', async () => {
    const { catalogue } = keycloak.interactive;
    const id = await realm.createGroup('/before/mover', attributes('/approvers/platform'));
    const target = await realm.createGroup('/after');
    await realm.send('POST', `/groups/${target}/children`, { id, name: 'mover' });
    await expect(catalogue.read(groupResource(id, '/before/mover'))).resolves.toMatchObject({
      entitlement: { resource: { path: '/after/mover' } },
    });
  });

  it('the list is at most a minute old and asked for once however many wait', async () => {
    let now = Date.now();
    const { interactive, background, calls } = connect(realm, { now: () => now });
    const lists = () => calls.filter(({ operation }) => operation === 'groups.list').length;
    await Promise.all([interactive.catalogue.list(), interactive.catalogue.list(), background.catalogue.list()]);
    const asked = lists();
    now += 59_000;
    await interactive.catalogue.list();
    expect(lists()).toBe(asked);
    await realm.createGroup('/new-one', attributes('/approvers/platform'));
    now += 1_000;
    expect(offered(await interactive.catalogue.list())).toContain('/new-one');
    expect(lists()).toBe(asked * 2);
  });

  it('pages: 130 realm roles and 130 roles of a client are all found', async () => {
    const many = await sharedKeycloak().createRealm();
    const named = (name: string) => ({ name, attributes: { requestable: ['true'], 'approver-group': ['/approvers'] } });
    const roles = Array.from({ length: 130 }, (_, index) => named(`role-${index}`));
    await many.createClientRole('billing', 'first');
    await many.send('POST', '/partialImport', {
      ifResourceExists: 'FAIL',
      roles: { realm: roles, client: { billing: roles } },
    });
    const found = offered(await connect(many).interactive.catalogue.list());
    expect(found).toHaveLength(260);
  });
});

describe('I19: who decides is never given away', () => {
  const requestable = attributes('/approvers/platform');
  const shouldBeRefused = [
    '/access-admins',
    '/access-admins/below',
    '/approvers/platform',
    '/approvers/platform/below/deep',
    '/second',
    '/by-name',
    '/escalation',
    '/escalation/last',
    '/last-resort',
    '/with-channel',
    '/with-channel/below',
    'leasehold/own-role',
  ];
  const shouldBeOffered = ['/approvers', '/production', '/production/read'];

  async function arrange(realm: TestRealm) {
    const ids = new Map<string, string>();
    const create = async (path: string, more: Record<string, string> = {}) => {
      ids.set(path, await realm.createGroup(path, { attributes: { ...requestable.attributes, ...more } }));
    };
    await create('/access-admins');
    await create('/access-admins/below');
    await create('/approvers');
    await create('/approvers/platform', { 'escalate-to': '/escalation' });
    ids.set('/approvers/platform/below', await realm.createGroup('/approvers/platform/below'));
    await create('/approvers/platform/below/deep');
    await create('/second');
    await create('/by-name');
    await create('/escalation', { 'escalate-to': 'last-resort' });
    await create('/escalation/last');
    await create('/last-resort');
    await create('/with-channel', { 'slack-channel': 'C1' });
    await create('/with-channel/below');
    await create('/production', { 'approver-group-2': '/second' });
    await create('/production/read', { 'approver-group-2': 'by-name' });
    const own = await realm.createClientRole('leasehold', 'own-role', requestable);
    return { ids, own };
  }

  it.each(['classic', 'tutorial', 'fine-grained'] as const)('in the list and live, under %s', async (permissions) => {
    const realm = await sharedKeycloak().createRealm({ permissions });
    const { ids, own } = await arrange(realm);
    if (permissions === 'fine-grained')
      await realm.permit({ groups: [...ids.values()], clients: [own.clientUuid ?? ''] });
    const { catalogue } = connect(realm).interactive;
    const items = await catalogue.list();
    const seen = permissions === 'tutorial' ? shouldBeRefused.slice(0, -1) : shouldBeRefused;
    expect(offered(items)).toEqual(shouldBeOffered);
    expect(Object.keys(refused(items)).sort()).toEqual([...seen].sort());
    for (const item of items) {
      const resource = item.requestable ? item.entitlement.resource : item.resource;
      await expect(catalogue.read(resource)).resolves.toEqual(item);
    }
  });

  it('what stands below a group that may not be viewed is refused: nobody can tell what that group is', async () => {
    const realm = await sharedKeycloak().createRealm({ permissions: 'fine-grained' });
    const id = await realm.createGroup('/hidden/child', requestable);
    await realm.permit({ groups: [id] });
    let now = Date.now();
    const { catalogue } = connect(realm, { now: () => now }).interactive;
    expect(refused(await catalogue.list())).toEqual({ '/hidden/child': { flaw: 'above_unreadable' } });
    await expect(catalogue.read(groupResource(id))).resolves.toMatchObject({ requestable: false });
    await permitViewing(realm, [(await realm.findGroup('/hidden')) ?? ''], ['view']);
    now += 60_000;
    expect(offered(await catalogue.list())).toEqual(['/hidden/child']);
    await expect(catalogue.read(groupResource(id))).resolves.toMatchObject({ requestable: true });
  });
});

describe('with fewer rights', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['view-clients', ['manage-users', 'view-realm'], ['/g', 'r']],
    ['view-realm', ['manage-users', 'view-clients'], ['/g', 'c/r']],
  ])('without %s the rest is still offered, with a warning', async (_, permissions, expected) => {
    const realm = await sharedKeycloak().createRealm({ permissions });
    await realm.createGroup('/g', attributes('/approvers'));
    await realm.createRealmRole('r', attributes('/approvers'));
    await realm.createClientRole('c', 'r', attributes('/approvers'));
    const { interactive, warnings } = connect(realm);
    expect(offered(await interactive.catalogue.list())).toEqual(expected);
    expect(warnings).toEqual(['catalogue.part-not-readable']);
  });

  it('without any right to see groups the list is an error, not empty', async () => {
    const realm = await sharedKeycloak().createRealm({ permissions: [] });
    await expect(connect(realm).interactive.catalogue.list()).rejects.toMatchObject({ code: 'keycloak_forbidden' });
  });
});
