import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setUpGate } from '../../keycloak/gate-setup.js';
import { setUpTokens } from '../../keycloak/token-setup.js';
import type { ApprovedGate } from '../../src/domain/gate.ts';
import { gateId, keycloakUserId } from '../../src/domain/ids.ts';
import { aGate } from '../builders/gate.ts';
import { openChannel } from '../doubles/ciba-channel.ts';
import { proveRecord, readAudit } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import { freePort } from '../doubles/free-port.ts';
import { postForm } from '../doubles/keycloak-http.ts';
import type { Answer } from '../doubles/keycloak-http.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';
import { sharedKeycloak } from '../doubles/keycloak-server.ts';
import { CIBA } from '../doubles/token-realm.ts';

const POLICY = `
version: 1
rules:
  - name: deployments are approved
    doors: [token]
    when: '"deploy" in context.scopes'
    because: Deployments are asked for by the backchannel.
    stages: [{ approvers: /approvers/platform }]
  - name: passwords see no address
    doors: [token]
    when: context.grant == "password"
    remove-scopes: [phone]
  - name: machines go to the pipeline
    doors: [token]
    when: subject.username == "service-account-ci" && context.ip != "10.1.2.3"
    deny: Machines use the pipeline.
`;
const SECRET = 'a-secret-of-the-tests-and-of-nothing-else';

let folder: string;
let stage: Stage<null>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leasehold-token-gate-'));
  const policyFile = path.join(folder, 'policy.yaml');
  await writeFile(policyFile, POLICY);
  const port = await freePort();
  stage = await aStage({
    seed: () => Promise.resolve(null),
    env: { HTTP_PORT: `${port}`, POLICY_FILE: policyFile, GATE_SECRET: SECRET },
  });
  await setUpRealm(stage.realm, `http://127.0.0.1:${port}`);
});
afterAll(async () => {
  await stage.stop();
  await rm(folder, { recursive: true, force: true });
});

async function setUpRealm(realm: TestRealm, leasehold: string): Promise<void> {
  const all = { secret: 'secret', directAccessGrantsEnabled: true, serviceAccountsEnabled: true };
  for (const clientId of ['ci', 'door']) await realm.send('POST', '/clients', { clientId, ...all });
  const role = await realm.createRealmRole('deployer');
  await realm.send('POST', `/users/${stage.users.ann}/role-mappings/realm`, [role]);
  const where = { url: realm.keycloakUrl, realm: realm.name, token: sharedKeycloak().adminToken };
  await setUpGate({ ...where, leasehold, secret: SECRET, clients: ['door'] });
  const backchannel = { clients: ['ci'], scopes: [{ scope: 'deploy', role: 'deployer' }], refresh: true };
  await setUpTokens({ ...where, gate: { clients: ['ci'] }, backchannel: { ...backchannel, intervalSeconds: 1 } });
}

const post = (form: Record<string, string>, endpoint = 'token'): Promise<Answer> =>
  postForm(stage.realm.realmUrl, endpoint, { client_id: 'ci', client_secret: 'secret', ...form });
const password = (scope: string) => post({ grant_type: 'password', username: 'ann', password: 'password', scope });
const scopesOf = ({ status, body }: Answer): readonly string[] => {
  expect({ status, body }).toMatchObject({ status: 200 });
  return (body as { scope: string }).scope.split(' ');
};
const refusals = async () => (await readAudit(stage.file)).filter(({ kind }) => kind === 'token.refused');
const counted = async (grant: string, verdict: string): Promise<number> => {
  const text = await (await fetch(`${stage.app().url}/metrics`)).text();
  const [, count = '0'] =
    new RegExp(`leasehold_token_verdicts_total\\{grant="${grant}",verdict="${verdict}"\\} (\\d+)`).exec(text) ?? [];
  return Number(count);
};

describe('tokens by policy', () => {
  it('come without the scopes that a rule removes, and leave no entry', async () => {
    expect(scopesOf(await password('openid phone'))).not.toContain('phone');
    expect(scopesOf(await password('openid phone'))).toContain('profile');
    expect(await counted('password', 'narrow')).toBe(2);
    expect(await refusals()).toEqual([]);
  });

  it('are refused to a machine as to the person that it is, with the sentence of the rule', async () => {
    const no = { error: 'access_denied', error_description: 'Machines use the pipeline.' };
    for (let asked = 0; asked < 2; asked++)
      expect(await post({ grant_type: 'client_credentials' })).toMatchObject({ status: 400, body: no });
    expect(await refusals()).toMatchObject([
      {
        subject: { username: 'service-account-ci' },
        data: { because: 'policy', grant: 'client_credentials', rules: ['machines go to the pipeline'] },
      },
    ]);
    expect(await counted('client_credentials', 'policy')).toBe(2);
  });

  it('that people approved are issued with the scopes that they saw, and with no others', async () => {
    const { realm, users } = stage;
    const channel = await openChannel(realm);
    try {
      const words = { login_hint: 'ann', binding_message: '4829-1377', scope: 'openid deploy' };
      const { body: pending } = await post(words, 'ext/ciba/auth');
      const call = await channel.next();
      const now = stage.app().ports.clock.now();
      const gate: ApprovedGate = {
        ...aGate({ person: { userId: keycloakUserId(users.ann), username: 'ann' }, client: 'ci', realm: realm.name }),
        ...{ id: gateId(randomUUID()), trigger: 'backchannel', tabs: [{ tab: 'backchannel', spent: true }] },
        // As Keycloak names them to its channel: not all of the client's defaults are among them.
        scopes: String(call.body['scope']).split(' '),
        backchannel: { message: '4829-1377', justification: null, seconds: 900, roles: [], limits: {}, bearer: null },
        ...{ state: 'approved', decidedAt: now, openedAt: now, waitsUntil: now + 300_000, revision: 1 },
      };
      await stage.app().ports.store.commit({ gates: [gate], audit: [] });
      expect(await call.answer('SUCCEED', { leasehold_approval: gate.id })).toBe(200);
      const id = (pending as { auth_req_id: string }).auth_req_id;
      const issued = await post({ grant_type: CIBA, auth_req_id: id });
      expect(scopesOf(issued)).toContain('deploy');
      const { refresh_token } = issued.body as { refresh_token: string };
      const refresh = () => post({ grant_type: 'refresh_token', refresh_token });
      expect(scopesOf(await refresh())).toContain('deploy');
      const changed = { ...gate, revision: 2, scopes: gate.scopes.filter((scope) => scope !== 'deploy') };
      await stage.app().ports.store.commit({ gates: [changed], audit: [] });
      expect(await refresh()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      expect((await refusals()).at(-1)).toMatchObject({ data: { because: 'approval', gate: gate.id } });
    } finally {
      await channel.close();
    }
  }, 60_000);

  it('there are none while Leasehold is away', async () => {
    await stage.end();
    expect(await password('openid')).toMatchObject({ status: 400, body: { error: 'temporarily_unavailable' } });
    await stage.begin();
    expect(scopesOf(await password('openid'))).toContain('profile');
  });

  it('what was refused is in a record that is sound', async () => {
    await proveRecord(stage.file);
  });
});
