import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GATED, GATED_SCOPE, gatedRealm, type GatedRealm } from '../../doubles/gate-realm.ts';

let gate: GatedRealm;

beforeAll(async () => {
  gate = await gatedRealm({ clients: [GATED], scopes: [GATED_SCOPE], form: { isDefault: true } });
});
afterAll(() => gate.close());

const paths = ['', '/client-policies/policies', '/client-policies/profiles', '/clients', '/authentication/flows'];
const flow = (alias: string) => encodeURI(`/authentication/flows/${alias}/executions`);
const everything = async () =>
  Promise.all(
    [...paths, flow('leasehold browser'), '/authentication/required-actions'].map((path) => gate.realm.get(path)),
  );

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
    expect(JSON.stringify([exported.body, await everything()])).not.toContain(gate.service.secret);
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
    const actions = await gate.realm.list('/authentication/required-actions');
    expect(actions).toContainEqual(
      expect.objectContaining({ alias: 'leasehold-access-request', enabled: true, defaultAction: true }),
    );
  });

  it('names a client that is not there', async () => {
    await expect(gate.setUp({ clients: ['nobody'] })).rejects.toThrow('nobody');
  });
});
