import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setUpGate } from '../../keycloak/gate-setup.js';
import { setUpTokens } from '../../keycloak/token-setup.js';
import type { Message } from '../../sandbox/slack/model.ts';
import { registerCiba, unregisterCiba } from '../doubles/ciba-switchboard.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import { freePort } from '../doubles/free-port.ts';
import { postForm, type Answer } from '../doubles/keycloak-http.ts';
import { resourceServer } from '../doubles/keycloak-realm-json.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';
import { sharedKeycloak } from '../doubles/keycloak-server.ts';
import { startResourceServer, type ResourceServer } from '../doubles/resource-server.ts';
import { CIBA, decoded } from '../doubles/token-realm.ts';

const SECRET = 'a-secret-of-the-tests-and-of-nothing-else';
const PATIENCE_MS = 30_000;
const POLICY = `version: 1
rules:
  - name: a person looks at each release
    doors: [token]
    when: context.grant == "ciba" && "deploy" in context.scopes
    stages: [{ approvers: /approvers/platform }]
    max-duration: 30s
    limits: { shop: test }
  - name: a reader may not push
    doors: [token]
    when: '"push" in context.scopes && subject.username != "ann"'
    deny: Only Ann pushes.
`;

let stage: Awaited<ReturnType<typeof aStage<void>>>;
let api: ResourceServer;
let folder: string;
let port: number;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leasehold-ciba-'));
  const policyFile = path.join(folder, 'policy.yaml');
  await writeFile(policyFile, POLICY);
  port = await freePort();
  stage = await aStage({
    seed: prepare,
    env: { HTTP_PORT: `${port}`, POLICY_FILE: policyFile, GATE_SECRET: SECRET },
  });
  api = await startResourceServer(stage.realm.realmUrl);
  const leasehold = `http://127.0.0.1:${port}`;
  const where = { url: stage.realm.keycloakUrl, realm: stage.realm.name, token: sharedKeycloak().adminToken };
  // Its address and secret stand in the gate of a client that nothing else is about.
  await setUpGate({ ...where, leasehold, secret: SECRET, clients: ['door'] });
  await setUpTokens({
    ...where,
    gate: { clients: ['ci'] },
    backchannel: {
      clients: ['ci'],
      scopes: [
        { scope: 'deploy', role: 'deployer' },
        { scope: 'push', role: 'pusher' },
      ],
      ...{ refresh: true, expiresInSeconds: 60, intervalSeconds: 1 },
    },
  });
  await registerCiba(stage.realm.name, leasehold);
});
afterAll(async () => {
  await unregisterCiba(stage.realm.name);
  api.close();
  await stage.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  count += 1;
});

async function prepare(realm: TestRealm): Promise<void> {
  await realm.send('POST', '/clients', { clientId: 'door', secret: 'secret' });
  const audience = {
    ...{ name: 'audience', protocol: 'openid-connect', protocolMapper: 'oidc-audience-mapper' },
    config: {
      'access.token.claim': 'true',
      'introspection.token.claim': 'true',
      'included.client.audience': resourceServer.clientId,
    },
  };
  await realm.send('POST', '/clients', {
    ...{ clientId: 'ci', name: 'Release pipeline', secret: 'secret', directAccessGrantsEnabled: true },
    protocolMappers: [audience],
  });
  for (const name of ['deployer', 'pusher']) {
    const role = await realm.createRealmRole(name);
    for (const { id, username } of await realm.list('/users?max=100'))
      if (username === 'ann' || (username === 'bob' && name === 'pusher'))
        await realm.send('POST', `/users/${id}/role-mappings/realm`, [role]);
  }
}

const client = { client_id: 'ci', client_secret: 'secret' };
const post = (form: Record<string, string>, endpoint = 'token') =>
  postForm(stage.realm.realmUrl, endpoint, { ...client, ...form });
const message = (): string => `run-${count}`;

