import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { privilegeProblem } from '../../../src/domain/privilege.ts';
import type { EffectiveRoles } from '../../../src/domain/resource.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import type { Role } from '../../doubles/keycloak-catalogue.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import type { PermissionSet } from '../../doubles/keycloak-realm-json.ts';
import { connections, groupResource, permitViewing, roleResource } from './support.ts';
import type { Connected } from './support.ts';

const { connect, closeAll } = connections();
afterAll(closeAll);

/** A realm with innocent and privileged resources of every shape. */
async function arrange(permissions: PermissionSet) {
  const realm = await sharedKeycloak().createRealm({ permissions });
  const admin = await realm.clientRole('realm-management', 'realm-admin');
  const plain = await realm.createRealmRole('plain');
  const other = await realm.createRealmRole('other');
  const nested = await realm.createRealmRole('nested', { composites: [plain] });
  const deploy = await realm.createClientRole('billing', 'deploy');
  const sneaky = await realm.createClientRole('hidden', 'sneaky', { composites: [admin] });
  const composite = await realm.createRealmRole('composite-of-admin', { composites: [admin] });
  const deep = await realm.createRealmRole('deep-composite', { composites: [sneaky] });
  const groups = {
    plain: await realm.createGroup('/plain', { roles: [plain] }),
    none: await realm.createGroup('/none'),
    client: await realm.createGroup('/client', { roles: [deploy] }),
    nested: await realm.createGroup('/nested', { roles: [nested] }),
    admin: await realm.createGroup('/with-admin', { roles: [admin] }),
    composite: await realm.createGroup('/with-composite', { roles: [composite] }),
    deep: await realm.createGroup('/with-deep-composite', { roles: [deep] }),
    parent: await realm.createGroup('/parent-with-admin', { roles: [admin] }),
    child: await realm.createGroup('/parent-with-admin/middle/child', { roles: [plain] }),
    inheriting: await realm.createGroup('/innocent/inheriting', { roles: [plain] }),
  };
  const innocent = (await realm.findGroup('/innocent')) ?? '';
  await realm.mapRoles(`groups/${innocent}`, [other]);
  const middle = (await realm.findGroup('/parent-with-admin/middle')) ?? '';
  return {
    realm,
    groups,
    above: [innocent, middle],
    roles: { plain, other, nested, deploy, sneaky, composite, deep, admin },
  };
}

type Arranged = Awaited<ReturnType<typeof arrange>>;

const sorted = (effective: EffectiveRoles): string[] | 'unknown' =>
  effective.known
    ? effective.roles.map(({ client, name }) => (client === null ? name : `${client}/${name}`)).sort()
    : 'unknown';

async function groupGives({ groups }: Arranged, keycloak: Connected, name: keyof Arranged['groups']) {
  return keycloak.background.catalogue.effectiveRoles(groupResource(groups[name]));
}

const roleGives = (keycloak: Connected, role: Role) => keycloak.background.catalogue.effectiveRoles(roleResource(role));

const PRIVILEGED = ['admin', 'composite', 'deep', 'parent', 'child'] as const;

