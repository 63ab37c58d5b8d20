import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { groupId } from '../../../src/domain/ids.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import type { PermissionSet } from '../../doubles/keycloak-realm-json.ts';
import type { KeycloakDirectory } from '../../../src/usecases/keycloak-port.ts';
import { connections, NO_SUCH_ID, permitViewing, userId } from './support.ts';

const { connect, closeAll } = connections();
afterAll(closeAll);

const names = (users: readonly { readonly username: string }[]) => users.map(({ username }) => username).sort();

describe('people', () => {
  let realm: TestRealm;
  let keycloak: ReturnType<typeof connect>;
  let directory: KeycloakDirectory;
  let ann: string;
  beforeAll(async () => {
    realm = await sharedKeycloak().createRealm({
      json: { duplicateEmailsAllowed: true, loginWithEmailAllowed: false },
    });
    keycloak = connect(realm);
    directory = keycloak.interactive.directory;
    ann = await realm.createUser('ann.baker', { attributes: { 'slack-user-id': 'T1/U1' } });
    await realm.createUser('bob.cook', { attributes: { 'slack-user-id': 't1/u1' }, email: 'annXbaker@example.com' });
    await realm.createUser('eve.dale', {
      attributes: { 'slack-user-id': 'T1/U11' },
      email: 'twin@example.com',
      enabled: false,
    });
    await realm.createUser('fay.gold', { email: 'twin@example.com', emailVerified: false });
  });

  it('a person is read with everything that identity rests on', async () => {
    await expect(directory.person(userId(ann))).resolves.toEqual({
      userId: ann,
      username: 'ann.baker',
      enabled: true,
      email: 'ann.baker@example.com',
      emailVerified: true,
      slackIds: ['T1/U1'],
    });
    await expect(directory.person(userId(NO_SUCH_ID))).resolves.toBeNull();
  });

  it('I17: a Slack account is matched as it is written: no prefix, no other case', async () => {
    expect(names(await directory.bySlackId({ teamId: 'T1', userId: 'U1' }))).toEqual(['ann.baker']);
    expect(names(await directory.bySlackId({ teamId: 't1', userId: 'u1' }))).toEqual(['bob.cook']);
    expect(await directory.bySlackId({ teamId: 'T1', userId: 'U' })).toEqual([]);
    await expect(directory.bySlackId({ teamId: 'T1', userId: 'U1" email:"a' })).rejects.toThrow(TypeError);
  });

  it('I17: two people with one Slack account are both told', async () => {
    await realm.createUser('twin.one', { attributes: { 'slack-user-id': 'T9/U9' } });
    await realm.createUser('twin.two', { attributes: { 'slack-user-id': 'T9/U9' } });
    expect(names(await directory.bySlackId({ teamId: 'T9', userId: 'U9' }))).toEqual(['twin.one', 'twin.two']);
  });

  it('I17: an e-mail is matched whole and without case; _ and % are letters', async () => {
    expect(names(await directory.byEmail('Ann.Baker@Example.com'))).toEqual(['ann.baker']);
    expect(await directory.byEmail('ann_baker@example.com')).toEqual([]);
    expect(await directory.byEmail('%')).toEqual([]);
    expect(await directory.byEmail('baker@example.com')).toEqual([]);
    expect(names(await directory.byEmail('twin@example.com'))).toEqual(['eve.dale', 'fay.gold']);
  });

  it('a person is found by the whole of a username or e-mail, and by nothing else', async () => {
    expect(names(await keycloak.named('Ann.Baker'))).toEqual(['ann.baker']);
    expect(names(await keycloak.named('ann.baker@example.com'))).toEqual(['ann.baker']);
    expect(names(await keycloak.named('twin@example.com'))).toEqual(['eve.dale', 'fay.gold']);
    for (const other of ['ann', 'ann_baker', '*', '%', 'ann.bake*', `service-account-${realm.bot.clientId}`])
      expect(await keycloak.named(other)).toEqual([]);
  });

  it('a service account is nobody', async () => {
    const robot = { username: 'service-account-robot', enabled: true, email: 'robot@example.com' };
    await realm.send('POST', '/users', robot);
    expect(await directory.byEmail('robot@example.com')).toEqual([]);
    await expect(directory.self()).resolves.toBe(realm.bot.userId);
  });

  it('the scopes that every token of a client has are its defaults, those that nobody is shown too', async () => {
    await realm.send('POST', '/client-scopes', { name: 'gated', protocol: 'openid-connect' });
    await realm.send('POST', '/clients', {
      ...{ clientId: 'ci', defaultClientScopes: ['basic', 'profile'], optionalClientScopes: ['gated'] },
    });
    await realm.send('POST', '/clients', { clientId: 'ci-2', defaultClientScopes: ['gated'] });
    expect([...(await directory.defaultScopes('ci'))].sort()).toEqual(['basic', 'profile']);
    expect(await directory.defaultScopes('c%')).toEqual([]);
    await expect(directory.defaultScopes(' ')).rejects.toThrow(TypeError);
  });

  it('who may see nobody hears that, not that nobody is there', async () => {
    const blind = await sharedKeycloak().createRealm({ permissions: ['query-users', 'query-groups'] });
    const id = await blind.createUser('ann.baker', { attributes: { 'slack-user-id': 'T1/U1' } });
    const group = await blind.createGroup('/approvers');
    expect(await blind.asBot('GET', '/users?email=ann.baker@example.com&exact=true')).toMatchObject({
      status: 200,
      body: [],
    });
    const { directory: sees } = connect(blind).interactive;
    for (const asked of [
      () => sees.byEmail('ann.baker@example.com'),
      () => sees.bySlackId({ teamId: 'T1', userId: 'U1' }),
      () => sees.person(userId(id)),
      () => sees.group('/approvers'),
      () => sees.group('approvers'),
      () => sees.groupById(groupId(group)),
      () => sees.defaultScopes('account'),
    ]) {
      await expect(asked()).rejects.toMatchObject({ code: 'keycloak_forbidden' });
    }
  });
});

