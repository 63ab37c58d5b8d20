import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resource } from '../../../src/domain/resource.ts';
import type { Target } from '../../../src/usecases/keycloak-port.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import type { Role } from '../../doubles/keycloak-catalogue.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import type { PermissionSet } from '../../doubles/keycloak-realm-json.ts';
import { connections, groupResource, NO_SUCH_ID, roleResource, userId } from './support.ts';
import type { Connected } from './support.ts';

const { connect, closeAll } = connections();
afterAll(closeAll);

const absent = { present: false, user: 'enabled', resource: 'there' };
const there = { present: true, user: 'enabled', resource: 'there' };

async function arrange(permissions: PermissionSet) {
  const realm = await sharedKeycloak().createRealm({ permissions });
  const group = await realm.createGroup('/environments/production/production-read');
  const realmRole = await realm.createRealmRole('on-call');
  const clientRole = await realm.createClientRole('billing', 'deploy');
  const ann = await realm.createUser('ann.baker');
  return { realm, group, realmRole, clientRole, ann };
}

const kinds = ['group', 'realm-role', 'client-role'] as const;

function resourceIn(
  { group, realmRole, clientRole }: Awaited<ReturnType<typeof arrange>>,
  kind: Resource['kind'],
): Resource {
  return {
    group: groupResource(group),
    'realm-role': roleResource(realmRole),
    'client-role': roleResource(clientRole),
  }[kind];
}

describe.each(['classic', 'fine-grained'] as const)('giving and taking under %s', (permissions) => {
  let arranged: Awaited<ReturnType<typeof arrange>>;
  let keycloak: Connected;
  beforeAll(async () => {
    arranged = await arrange(permissions);
    keycloak = connect(arranged.realm);
    const { group, realmRole, clientRole, realm } = arranged;
    if (permissions === 'fine-grained') {
      const clients = [clientRole.clientUuid ?? ''];
      await realm.permit({ groups: [group], roles: [realmRole.id, clientRole.id], clients });
    }
  });

  it.each(kinds)('a %s is given, seen and taken, each as often as one likes', async (kind) => {
    const { access } = keycloak.background;
    const target: Target = { userId: userId(arranged.ann), resource: resourceIn(arranged, kind) };
    await expect(access.look(target)).resolves.toEqual(absent);
    await expect(access.give(target)).resolves.toBe('done');
    await expect(access.give(target)).resolves.toBe('done');
    await expect(access.look(target)).resolves.toEqual(there);
    await expect(access.holders(target.resource)).resolves.toEqual([{ userId: arranged.ann, enabled: true }]);
    await expect(access.givenByUs(target)).resolves.toBe(true);
    await expect(access.take(target)).resolves.toBe('done');
    await expect(access.take(target)).resolves.toBe('done');
    await expect(access.look(target)).resolves.toEqual(absent);
    await expect(access.givenByUs(target)).resolves.toBe(false);
    await expect(access.holders(target.resource)).resolves.toEqual([]);
  });

  it.each(kinds)('who or what is gone is told apart from what is absent (%s)', async (kind) => {
    const { access } = keycloak.background;
    const resource = resourceIn(arranged, kind);
    const nobody: Target = { userId: userId(NO_SUCH_ID), resource };
    const nothing: Target = {
      userId: userId(arranged.ann),
      resource: { ...resource, id: groupResource(NO_SUCH_ID).id },
    };
    await expect(access.look(nobody)).resolves.toEqual({ present: false, user: 'gone', resource: 'there' });
    await expect(access.look(nothing)).resolves.toEqual({ present: false, user: 'enabled', resource: 'gone' });
    for (const target of [nobody, nothing]) {
      await expect(access.give(target)).resolves.toBe('gone');
      await expect(access.take(target)).resolves.toBe('gone');
    }
    await expect(access.holders(nothing.resource)).resolves.toEqual([]);
  });

  it('a disabled person is seen as such, with what he still has', async () => {
    const { realm, group } = arranged;
    const bob = await realm.createUser('bob.cook', {
      enabled: false,
      groups: ['/environments/production/production-read'],
    });
    const target = { userId: userId(bob), resource: groupResource(group) };
    await expect(keycloak.background.access.look(target)).resolves.toEqual({ ...there, user: 'disabled' });
    await expect(keycloak.background.access.holders(target.resource)).resolves.toEqual([
      { userId: bob, enabled: false },
    ]);
  });
});

