import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeycloakDirectory } from '../../../src/usecases/keycloak-port.ts';
import type { Attributes } from '../../doubles/keycloak-admin.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import { connections, NO_SUCH_ID, userId } from './support.ts';

const { connect, closeAll } = connections();
afterAll(closeAll);

describe('the attribute manager', () => {
  let realm: TestRealm;
  let directory: KeycloakDirectory;
  let mia: string;
  beforeAll(async () => {
    realm = await sharedKeycloak().createRealm();
    directory = connect(realm).interactive.directory;
    mia = await realm.createUser('mia.moss', { attributes: { 'slack-user-id': 'T1/U1' } });
    await realm.createUser('gone.away', { enabled: false });
  });
  const managedBy = async (manager: string | null) => {
    const attributes: Attributes = manager === null ? {} : { manager };
    const id = await realm.createUser(`user-${crypto.randomUUID()}`, { attributes });
    return directory.managerOf(userId(id));
  };

  it('names one enabled user, by username in any case or by id', async () => {
    for (const written of ['mia.moss', ' MIA.Moss ', mia])
      expect(await managedBy(written)).toMatchObject({ userId: mia, username: 'mia.moss', slackIds: ['T1/U1'] });
  });

  it.each([
    [null, 'not_set'],
    ['nobody', 'unknown'],
    ['mia', 'unknown'],
    ['mia.mos_', 'unknown'],
    ['*', 'unknown'],
    ['%', 'unknown'],
    ['../users', 'unknown'],
    [NO_SUCH_ID, 'unknown'],
    ['gone.away', 'disabled'],
    ['mia.moss@example.com', 'unknown'],
  ])('%s is %s', async (written, found) => {
    expect(await managedBy(written)).toBe(found);
  });

  it('a username that is another one’s id names two, so nobody', async () => {
    await realm.createUser(mia);
    expect(await managedBy(mia)).toBe('ambiguous');
  });

  it('of a user who is gone is not set', async () => {
    expect(await directory.managerOf(userId(NO_SUCH_ID))).toBe('not_set');
  });

  it.each([
    ['users may write it', ['admin', 'user'], 'untrusted'],
    ['administrators alone may', ['admin'], 'mia.one'],
  ])('counts only while no user may write it: %s', async (_, edit, expected) => {
    const other = await sharedKeycloak().createRealm();
    const profile = await other.get('/users/profile');
    const attributes = (profile as unknown as { attributes: { name: string }[] }).attributes.map((attribute) =>
      attribute.name === 'manager' ? { ...attribute, permissions: { view: ['admin'], edit } } : attribute,
    );
    await other.send('PUT', '/users/profile', { ...profile, attributes });
    await other.createUser('mia.one');
    const ann = await other.createUser('ann.one', { attributes: { manager: 'mia.one' } });
    const keycloak = connect(other);
    const found = await keycloak.interactive.directory.managerOf(userId(ann));
    expect(typeof found === 'string' ? found : found.username).toBe(expected);
    expect(await keycloak.doctor()).toMatchObject({
      managerWriters: edit.includes('user') ? 'users' : 'administrators',
    });
  });
});

describe('escalation, as the doctor and the directory read it', () => {
  it('reads a rule, and tells of each that goes nowhere', async () => {
    const realm = await sharedKeycloak().createRealm();
    const group = async (path: string, attributes: Record<string, string>) => {
      await realm.createGroup(path, { attributes });
      await realm.createUser(`member${path.replaceAll('/', '-')}`, { groups: [path] });
      await realm.createRealmRole(`role${path}`.replaceAll('/', '-'), {
        attributes: { requestable: 'true', 'approver-group': path },
      });
    };
    await realm.createGroup('/leads/empty');
    await group('/good', { 'escalate-to': '/lost-leads', 'escalate-after': '30m' });
    await realm.createGroup('/lost-leads');
    await realm.createUser('lena', { groups: ['/lost-leads'] });
    await group('/lost', { 'escalate-to': '/nowhere', 'escalate-after': '30m' });
    await group('/half', { 'escalate-to': '/lost-leads' });
    await group('/self', { 'escalate-to': 'self', 'escalate-after': '30m' });
    await group('/void', { 'escalate-to': '/leads/empty', 'escalate-after': '30m' });
    const keycloak = connect(realm);
    expect(await keycloak.interactive.directory.group('/good')).toMatchObject({
      escalation: { to: '/lost-leads', afterSeconds: 1800 },
    });
    expect(await keycloak.interactive.directory.group('/half')).toMatchObject({ escalation: null });
    const { escalations, problems } = await keycloak.doctor();
    expect(problems).toEqual([]);
    const because = (path: string) => escalations.find((one) => one.path === path)?.because ?? null;
    expect(because('/good')).toBeNull();
    expect(because('/lost')).toContain('/nowhere that it escalates to is missing');
    expect(because('/half')).toContain('one value each');
    expect(because('/self')).toContain('itself');
    expect(because('/void')).toContain('no enabled member');
  });
});
