import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import { connections, groupResource, NO_SUCH_ID, permitViewing, userId } from './support.ts';

const { connect, closeAll } = connections();
afterAll(closeAll);

describe('ending sessions', () => {
  let realm: TestRealm;
  let ann: string;
  beforeAll(async () => {
    realm = await sharedKeycloak().createRealm();
    ann = await realm.createUser('ann.baker');
  });

  it('I6: ends online and offline sessions, and nobody else’s', async () => {
    await realm.createUser('bob.cook');
    const other = await realm.login('bob.cook');
    const online = await realm.login('ann.baker');
    const offline = await realm.login('ann.baker', { scope: 'openid offline_access' });
    const second = await realm.login('ann.baker', { scope: 'openid offline_access' });
    const { access } = connect(realm).background;
    await access.endSessions(userId(ann));
    for (const tokens of [online, offline, second]) {
      expect((await realm.refresh(tokens)).status).toBe(400);
      expect(await realm.introspect(tokens)).toMatchObject({ active: false });
    }
    expect((await realm.refresh(other)).status).toBe(200);
    expect(access.endsSessionsFirst()).toBe(false);
  });

  it('can be repeated, and has nothing to do for somebody who is gone', async () => {
    const { access } = connect(realm).background;
    await access.endSessions(userId(ann));
    await access.endSessions(userId(ann));
    await access.endSessions(userId(NO_SUCH_ID));
  });

  it('says when it is not allowed', async () => {
    const blind = await sharedKeycloak().createRealm({ permissions: ['view-users', 'view-realm'] });
    const eve = await blind.createUser('eve.dale');
    const { access } = connect(blind).background;
    await expect(access.endSessions(userId(eve))).rejects.toMatchObject({ code: 'keycloak_forbidden' });
  });

  it('under fine-grained permissions works only while the person is a member, and asks to go first', async () => {
    const fine = await sharedKeycloak().createRealm({ permissions: 'fine-grained' });
    const group = await fine.createGroup('/production');
    const eve = await fine.createUser('eve.dale', { groups: ['/production'] });
    await fine.permit({ groups: [group] });
    const { access } = connect(fine).background;
    const target = { userId: userId(eve), resource: groupResource(group) };
    await expect(access.endSessions(target.userId)).rejects.toMatchObject({ code: 'keycloak_forbidden' });
    expect(access.endsSessionsFirst()).toBe(true);

    await permitViewing(fine, [group], ['manage-members']);
    const offline = await fine.login('eve.dale', { scope: 'openid offline_access' });
    await access.endSessions(target.userId);
    expect((await fine.refresh(offline)).status).toBe(400);
    await expect(access.take(target)).resolves.toBe('done');
    await expect(access.endSessions(target.userId)).rejects.toMatchObject({ code: 'keycloak_forbidden' });
  });
});