describe('a look that may not see', () => {
  it.each<[string, PermissionSet, readonly Resource['kind'][]]>([
    ['query roles alone', ['query-users', 'query-groups'], kinds],
    ['no role at all', [], kinds],
    ['classic without view-clients', ['manage-users', 'view-realm'], ['client-role']],
    ['the tutorial set', 'tutorial', ['client-role']],
  ])('throws and never says absent: %s', async (_, permissions, hidden) => {
    const arranged = await arrange(permissions);
    const { access } = connect(arranged.realm).background;
    const { realm, ann, realmRole, clientRole } = arranged;
    await realm.mapRoles(`users/${ann}`, [realmRole, clientRole]);
    await realm.send('PUT', `/users/${ann}/groups/${arranged.group}`);
    for (const kind of kinds) {
      const target = { userId: userId(ann), resource: resourceIn(arranged, kind) };
      if (hidden.includes(kind)) {
        await expect(access.look(target)).rejects.toMatchObject({ code: 'keycloak_forbidden' });
        await expect(access.holders(target.resource)).rejects.toMatchObject({ code: 'keycloak_forbidden' });
        await expect(access.take(target)).resolves.toBe('refused');
      } else {
        await expect(access.look(target)).resolves.toEqual(there);
      }
    }
  });

  it('throws under fine-grained permissions where Keycloak leaves the group out of an answered list', async () => {
    const arranged = await arrange('fine-grained');
    const { realm, ann, group } = arranged;
    await realm.permit({});
    await realm.send('PUT', `/users/${ann}/groups/${group}`);
    expect(await realm.asBot('GET', `/users/${ann}/groups`)).toMatchObject({ status: 200, body: [] });
    const { access } = connect(realm).background;
    const target = { userId: userId(ann), resource: groupResource(group) };
    await expect(access.look(target)).rejects.toMatchObject({ code: 'keycloak_forbidden' });
    await expect(access.holders(target.resource)).rejects.toMatchObject({ code: 'keycloak_forbidden' });
    await expect(access.give(target)).resolves.toBe('refused');
    await expect(access.take(target)).resolves.toBe('refused');
  });

  it('who may not read admin events claims nothing as ours', async () => {
    const { realm, ann, group } = await arrange('tutorial');
    const { access } = connect(realm).background;
    const target = { userId: userId(ann), resource: groupResource(group) };
    await access.give(target);
    await expect(access.givenByUs(target)).resolves.toBe(false);
  });
});

