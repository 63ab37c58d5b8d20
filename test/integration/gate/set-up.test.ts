import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { GATED, GATED_SCOPE, gatedRealm, type GatedRealm } from '../../doubles/gate-realm.ts';

let gate: GatedRealm;

beforeAll(async () => {
  gate = await gatedRealm({ clients: [GATED], scopes: [GATED_SCOPE], form: { isDefault: true } });
});
afterAll(() => gate.close());

const paths = ['', '/client-policies/policies', '/client-policies/profiles', '/clients', '/authentication/flows'];
const required = '/authentication/required-actions';
const flow = (alias: string) => encodeURI(`/authentication/flows/${alias}/executions`);
const everything = async () =>
  Promise.all([...paths, flow('leasehold browser'), required].map((path) => gate.realm.get(path)));

/** The options of the gate in a flow, as an administrator reads them. */
async function optionsIn(alias: string): Promise<Readonly<Record<string, string>>> {
  const step = (await gate.realm.list(flow(alias))).find(({ providerId }) => providerId === 'leasehold-gate');
  const config = await gate.realm.get(`/authentication/config/${String(step?.['authenticationConfig'])}`);
  return config['config'] as Record<string, string>;
}

describe('setting the gate up', () => {
  it('says what it changed, and changes nothing when it is run again', async () => {
    expect(gate.first.changed.length).toBeGreaterThan(3);
    const before = await everything();
    expect(await gate.setUp()).toEqual({ changed: [], warnings: [] });
    expect(await everything()).toEqual(before);
  });

  it('changes nothing else of the realm', async () => {
    const { browserFlow, registrationFlow, resetCredentialsFlow, clientPolicies, clientProfiles, ...rest } =
      await gate.realm.get('');
    expect([clientPolicies, clientProfiles]).toEqual([expect.anything(), expect.anything()]);
    expect([browserFlow, registrationFlow, resetCredentialsFlow].join()).toMatch(
      /^leasehold .*,leasehold .*,leasehold /,
    );
    expect(gate.before).toMatchObject(rest);
  });

  it('is a command, too', async () => {
    const command = ['keycloak/gate-setup-main.js', '--url', gate.realm.keycloakUrl, '--realm', gate.realm.name];
    const gating = ['--leasehold', gate.service.url, '--clients', GATED, '--scopes', GATED_SCOPE, '--form-default'];
    const env = {
      GATE_SECRET: `${gate.service.secret},old`,
      KEYCLOAK_ADMIN: 'admin',
      KEYCLOAK_ADMIN_PASSWORD: 'admin',
    };
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [...command, ...gating], { env: { ...process.env, ...env } });
    expect(stdout).toBe('Everything is as it should be.\n');
    await expect(run(process.execPath, command, { env: process.env })).rejects.toMatchObject({ code: 2 });
  });

  it('keeps the flow that was there, behind which the gate stands at the top', async () => {
    const steps = await gate.realm.list(flow('leasehold browser'));
    const top = steps.filter(({ level }) => level === 0);
    expect(top).toMatchObject([
      { requirement: 'REQUIRED', authenticationFlow: true },
      { requirement: 'REQUIRED', providerId: 'leasehold-gate' },
    ]);
    const kept = (list: readonly Record<string, unknown>[]) =>
      list
        .filter(({ authenticationFlow }) => authenticationFlow !== true)
        .map(({ providerId, requirement }) => ({ providerId, requirement }));
    expect(kept(steps).slice(0, -1)).toEqual(kept(await gate.realm.list(flow('browser'))));
  });

  it('shows no administrator the secret', async () => {
    expect(await optionsIn('leasehold browser')).toMatchObject({ url: gate.service.url, secret: '**********' });
    const exported = await gate.realm.asAdmin('POST', '/partial-export?exportClients=true&exportGroupsAndRoles=true');
    expect(exported.status).toBe(200);
    const seen = JSON.stringify([exported.body, await everything()]);
    expect(seen.includes(gate.service.secret)).toBe(false);
  });

  it('leaves the policies and profiles of others alone, and their order', async () => {
    const profile = { name: 'ours', description: '', executors: [{ executor: 'pkce-enforcer', configuration: {} }] };
    const policy = {
      name: 'mine',
      enabled: false,
      conditions: [{ condition: 'any-client', configuration: {} }],
      profiles: ['ours'],
    };
    const { profiles } = (await gate.realm.get('/client-policies/profiles')) as unknown as { profiles: object[] };
    const { policies } = (await gate.realm.get('/client-policies/policies')) as unknown as { policies: object[] };
    await gate.realm.send('PUT', '/client-policies/profiles', { profiles: [profile, ...profiles] });
    await gate.realm.send('PUT', '/client-policies/policies', { policies: [policy, ...policies] });
    await gate.setUp({ scopes: [] });
    const after = (await gate.realm.get('/client-policies/policies'))['policies'] as readonly { name: string }[];
    expect(after.map(({ name }) => name)).toEqual([
      'mine',
      'leasehold gate: clients by browser',
      'leasehold gate: clients otherwise',
    ]);
    expect((await gate.setUp()).changed).toContain('client policies');
  });

  it('registers the form, for new accounts, too', async () => {
    const actions = await gate.realm.list(required);
    expect(actions).toContainEqual(
      expect.objectContaining({ alias: 'leasehold-access-request', enabled: true, defaultAction: true }),
    );
  });

  it('names a client that is not there', async () => {
    await expect(gate.setUp({ clients: ['nobody'] })).rejects.toThrow('nobody');
  });

  it('can be tried with one client, whose own flow it becomes', async () => {
    await gate.realm.send('PUT', '', { browserFlow: 'browser' });
    await gate.setUp({ bind: 'clients' });
    expect(await gate.realm.get('')).toMatchObject({ browserFlow: 'browser' });
    const [client] = await gate.realm.list(`/clients?clientId=${GATED}`);
    const made = (await gate.realm.list('/authentication/flows')).find(({ alias }) => alias === 'leasehold browser');
    expect(client).toMatchObject({ authenticationFlowBindingOverrides: { browser: made?.id } });
    expect(await gate.setUp({ bind: 'clients' })).toEqual({ changed: [], warnings: [] });
  });

  it('lets go of a client that is not named any more', async () => {
    expect((await gate.setUp({ clients: [] })).changed).toContain(`client ${GATED} is gated no more`);
    const [client] = await gate.realm.list(`/clients?clientId=${GATED}`);
    expect(client?.['attributes']).not.toHaveProperty('leasehold.gated');
    expect(client).toMatchObject({ authenticationFlowBindingOverrides: {} });
    expect((await gate.setUp({ clients: [] })).changed).toEqual([]);
    await expect(gate.setUp({ clients: [], bind: 'clients' })).rejects.toThrow('no client');
  });
});