/** A pipeline asks, and has what it polls with. */
async function asks(form: Record<string, string> = {}): Promise<string> {
  const words = { login_hint: 'ann', scope: 'openid deploy', binding_message: message(), ...form };
  const sent = Object.entries(words).filter(([, value]) => value !== '');
  const { status, body } = await post(Object.fromEntries(sent), 'ext/ciba/auth');
  expect({ status, body }).toMatchObject({ status: 200 });
  return (body as Record<string, string>)['auth_req_id'] ?? '';
}

async function poll(id: string): Promise<Answer> {
  for (;;) {
    const answer = await post({ grant_type: CIBA, auth_req_id: id });
    const { error } = answer.body as { error?: string };
    if (error !== 'authorization_pending' && error !== 'slow_down') return answer;
    await new Promise((resolve) => setTimeout(resolve, 1050));
  }
}
const card = (channel = 'platform-approvals'): Promise<Message> =>
  stage.workspace.until(
    () =>
      stage.workspace
        .channel(channel)
        .messages.findLast((one) => stage.workspace.as('chen').read(one).includes(message())),
    PATIENCE_MS,
  );
const cardReads = (words: string): Promise<unknown> =>
  stage.workspace.until(
    () =>
      stage.workspace
        .channel('platform-approvals')
        .messages.find((one) => stage.workspace.as('chen').read(one).includes(words)),
    PATIENCE_MS,
  );
const errorOf = ({ status, body }: Answer) => ({ status, error: (body as { error?: string }).error });
const told = (name: 'ann' | 'bob', words: string): Promise<Message> =>
  stage.workspace.until(
    () => stage.workspace.as(name).dm.messages.findLast((one) => one.text.includes(words)),
    PATIENCE_MS,
  );

