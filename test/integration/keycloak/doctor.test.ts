import { afterAll, describe, expect, it } from '@jest/globals';
import { discover } from '../../../src/keycloak/discovery.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import type { PermissionSet } from '../../doubles/keycloak-realm-json.ts';
import { connections } from './support.ts';

const { connect, closeAll } = connections();
afterAll(closeAll);

const rolesOf = (remarks: readonly { readonly role: string }[]) => remarks.map(({ role }) => role).sort();

describe('the doctor', () => {
  it.each<[string, PermissionSet, string, readonly string[], readonly string[]]>([
    ['classic', 'classic', 'classic', [], []],
    ['the tutorial set', 'tutorial', 'classic', ['view-clients', 'view-events'], ['view-users']],
    ['fine-grained', 'fine-grained', 'fine-grained', [], []],
    ['manage-users alone', ['manage-users'], 'classic', ['view-clients', 'view-events', 'view-realm'], []],
    ['no rights', [], 'insufficient', ['manage-users', 'view-clients', 'view-events', 'view-realm'], []],
    [
      'query roles alone',
      ['query-users', 'query-groups'],
      'insufficient',
      ['manage-users', 'view-clients', 'view-events', 'view-realm'],
      ['query-groups', 'query-users'],
    ],
  ])('tells the set-up and what each role costs: %s', async (_, permissions, setUp, missing, superfluous) => {
    const report = await connect(await sharedKeycloak().createRealm({ permissions })).doctor();
    expect(report.setUp).toBe(setUp);
    expect(rolesOf(report.missing)).toEqual(missing);
    expect(rolesOf(report.superfluous)).toEqual(superfluous);
    for (const { cost } of [...report.missing, ...report.superfluous]) expect(cost).toMatch(/^[A-Z].*\.$/);
  });

  it('names an overpowered service account as such', async () => {
    const report = await connect(await sharedKeycloak().createRealm({ permissions: ['realm-admin'] })).doctor();
    expect(report.setUp).toBe('classic');
    expect(rolesOf(report.superfluous)).toEqual(
      expect.arrayContaining(['realm-admin', 'manage-realm', 'impersonation']),
    );
  });

  it('a role that overrides the fine-grained permissions is found', async () => {
    const permissions = ['query-users', 'query-groups', 'query-clients', 'view-realm', 'view-events', 'view-users'];
    const json = { adminPermissionsEnabled: true };
    const report = await connect(await sharedKeycloak().createRealm({ permissions, json })).doctor();
    expect(report.setUp).toBe('fine-grained');
    expect(rolesOf(report.superfluous)).toEqual(['view-users']);
  });

  it('finds what keeps the catalogue from working', async () => {
    const realm = await sharedKeycloak().createRealm({
      json: { adminEventsDetailsEnabled: false, accessTokenLifespan: 90 },
    });
    const admin = await realm.clientRole('realm-management', 'realm-admin');
    const marked = (approvers: string, more: Record<string, string> = {}) => ({
      attributes: { requestable: 'true', 'approver-group': approvers, ...more },
    });
    await realm.createGroup('/access-admins');
    await realm.createGroup('/approvers');
    await realm.createGroup('/empty');
    await realm.createUser('ann.baker', { groups: ['/approvers'] });
    await realm.createUser('bob.cook', { groups: ['/empty'], enabled: false });
    await realm.createGroup('/good', marked('/approvers'));
    await realm.createGroup('/too-few', marked('/approvers', { 'approvals-required': '2' }));
    await realm.createGroup('/nobody', marked('/empty'));
    await realm.createGroup('/lost', marked('/not/there'));
    await realm.createGroup('/typo', marked('/approvers', { risk: 'huge' }));
    await realm.createGroup('/privileged', { ...marked('/approvers'), roles: [admin] });

    const report = await connect(realm).doctor();
    const because = (path: string) => report.problems.find((problem) => problem.path === path)?.because ?? null;
    const flaw = (path: string) => report.flaws.find((one) => one.path === path)?.flaw ?? null;
    expect([because('/good'), flaw('/good')]).toEqual([null, null]);
    expect(because('/too-few')).toContain('2 must approve');
    expect(because('/nobody')).toContain('0 enabled');
    expect(because('/lost')).toContain('missing');
    expect(flaw('/typo')).toEqual({ flaw: 'bad_risk', written: 'huge' });
    expect(flaw('/privileged')).toMatchObject({ flaw: 'administrative' });
    expect(report).toMatchObject({
      entitlements: 5,
      adminGroup: 'there',
      slackIdWriters: 'administrators',
      tokenSeconds: 90,
      adminEvents: 'on, without details',
    });
  });

  it('reads what the realm calls itself at this address, and which levels it names', async () => {
    const attributes = { 'acr.loa.map': '{"silver":1,"gold":2}' };
    const { name: realm, keycloakUrl: url } = await sharedKeycloak().createRealm({ json: { attributes } });
    const { issuer, acrs } = await discover({ url, realm });
    expect(issuer).toBe(`${url}/realms/${realm}`);
    expect(acrs).toEqual(expect.arrayContaining(['silver', 'gold']));
    const byName = url.replace('127.0.0.1', 'localhost');
    expect((await discover({ url: byName, realm })).issuer).not.toBe(issuer);
    for (const away of [
      { url, realm: 'nowhere' },
      { url: 'http://127.0.0.1:1', realm },
    ])
      await expect(discover(away)).rejects.toMatchObject({ code: 'keycloak_unavailable' });
  });

  it('tells what it may not read instead of guessing, and a Keycloak that is away is an error', async () => {
    const realm = await sharedKeycloak().createRealm({ permissions: [] });
    await expect(connect(realm).doctor()).resolves.toMatchObject({
      slackIdWriters: null,
      tokenSeconds: null,
      adminEvents: null,
      adminGroup: 'missing',
      entitlements: 0,
    });
    await expect(connect(realm, { url: 'http://127.0.0.1:1' }).doctor()).rejects.toMatchObject({
      code: 'keycloak_unavailable',
    });
  });
});