describe('identity, races and names', () => {
  let arranged: Awaited<ReturnType<typeof arrange>>;
  let realm: TestRealm;
  let keycloak: Connected;
  beforeAll(async () => {
    arranged = await arrange('classic');
    realm = arranged.realm;
    keycloak = connect(realm);
  });
  const rolesOf = async (id: string) => (await realm.list(`/users/${id}/role-mappings/realm`)).map(({ name }) => name);

  it('I11: a group made anew under the same path is another group', async () => {
    const { access } = keycloak.background;
    const first = await realm.createGroup('/remade');
    const target = { userId: userId(arranged.ann), resource: groupResource(first, '/remade') };
    await realm.send('DELETE', `/groups/${first}`);
    const second = await realm.createGroup('/remade');
    await realm.send('PUT', `/users/${arranged.ann}/groups/${second}`);
    await expect(access.look(target)).resolves.toEqual({ present: false, user: 'enabled', resource: 'gone' });
    await expect(access.take(target)).resolves.toBe('gone');
    expect(await realm.list(`/groups/${second}/members`)).toHaveLength(1);
  });

  it('a renamed role is still given, seen and taken: its id counts', async () => {
    const { access } = keycloak.background;
    const role = await realm.createRealmRole('before');
    const target = { userId: userId(arranged.ann), resource: roleResource(role) };
    await access.give(target);
    await realm.send('PUT', `/roles-by-id/${role.id}`, { ...role, name: 'after' });
    await expect(access.look(target)).resolves.toEqual(there);
    await expect(access.holders(target.resource)).resolves.toHaveLength(1);
    await expect(access.take(target)).resolves.toBe('done');
    await expect(access.look(target)).resolves.toEqual(absent);
  });

  it('taking one role leaves every other role where it was', async () => {
    const bob = await realm.createUser('bob.cook');
    const kept = await realm.createRealmRole('kept');
    const taken = await realm.createRealmRole('taken');
    await realm.mapRoles(`users/${bob}`, [kept, taken]);
    const before = await rolesOf(bob);
    await expect(keycloak.background.access.take({ userId: userId(bob), resource: roleResource(taken) })).resolves.toBe(
      'done',
    );
    expect((await rolesOf(bob)).sort()).toEqual(before.filter((name) => name !== 'taken').sort());
  });

  it('I8: only direct access counts, not what a sub-group or a composite gives', async () => {
    const { access } = keycloak.background;
    const parent = await realm.createGroup('/parent');
    const inner = await realm.createRealmRole('inner');
    const outer = await realm.createRealmRole('outer', { composites: [inner] });
    await realm.createGroup('/parent/child');
    const eve = await realm.createUser('eve.dale', { groups: ['/parent/child'] });
    await realm.mapRoles(`users/${eve}`, [outer]);
    await expect(access.look({ userId: userId(eve), resource: groupResource(parent) })).resolves.toEqual(absent);
    await expect(access.look({ userId: userId(eve), resource: roleResource(inner) })).resolves.toEqual(absent);
  });

  it.each(kinds)('twenty at once giving, then taking, the same %s all count as done', async (kind) => {
    const { access } = keycloak.background;
    const target = { userId: userId(arranged.ann), resource: resourceIn(arranged, kind) };
    const twenty = (act: () => Promise<string>) => Promise.all(Array.from({ length: 20 }, act));
    expect(new Set(await twenty(() => access.give(target)))).toEqual(new Set(['done']));
    await expect(access.look(target)).resolves.toEqual(there);
    expect(new Set(await twenty(() => access.take(target)))).toEqual(new Set(['done']));
    await expect(access.look(target)).resolves.toEqual(absent);
  });

  it('holders of a group and of a role are complete beyond a page', async () => {
    const { access } = keycloak.background;
    const group = await realm.createGroup('/crowd');
    const role: Role = await realm.createRealmRole('crowd-role');
    const users = Array.from({ length: 230 }, (_, index) => ({
      username: `crowd-${index}`,
      enabled: index % 2 === 0,
      groups: ['/crowd'],
      realmRoles: ['crowd-role'],
    }));
    await realm.send('POST', '/partialImport', { ifResourceExists: 'FAIL', users });
    for (const resource of [groupResource(group), roleResource(role)]) {
      const holders = await access.holders(resource);
      expect(new Set(holders.map((holder) => holder.userId)).size).toBe(230);
      expect(holders.filter((holder) => holder.enabled)).toHaveLength(115);
    }
  });

  it('what a person gave is not ours, also after we had given it before', async () => {
    const { access } = keycloak.background;
    const group = await realm.createGroup('/by-hand');
    const target = { userId: userId(arranged.ann), resource: groupResource(group) };
    await access.give(target);
    await access.take(target);
    await realm.send('PUT', `/users/${arranged.ann}/groups/${group}`);
    await expect(access.givenByUs(target)).resolves.toBe(false);
  });

  it('a role given by us is not confused with another one given by hand at the same path', async () => {
    const { access } = keycloak.background;
    const fay = await realm.createUser('fay.gold');
    const ours = await realm.createRealmRole('ours');
    const theirs = await realm.createRealmRole('theirs');
    await access.give({ userId: userId(fay), resource: roleResource(ours) });
    await realm.mapRoles(`users/${fay}`, [theirs]);
    await expect(access.givenByUs({ userId: userId(fay), resource: roleResource(ours) })).resolves.toBe(true);
    await expect(access.givenByUs({ userId: userId(fay), resource: roleResource(theirs) })).resolves.toBe(false);
  });
});

describe('what is told about tokens', () => {
  it('the realm says how long a token lives; where it may not be read, the usual 300 s are assumed and warned of', async () => {
    const short = connect(await sharedKeycloak().createRealm({ json: { accessTokenLifespan: 42 } }));
    await expect(short.background.access.tokenSeconds()).resolves.toBe(42);
    const blind = connect(
      await sharedKeycloak().createRealm({ permissions: ['manage-users'], json: { accessTokenLifespan: 42 } }),
    );
    await expect(blind.background.access.tokenSeconds()).resolves.toBe(300);
    expect(blind.warnings).toEqual(['keycloak.token-lifespan-unknown']);
    await expect(blind.probe()).resolves.toBe(true);
  });
});