describe('a token that a pipeline asks for', () => {
  it('comes after a click, carries what was approved, is known to both kinds of API, and dies with its approval', async () => {
    const id = await asks({ justification: 'release 4711', duration: '1h' });
    const shown = await card();
    const read = stage.workspace.as('chen').read(shown);
    for (const words of ['Release pipeline', 'ann', message(), 'deployer', 'deploy', 'release 4711', '30 seconds'])
      expect(read).toContain(words);
    expect(errorOf(await post({ grant_type: CIBA, auth_req_id: id }))).toEqual({
      status: 400,
      error: 'authorization_pending',
    });
    expect(errorOf(await post({ grant_type: CIBA, auth_req_id: id }))).toEqual({ status: 400, error: 'slow_down' });
    await stage.workspace.as('chen').click(shown, 'Approve');
    const { status, body } = await poll(id);
    expect({ status, body }).toMatchObject({ status: 200 });
    const { access_token: token = '', refresh_token: refresh = '' } = body as Record<string, string>;
    const claims = decoded(token) as { exp: number; leasehold: { approval: { end: number } } };
    expect(claims).toMatchObject({
      realm_access: { roles: expect.arrayContaining(['deployer']) },
      leasehold: { approval: { approvers: ['chen'], limits: { shop: 'test' } } },
    });
    expect(JSON.stringify(claims)).not.toContain('pusher');
    expect(claims.exp).toBe(claims.leasehold.approval.end - 1);
    expect(claims.exp).toBeLessThanOrEqual(Date.now() / 1000 + 30);
    for (const face of ['local', 'introspecting'] as const)
      expect(await api.visit(face, token)).toMatchObject({ status: 200, roles: expect.arrayContaining(['deployer']) });
    await cardReads('issued');

    const again = await post({ grant_type: 'refresh_token', refresh_token: refresh });
    expect(again).toMatchObject({ status: 200 });
    const { access_token: second = '', refresh_token: next = '' } = again.body as Record<string, string>;
    expect(decoded(second)['exp']).toBe(claims.exp);
    stage.pass(31);
    expect(errorOf(await post({ grant_type: 'refresh_token', refresh_token: next }))).toEqual({
      status: 400,
      error: expect.stringMatching(/^invalid_grant$/),
    });
    await stage.until('the session is ended', async () => (await api.visit('introspecting', second)).status === 401);
  });

  it('does not come after a denial, and the person hears of it', async () => {
    const id = await asks();
    await stage.workspace.as('chen').click(await card(), 'Deny');
    expect(errorOf(await poll(id))).toEqual({ status: 400, error: 'access_denied' });
    await told('ann', 'denied it');
  });

  it('comes after the click of the person himself where no group is asked', async () => {
    const id = await asks({ scope: 'openid push' });
    const shown = await told('ann', message());
    await stage.workspace.as('ann').click(shown, 'Approve');
    expect(await poll(id)).toMatchObject({ status: 200 });
  });

  it.each<[string, Record<string, string>, string]>([
    ['the person does not hold what the scope brings', { login_hint: 'bob' }, 'You do not hold'],
    ['a rule denies', { login_hint: 'bob', scope: 'openid push' }, 'Only Ann pushes.'],
    ['offline access is asked for', { scope: 'openid deploy offline_access' }, 'offline access'],
    ['no message is there to compare', { binding_message: '' }, 'no message'],
  ])('does not come, with a word to the person, where %s', async (_, form, words) => {
    const id = await asks(form);
    expect(errorOf(await poll(id))).toEqual({ status: 400, error: 'access_denied' });
    await told(form['login_hint'] === 'bob' ? 'bob' : 'ann', words);
  });

  it('does not come where the role was taken away between card and click', async () => {
    const ann = (await stage.realm.list('/users?username=ann&exact=true'))[0]?.id ?? '';
    const role = await stage.realm.get('/roles/deployer');
    const id = await asks();
    const shown = await card();
    await stage.realm.send('DELETE', `/users/${ann}/role-mappings/realm`, [role]);
    await stage.workspace.as('chen').click(shown, 'Approve');
    expect(errorOf(await poll(id))).toEqual({ status: 400, error: 'access_denied' });
    await cardReads('not issued');
    await stage.realm.send('POST', `/users/${ann}/role-mappings/realm`, [role]);
  });

  it('comes although Leasehold was restarted between request and answer', async () => {
    const id = await asks();
    const shown = await card();
    await stage.end();
    await stage.begin();
    await stage.workspace.until(() => stage.workspace.socket.connections > 0);
    await stage.workspace.as('chen').click(shown, 'Approve');
    expect(await poll(id)).toMatchObject({ status: 200 });
  });

  it('is asked for in vain while Leasehold is down, and refused by every other grant', async () => {
    const password = { grant_type: 'password', username: 'ann', password: 'password' };
    expect(errorOf(await post({ ...password, scope: 'openid deploy' }))).toMatchObject({ status: 400 });
    await stage.end();
    const words = { login_hint: 'ann', scope: 'openid deploy', binding_message: message() };
    expect(await post(words, 'ext/ciba/auth')).toMatchObject({ status: 503 });
    expect(errorOf(await post({ ...password, scope: 'openid' }))).toEqual({
      status: 400,
      error: 'temporarily_unavailable',
    });
    await stage.begin();
    await stage.workspace.until(() => stage.workspace.socket.connections > 0);
  });

  it('cannot be had by whoever forges or repeats what Keycloak sends', async () => {
    const leasehold = `http://127.0.0.1:${port}/ciba`;
    const foreign = sharedKeycloak().adminToken;
    const before = stage.tables().gates.length;
    for (const bearer of ['x.y.z', await foreign(), 'eyJhbGciOiJub25lIn0.e30.']) {
      const answer = await fetch(leasehold, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        body: JSON.stringify({ scope: 'openid deploy', binding_message: 'x', login_hint: 'ann' }),
      });
      expect(answer.status).toBe(401);
    }
    expect(stage.tables().gates.length).toBe(before);
  });

  it('has a message that Keycloak itself checks', async () => {
    const words = { login_hint: 'ann', scope: 'openid deploy', binding_message: 'two words' };
    expect(errorOf(await post(words, 'ext/ciba/auth'))).toEqual({ status: 400, error: 'invalid_binding_message' });
  });
});