describe.each<[string, PermissionSet]>([
  ['classic', 'classic'],
  ['classic without view-clients', ['manage-users', 'view-realm', 'view-events']],
  ['the tutorial set', 'tutorial'],
  ['fine-grained', 'fine-grained'],
])('I18 under %s', (_, permissions) => {
  let arranged: Arranged;
  let keycloak: Connected;

  beforeAll(async () => {
    arranged = await arrange(permissions);
    keycloak = connect(arranged.realm);
    if (permissions === 'fine-grained') {
      const { roles, groups, above, realm } = arranged;
      await realm.permit({ groups: Object.values(groups), roles: Object.values(roles).map(({ id }) => id) });
      await permitViewing(realm, above, ['view']);
      await realm.permit({ clients: [roles.deploy.clientUuid ?? ''] });
    }
  });

  it.each(PRIVILEGED)('a group that leads to administration (%s) is refused', async (name) => {
    expect(privilegeProblem(await groupGives(arranged, keycloak, name))).not.toBeNull();
  });

  it.each(['composite', 'deep', 'sneaky', 'admin'] as const)(
    'a role that leads to administration (%s) is refused',
    async (name) => {
      expect(privilegeProblem(await roleGives(keycloak, arranged.roles[name]))).not.toBeNull();
    },
  );

  it('a group of plain roles is known in full, with what it inherits', async () => {
    expect(sorted(await groupGives(arranged, keycloak, 'plain'))).toEqual(['plain']);
    expect(sorted(await groupGives(arranged, keycloak, 'none'))).toEqual([]);
    expect(sorted(await groupGives(arranged, keycloak, 'inheriting'))).toEqual(['other', 'plain']);
    expect(sorted(await roleGives(keycloak, arranged.roles.plain))).toEqual(['plain']);
  });

  it('what may not be read is unknown, never empty', async () => {
    const seesClients = permissions === 'classic';
    const seesBilling = seesClients || permissions === 'fine-grained';
    expect(sorted(await groupGives(arranged, keycloak, 'client'))).toEqual(
      seesBilling ? ['billing/deploy'] : 'unknown',
    );
    expect(sorted(await groupGives(arranged, keycloak, 'nested'))).toEqual(
      seesClients ? ['nested', 'plain'] : 'unknown',
    );
    expect(sorted(await roleGives(keycloak, arranged.roles.nested))).toEqual(
      seesClients ? ['nested', 'plain'] : 'unknown',
    );
    expect(sorted(await groupGives(arranged, keycloak, 'composite')) === 'unknown').toBe(!seesClients);
  });

  it('Keycloak itself answers an empty 200 where we say unknown', async () => {
    const { realm, roles, groups } = arranged;
    const lists = permissions === 'classic' ? 1 : 0;
    expect((await realm.asBot('GET', `/roles-by-id/${roles.composite.id}/composites`)).body).toHaveLength(lists);
    const group = await realm.asBot('GET', `/groups/${groups.admin}`);
    expect(Object.keys((group.body as { clientRoles: object }).clientRoles)).toHaveLength(lists);
  });

  it('the read by path names the roles of hidden clients: the guard without view-clients rests on it', async () => {
    const { body } = await arranged.realm.asBot('GET', '/group-by-path/with-admin');
    expect(body).toMatchObject({ clientRoles: { 'realm-management': ['realm-admin'] } });
  });
});

describe('what a resource gives', () => {
  let realm: TestRealm;
  let keycloak: Connected;
  beforeAll(async () => {
    realm = await sharedKeycloak().createRealm();
    keycloak = connect(realm);
  });

  it('ends where roles contain each other', async () => {
    const one = await realm.createRealmRole('one');
    const two = await realm.createRealmRole('two', { composites: [one] });
    await realm.send('POST', `/roles-by-id/${one.id}/composites`, [two]);
    expect(sorted(await roleGives(keycloak, one))).toEqual(['one', 'two']);
  });

  it('is read live: a role added later is seen at once', async () => {
    const admin = await realm.clientRole('realm-management', 'manage-users');
    const group = await realm.createGroup('/later');
    expect(privilegeProblem(await keycloak.background.catalogue.effectiveRoles(groupResource(group)))).toBeNull();
    await realm.mapRoles(`groups/${group}`, [admin]);
    expect(privilegeProblem(await keycloak.background.catalogue.effectiveRoles(groupResource(group)))).not.toBeNull();
  });

  it('is unknown for a name with a slash, whose path may lead to another group', async () => {
    const admin = await realm.clientRole('realm-management', 'manage-users');
    await realm.createGroup('/a/b');
    const { location } = await realm.send('POST', '/groups', { name: 'a/b' });
    const tricky = location?.split('/').at(-1) ?? '';
    await realm.mapRoles(`groups/${tricky}`, [admin]);
    expect(privilegeProblem(await keycloak.background.catalogue.effectiveRoles(groupResource(tricky)))).not.toBeNull();
  });

  it('is unknown under fine-grained permissions while a group above may not be viewed', async () => {
    const fine = await sharedKeycloak().createRealm({ permissions: 'fine-grained' });
    const child = await fine.createGroup('/above/child');
    await fine.permit({ groups: [child] });
    const { background } = connect(fine);
    expect(sorted(await background.catalogue.effectiveRoles(groupResource(child)))).toBe('unknown');
    await permitViewing(fine, [(await fine.findGroup('/above')) ?? ''], ['view']);
    expect(sorted(await background.catalogue.effectiveRoles(groupResource(child)))).toEqual([]);
  });
});