describe('groups', () => {
  let realm: TestRealm;
  let directory: KeycloakDirectory;
  beforeAll(async () => {
    realm = await sharedKeycloak().createRealm();
    directory = connect(realm).interactive.directory;
    await realm.createGroup('/approvers/platform', { attributes: { 'slack-channel': ' C123 ' } });
    await realm.createGroup('/approvers/platform/inner');
    await realm.createGroup('/production/read');
    await realm.createGroup('/staging/read');
    await realm.createUser('ann.baker', { groups: ['/approvers/platform'], attributes: { 'slack-user-id': 'T1/U1' } });
    await realm.createUser('bob.cook', { groups: ['/approvers/platform'], enabled: false });
    await realm.createUser('eve.dale', { groups: ['/approvers/platform/inner'] });
  });

  it('an approver group is its enabled, direct members, found by path, by unique name and by id', async () => {
    const byPath = await directory.group('/approvers/platform');
    if (typeof byPath === 'string') throw new Error(byPath);
    expect(byPath).toMatchObject({ path: '/approvers/platform', slackChannel: 'C123' });
    expect(byPath.members).toMatchObject([{ username: 'ann.baker', slackIds: ['T1/U1'] }]);
    await expect(directory.group('platform')).resolves.toEqual(byPath);
    await expect(directory.groupById(byPath.id)).resolves.toEqual(byPath);
    await expect(directory.groupById(groupId(NO_SUCH_ID))).resolves.toBeNull();
  });

  it('a bare name that two groups have is ambiguous; names and paths are case-sensitive and whole', async () => {
    await expect(directory.group('read')).resolves.toBe('ambiguous');
    for (const unknown of ['Platform', 'platfor', '/approvers/Platform', '/nowhere/at-all']) {
      await expect(directory.group(unknown)).resolves.toBe('missing');
    }
  });

  it.each(['sp ace', 'umläut', 'per%cent', 'qu?est#', 'plus+&', '{brace}', 'name:with "quote"'])(
    'a name like %s is found as it is',
    async (name) => {
      const { location } = await realm.send('POST', '/groups', { name });
      const id = location?.split('/').at(-1);
      await expect(directory.group(`/${name}`)).resolves.toMatchObject({ id });
      await expect(directory.group(name)).resolves.toMatchObject({ id });
    },
  );

  it('members are complete beyond a page', async () => {
    await realm.createGroup('/crowd');
    const users = Array.from({ length: 230 }, (_, index) => ({
      username: `crowd-${index}`,
      enabled: true,
      groups: ['/crowd'],
    }));
    await realm.send('POST', '/partialImport', { ifResourceExists: 'FAIL', users });
    const crowd = await directory.group('/crowd');
    expect(typeof crowd === 'string' ? crowd : new Set(names(crowd.members)).size).toBe(230);
  });

  it('under fine-grained permissions members that may not be seen are refused, not left out', async () => {
    const fine = await sharedKeycloak().createRealm({ permissions: 'fine-grained' });
    const seen = await fine.createGroup('/seen');
    const half = await fine.createGroup('/half-seen');
    await fine.createUser('ann.baker', { groups: ['/seen', '/half-seen'] });
    await permitViewing(fine, [seen]);
    await permitViewing(fine, [half], ['view']);
    const { directory: sees } = connect(fine).interactive;
    expect(await sees.group('/seen')).toMatchObject({ members: [{ username: 'ann.baker' }] });
    await expect(sees.group('/half-seen')).rejects.toMatchObject({ code: 'keycloak_forbidden' });
  });

  it("a person's groups are those whose direct member he is, all of them", async () => {
    const many = Array.from({ length: 120 }, (_, index) => `/many/${index}`);
    const groups = [...many, '/approvers/platform/inner'];
    for (const group of many) await realm.createGroup(group);
    const id = await realm.createUser('fay.gold', { groups });
    const wanted = await Promise.all(groups.map((group) => realm.findGroup(group)));
    expect((await directory.groupsOf(userId(id))).toSorted()).toEqual(wanted.toSorted());
    await expect(directory.groupsOf(userId(NO_SUCH_ID))).resolves.toEqual([]);
  });

  it("under fine-grained permissions a person's groups are those that may be viewed", async () => {
    const fine = await sharedKeycloak().createRealm({ permissions: 'fine-grained' });
    const seen = await fine.createGroup('/seen');
    await fine.createGroup('/hidden');
    const id = await fine.createUser('ann.baker', { groups: ['/seen', '/hidden'] });
    await fine.permit({ groups: [seen], roles: [], clients: [] });
    const { directory: narrow } = connect(fine).interactive;
    expect(await narrow.groupsOf(userId(id))).toEqual([seen]);
    // For rules a list that is not whole is none: somebody would be taken for no contractor.
    expect((await narrow.factsOf(userId(id)))?.groups).toBeNull();
    const other = await fine.createUser('bob.baker', { groups: ['/seen'] });
    await fine.permit({ groups: [seen], roles: [], clients: [] });
    expect((await narrow.factsOf(userId(other)))?.groups).toEqual(['/seen']);
  });

  it('rules know a person by the paths of his groups, and by attributes that nobody writes about himself', async () => {
    const profile = await realm.get('/users/profile');
    const declared = [
      { name: 'cost-center', permissions: { view: ['admin'], edit: ['admin'] } },
      { name: 'nickname', permissions: { view: ['admin', 'user'], edit: ['admin', 'user'] } },
    ];
    await realm.send('PUT', '/users/profile', {
      ...profile,
      attributes: [...(profile['attributes'] as readonly object[]), ...declared],
    });
    await realm.createGroup('/contractors/night');
    const attributes = { 'cost-center': '4711', nickname: 'root' };
    const id = await realm.createUser('gus.gold', { groups: ['/contractors/night'], attributes });
    expect(await connect(realm).interactive.directory.factsOf(userId(id))).toEqual({
      groups: ['/contractors/night'],
      attributes: { 'cost-center': ['4711'] },
    });
    await expect(directory.factsOf(userId(NO_SUCH_ID))).resolves.toBeNull();
  });
});

