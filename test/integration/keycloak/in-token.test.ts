import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withLinks } from '../../../src/usecases/linked-directory.ts';
import { tellLeases } from '../../../src/usecases/tell-leases.ts';
import { PLATFORM } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { Tokens } from '../../doubles/keycloak-http.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import { connections, groupResource, NO_SUCH_ID, roleResource, userId } from './support.ts';

const { connect, closeAll } = connections();
afterAll(closeAll);

const MARKED = { requestable: 'true', 'approver-group': '/approvers/platform', session: 'true' };
const OFFLINE = { scope: 'openid offline_access' };

/** Keycloak's id of the user session of these tokens. */
const sessionOf = ({ access }: Tokens): string => {
  const claims = JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString()) as { sid: string };
  return claims.sid;
};

describe('a lease in tokens alone, with a real Keycloak', () => {
  let realm: TestRealm;
  let ann: string;
  beforeAll(async () => {
    realm = await sharedKeycloak().createRealm();
    await realm.createGroup('/approvers/platform', { attributes: { 'slack-channel': PLATFORM } });
    ann = await realm.createUser('ann', { email: 'ann@acme.example' });
    await realm.createUser('chen', { email: 'chen@acme.example', groups: ['/approvers/platform'] });
  });

  const heldByAnn = async (): Promise<readonly string[]> =>
    (await realm.list(`/users/${ann}/role-mappings/realm`)).map(({ name }) => name);

  /** People and Slack are fakes; what is asked for, approved and ended is looked up, and ended, in Keycloak. */
  async function aRealWorld() {
    const world = await aWorld();
    const { catalogue, directory, access } = connect(realm).background;
    const ports = { ...world.ports, catalogue, access, directory: withLinks(directory, world.store) };
    world.restart('one', ports);
    const person = { userId: userId(ann), username: 'ann' };
    const tell = async (session: string) =>
      (await tellLeases(ports, { person, client: 'shop', scopes: ['openid'], session, approval: null })).leases;
    return { world, tell };
  }

  it('is asked for, approved, told, and ends early: its sessions are gone, and no role was ever written', async () => {
    const role = await realm.createRealmRole('refund', { attributes: MARKED });
    const { world, tell } = await aRealWorld();
    const before = await heldByAnn();
    const id = await world.lease('ann', 'refund');
    expect(await world.grantOf(id)).toMatchObject({ state: 'live', resource: { id: role.id, inToken: true } });
    const [online, offline, untold] = [
      await realm.login('ann'),
      await realm.login('ann', OFFLINE),
      await realm.login('ann'),
    ];
    for (const tokens of [online, offline])
      expect(await tell(sessionOf(tokens))).toMatchObject([{ resource: role.id, access: 'refund', inToken: true }]);
    expect(await heldByAnn()).toEqual(before);
    expect((await realm.refresh(offline)).status).toBe(200);

    await world.act('ann', { intent: 'release', grantId: (await world.grantOf(id)).id });
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'release' });
    for (const tokens of [online, offline]) {
      expect((await realm.refresh(tokens)).status).toBe(400);
      expect(await realm.introspect(tokens)).toMatchObject({ active: false });
      expect(await tell(sessionOf(tokens))).toEqual([]);
    }
    expect((await realm.refresh(untold)).status).toBe(200);
    expect(await heldByAnn()).toEqual(before);
    expect((await world.audit()).filter(({ kind }) => kind === 'sessions.ended')).toHaveLength(2);
  });

  it('leaves its sessions alone when it ends on time', async () => {
    await realm.createRealmRole('audit-read', { attributes: MARKED });
    const { world, tell } = await aRealWorld();
    const id = await world.lease('ann', 'audit-read', '10m');
    const tokens = await realm.login('ann');
    await tell(sessionOf(tokens));
    await world.advance(601);
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    expect((await realm.refresh(tokens)).status).toBe(200);
  });

  it('cannot be asked for when a group is marked so', async () => {
    const group = await realm.createGroup('/marked', { attributes: MARKED });
    const { catalogue } = connect(realm).background;
    expect(await catalogue.read(groupResource(group))).toMatchObject({ because: { flaw: 'group_in_token' } });
  });

  it('is there as long as person and role are, whatever the person has in Keycloak', async () => {
    const role = await realm.createRealmRole('passing');
    const { access } = connect(realm).background;
    const target = { userId: userId(ann), resource: { ...roleResource(role), inToken: true as const } };
    expect(await access.look(target)).toEqual({ present: true, user: 'enabled', resource: 'there' });
    await realm.send('DELETE', `/roles-by-id/${role.id}`);
    expect(await access.look({ ...target, userId: userId(NO_SUCH_ID) })).toEqual({
      ...{ present: true, user: 'gone', resource: 'gone' },
    });
  });
});

describe('ending one session', () => {
  it('ends just that one, online and offline, and one that is gone is no error', async () => {
    const realm = await sharedKeycloak().createRealm();
    const eve = userId(await realm.createUser('eve.dale'));
    const { access } = connect(realm).background;
    const [online, offline, other] = [
      await realm.login('eve.dale'),
      await realm.login('eve.dale', OFFLINE),
      await realm.login('eve.dale', OFFLINE),
    ];
    for (const tokens of [online, offline, offline]) await access.endSession(eve, sessionOf(tokens));
    await access.endSession(eve, NO_SUCH_ID);
    for (const tokens of [online, offline]) expect((await realm.refresh(tokens)).status).toBe(400);
    expect((await realm.refresh(other)).status).toBe(200);
  });

  it('says when neither it nor a logout is allowed', async () => {
    const blind = await sharedKeycloak().createRealm({ permissions: ['view-users', 'view-realm'] });
    const eve = userId(await blind.createUser('eve.dale'));
    const tokens = await blind.login('eve.dale');
    const { access } = connect(blind).background;
    await expect(access.endSession(eve, sessionOf(tokens))).rejects.toMatchObject({ code: 'keycloak_forbidden' });
  });
});
