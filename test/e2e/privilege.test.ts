import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { expectRefused } from '../doubles/e2e-refusal.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  const realmAdmin = await realm.clientRole('realm-management', 'realm-admin');
  const manageUsers = await realm.clientRole('realm-management', 'manage-users');
  const plain = await realm.createRealmRole('plain');
  const inner = await realm.createRealmRole('inner', { composites: [manageUsers] });
  await realm.createGroup('/heirs', { roles: [realmAdmin] });
  await offer(realm, '/owners', { roles: [realmAdmin] });
  await offer(realm, '/heirs/reader');
  await offer(realm, 'disguised', { roles: [inner] });
  await offer(realm, '/wrapped', { roles: [inner] });

  const requestable = { requestable: 'true', 'approver-group': '/approvers/platform' };
  const mark = async (path: string) => {
    const id = await realm.findGroup(path);
    const group = await realm.get(`/groups/${id ?? ''}`);
    const attributes = {
      ...(group['attributes'] as object),
      ...Object.fromEntries(Object.entries(requestable).map(([k, v]) => [k, [v]])),
    };
    await realm.send('PUT', `/groups/${id ?? ''}`, { ...group, attributes });
  };
  for (const path of ['/approvers/platform', '/access-admins']) await mark(path);
  await offer(realm, '/approvers/platform/juniors');
  await offer(realm, '/access-admins/juniors');
  await offer(realm, `${realm.bot.clientId}/inside`);
  await offer(realm, '/chat', { attributes: { 'slack-channel': 'C0GENERAL' } });
  return {
    group: await offer(realm, '/reading/room', { roles: [plain] }),
    realmRole: await offer(realm, 'reader'),
    clientRole: await offer(realm, 'demo-api/viewer'),
  };
}

describe.each(['classic', 'tutorial', 'fine-grained'] as const)('with %s rights', (permissions) => {
  let stage: Stage<Awaited<ReturnType<typeof seed>>>;
  beforeAll(async () => {
    stage = await aStage({ seed, permissions });
  });
  afterAll(() => stage.stop());

  it.each([
    ['a group that gives realm-admin', '/owners'],
    ['a group below one that gives realm-admin', '/heirs/reader'],
    ['a role that contains administration, two steps down', 'disguised'],
    ['a group that gives such a role', '/wrapped'],
  ])('I18: %s is refused', async (_, access) => {
    const ann = stage.workspace.as('ann');
    const says = /cannot be asked for: (it gives administration of Keycloak|what it gives cannot be read)/;
    const ask = () => ann.command(`/request-access ${access} 1h why`);
    await expectRefused(stage, ann, ask, { says, audited: 'not_requestable' });
  });

  it.each([
    ['an approver group', '/approvers/platform'],
    ['a group below an approver group', '/approvers/platform/juniors'],
    ['the admin group', '/access-admins'],
    ['a group below the admin group', '/access-admins/juniors'],
    ['a group that has a channel', '/chat'],
  ])('I19: %s is never a resource', async (_, access) => {
    const ann = stage.workspace.as('ann');
    const says = /cannot be asked for: (it is, or stands below,|the service account may not view)/;
    const ask = () => ann.command(`/request-access ${access} 1h why`);
    await expectRefused(stage, ann, ask, { says, audited: 'not_requestable' });
  });

  it('I19: a role of the bot’s own client is not in the form, nor asked for', async () => {
    const ann = stage.workspace.as('ann');
    const ask = () => ann.command(`/request-access ${stage.realm.bot.clientId}/inside 1h why`);
    const heard = await stage.hears(ann, ask);
    expect(heard).toEqual([expect.stringMatching(/own client|know no access/)]);
    await ann.shortcut('request_access');
    const form = await ann.modal();
    const offered = (await ann.suggest(form, 'Access', '')).options.map((option) => JSON.stringify(option['text']));
    expect(offered.filter((text) => /approvers|access-admins|inside|chat/.test(text))).toEqual([]);
    await ann.close(true);
  });

  it('I18: the bot never gives anything to itself', async () => {
    const { userId } = stage.realm.bot;
    const user = await stage.realm.get(`/users/${userId}`);
    const attributes = { 'slack-user-id': ['T0LEASE/U0GHOST'] };
    await stage.realm.send('PUT', `/users/${userId}`, { ...user, attributes });
    stage.workspace.addPerson({ id: 'U0GHOST', name: 'ghost', email: 'ghost@example.com' });
    const ghost = stage.workspace.as('ghost');
    const ask = () => ghost.command('/request-access /reading/room 1h why');
    await expectRefused(stage, ghost, ask, { says: /my own account/, audited: 'beneficiary_is_bot' });
  });

  it.each(
    permissions === 'tutorial' ? (['group', 'realmRole'] as const) : (['group', 'realmRole', 'clientRole'] as const),
  )('an ordinary lease on a %s comes and goes', async (key) => {
    const offered = stage.seeded[key];
    await stage.approve('chen', await stage.ask('ann', `${offered.path} 1h why`));
    await stage.isLive('ann', offered);
    await stage.quiet();
    await stage.workspace.as('eve').command(`/access revoke @ann ${offered.path}`);
    await stage.isGone('ann', offered);
    await stage.quiet();
    expect(stage.workspace.violations).toEqual([]);
  });
});