describe('slack-user-id counts only while no user can write it', () => {
  const profile = async (change: (profile: Record<string, unknown>) => Record<string, unknown>) => {
    const realm = await sharedKeycloak().createRealm();
    await realm.send('PUT', '/users/profile', change(await realm.get('/users/profile')));
    return connect(realm).interactive.directory.slackIdIsTrusted();
  };
  type Attribute = { name: string };
  const declared = (edit: readonly string[]) => (old: Record<string, unknown>) => ({
    ...old,
    attributes: (old['attributes'] as Attribute[]).map((attribute) =>
      attribute.name === 'slack-user-id' ? { ...attribute, permissions: { view: ['admin'], edit } } : attribute,
    ),
  });
  const undeclared = (policy: string | null) => (old: Record<string, unknown>) => ({
    ...old,
    attributes: (old['attributes'] as Attribute[]).filter(({ name }) => name !== 'slack-user-id'),
    ...(policy === null ? {} : { unmanagedAttributePolicy: policy }),
  });

  it.each<[string, (old: Record<string, unknown>) => Record<string, unknown>, boolean]>([
    ['declared, admin edits', declared(['admin']), true],
    ['declared, nobody edits', declared([]), true],
    ['declared, users edit too', declared(['admin', 'user']), false],
    ['not declared, not stored', undeclared(null), true],
    ['not declared, admins edit', undeclared('ADMIN_EDIT'), true],
    ['not declared, admins view', undeclared('ADMIN_VIEW'), true],
    ['not declared, anybody edits', undeclared('ENABLED'), false],
  ])('%s', async (_, change, trusted) => {
    await expect(profile(change)).resolves.toBe(trusted);
  });

  it('is read again after five minutes', async () => {
    const realm = await sharedKeycloak().createRealm();
    let now = Date.now();
    const { directory } = connect(realm, { now: () => now }).interactive;
    await expect(directory.slackIdIsTrusted()).resolves.toBe(true);
    await realm.send('PUT', '/users/profile', declared(['admin', 'user'])(await realm.get('/users/profile')));
    now += 5 * 60_000;
    await expect(directory.slackIdIsTrusted()).resolves.toBe(false);
  });

  it('cannot be told without any right: that is an error, not a yes', async () => {
    const realm = await sharedKeycloak().createRealm({ permissions: [] as PermissionSet });
    await expect(connect(realm).interactive.directory.slackIdIsTrusted()).rejects.toMatchObject({
      code: 'keycloak_forbidden',
    });
  });
});
