import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GATED, GATED_SCOPE, gatedRealm, UNGATED, type GatedRealm } from '../../doubles/gate-realm.ts';
import { openMailbox } from '../../doubles/gate-mailbox.ts';
import { APP, authorizationAddress, VERIFIER } from '../../doubles/gate-visitor.ts';
import { postForm } from '../../doubles/keycloak-http.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import { goesOn, isClosed, isLetIn, waits } from './support.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const SAML = 'payroll';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

let gate: GatedRealm;
let mailbox: Awaited<ReturnType<typeof openMailbox>>;

beforeAll(async () => {
  mailbox = await openMailbox();
  gate = await gatedRealm(
    { clients: [GATED, SAML, 'account-console'], scopes: [GATED_SCOPE], actions: ['UPDATE_PASSWORD'] },
    { registrationAllowed: true, resetPasswordAllowed: true, smtpServer: mailbox.smtpServer },
    addSamlClient,
  );
  await gate.realm.createUser('ann');
  await gate.realm.createUser('bob');
});
afterAll(async () => {
  mailbox.close();
  await gate.close();
});
beforeEach(() => {
  gate.service.reset();
  gate.service.halts();
});

async function addSamlClient(realm: TestRealm): Promise<void> {
  await realm.send('POST', '/clients', {
    clientId: SAML,
    protocol: 'saml',
    redirectUris: [APP],
    attributes: { saml_idp_initiated_sso_url_name: SAML, saml_assertion_consumer_url_post: APP },
  });
}

const post = (form: Record<string, string>, endpoint = 'token') => postForm(gate.realm.realmUrl, endpoint, form);
const as = (client: string) => ({ client_id: client, client_secret: `${client}-secret` });
const ann = { username: 'ann', password: 'password' };

/** A browser with a session that came by a client that is not gated. */
async function signedIn() {
  const visitor = gate.visitor();
  const tab = await visitor.open(UNGATED);
  await tab.signIn('ann');
  isLetIn(tab);
  return { visitor, code: tab.outcome()?.['code'] ?? '' };
}

/** Tokens by the code that the browser brought. */
async function tokens(client: string, code: string): Promise<Record<string, string>> {
  const form = { ...as(client), grant_type: 'authorization_code', code, redirect_uri: APP, code_verifier: VERIFIER };
  const { status, body } = await post(form);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as Record<string, string>;
}

describe('by the browser', () => {
  it.each([
    ['needs an approval', { answer: 'deny', because: 'interaction' }],
    ['is denied', { answer: 'deny', because: 'no_policy' }],
    [
      'would wait, though nobody may',
      { answer: 'wait', gate: 'g', code: '123456', secondsLeft: 9, asked: null, actions: [] },
    ],
    ['has something to do first', { answer: 'go', actions: ['UPDATE_PASSWORD'] }],
  ])('prompt=none gets an error, no code, where the sign-in %s', async (_, answer) => {
    const { visitor } = await signedIn();
    gate.service.says('ask', answer);
    const tab = await visitor.open(GATED, { prompt: 'none' });
    expect(tab.outcome()).toMatchObject({ error: expect.stringMatching(/^(login|interaction)_required$/) });
    expect(tab.outcome()?.['code']).toBeUndefined();
    expect(gate.service.calls('ask').at(-1)?.body).toMatchObject({ waitSeconds: 0 });
  });

  it('prompt=none gets a code where nobody has to approve', async () => {
    const { visitor } = await signedIn();
    gate.service.says('ask', { answer: 'go', actions: [] });
    isLetIn(await visitor.open(GATED, { prompt: 'none' }));
  });

  it('a session of an ungated client does not open the gated one', async () => {
    const { visitor } = await signedIn();
    waits(await visitor.open(GATED));
  });

  it('another client that asks for the gated scope comes to the gate, with the scope as the trigger', async () => {
    const { visitor } = await signedIn();
    waits(await visitor.open(UNGATED, { scope: `openid ${GATED_SCOPE}` }));
    expect(gate.service.calls('ask').at(-1)?.body).toMatchObject({ trigger: 'scope', client: { id: UNGATED } });
  });

  it('a client with a browser flow of its own does not leave the gate out', async () => {
    const own = (await gate.realm.list('/authentication/flows')).find(({ alias }) => alias === 'browser');
    const uuid = (await gate.realm.clientUuid(UNGATED)) ?? '';
    const client = await gate.realm.get(`/clients/${uuid}`);
    const bind = (browser: string) =>
      gate.realm.send('PUT', `/clients/${uuid}`, { ...client, authenticationFlowBindingOverrides: { browser } });
    await bind(own?.id ?? '');
    try {
      waits(await gate.comes('ann', UNGATED, { scope: `openid ${GATED_SCOPE}` }));
      isLetIn(await gate.comes('ann', UNGATED));
      expect((await gate.setUp()).warnings.join()).toContain(UNGATED);
    } finally {
      await bind('');
    }
  });

  it('a pushed authorization request comes to the gate like any other', async () => {
    const address = new URL(authorizationAddress(gate.realm.realmUrl, UNGATED, { scope: `openid ${GATED_SCOPE}` }));
    const pushed = await post({ ...Object.fromEntries(address.searchParams), ...as(UNGATED) }, 'ext/par/request');
    const { request_uri: uri = '' } = pushed.body as Record<string, string>;
    address.search = new URLSearchParams({ client_id: UNGATED, request_uri: uri }).toString();
    const { visitor } = await signedIn();
    waits(await visitor.openAddress(address.href));
  });

  it('a client that has the gated scope by default comes to the gate, and gets it by no other way', async () => {
    const uuid = (await gate.realm.clientUuid(UNGATED)) ?? '';
    const [scope] = (await gate.realm.list('/client-scopes')).filter(({ name }) => name === GATED_SCOPE);
    const path = (kind: string) => `/clients/${uuid}/${kind}-client-scopes/${scope?.id ?? ''}`;
    await gate.realm.send('DELETE', path('optional'));
    await gate.realm.send('PUT', path('default'));
    try {
      waits(await gate.comes('ann', UNGATED));
      expect((await post({ ...as(UNGATED), ...ann, grant_type: 'password' })).status).toBe(400);
      expect((await post({ ...as(UNGATED), grant_type: 'client_credentials' })).status).toBe(400);
    } finally {
      await gate.realm.send('DELETE', path('default'));
      await gate.realm.send('PUT', path('optional'));
    }
  });

  it('a SAML client comes to the gate', async () => {
    const tab = await gate.visitor().openAddress(`${gate.realm.realmUrl}/protocol/saml/clients/${SAML}`);
    await tab.signIn('ann');
    waits(tab);
    gate.service.room.decide('approved');
    await tab.lookAgain();
    expect(tab.html()).toContain('name="SAMLResponse"');
  });

  it('the code of an approved sign-in is exchanged, and refreshed, as ever', async () => {
    const tab = await gate.comes('ann', GATED, { scope: `openid ${GATED_SCOPE}` });
    gate.service.room.decide('approved');
    await goesOn(tab);
    const { refresh_token: refresh = '', scope } = await tokens(GATED, tab.outcome()?.['code'] ?? '');
    expect(scope).toContain(GATED_SCOPE);
    const again = await post({ ...as(GATED), grant_type: 'refresh_token', refresh_token: refresh });
    expect(again.status).toBe(200);
  });

  it('kc_action for the password comes to the gate, and goes on to the action', async () => {
    const { visitor } = await signedIn();
    const tab = await visitor.open(UNGATED, { kc_action: 'UPDATE_PASSWORD' });
    waits(tab);
    expect(gate.service.calls('ask').at(-1)?.body).toMatchObject({ trigger: 'action', action: 'UPDATE_PASSWORD' });
    gate.service.room.decide('approved');
    await tab.lookAgain();
    expect(tab.asksFor('password-new')).toBe(true);
  });

  it('the account console comes to the gate', async () => {
    const redirect = `${gate.realm.realmUrl}/account/`;
    waits(await gate.comes('ann', 'account-console', { redirect_uri: redirect }));
  });

  it('a forgotten password does not lead round it', async () => {
    const tab = await gate.visitor().open(GATED);
    const link = /href="([^"]+reset-credentials[^"]+)"/.exec(tab.html())?.[1] ?? '';
    await tab.goTo(new URL(link.replaceAll('&amp;', '&'), gate.realm.realmUrl).href);
    await tab.submit({ username: 'bob' });
    await tab.goTo(mailbox.linkIn(/action-token/));
    await tab.submit({ 'password-new': 'another-1', 'password-confirm': 'another-1' });
    waits(tab);
    gate.service.room.decide('denied');
    await tab.lookAgain();
    isClosed(tab);
  });

  it('a registration comes to the gate', async () => {
    const tab = await gate.visitor().open(GATED, { prompt: 'create' });
    const who = { username: 'newcomer', email: 'newcomer@example.com', firstName: 'New', lastName: 'Comer' };
    await tab.submit({ ...who, password: 'a-password-1', 'password-confirm': 'a-password-1' });
    waits(tab);
    expect(gate.service.calls('ask')[0]?.body).toMatchObject({
      trigger: 'registration',
      person: { username: 'newcomer' },
    });
    gate.service.room.decide('approved');
    await goesOn(tab);
  });
});

describe('without a browser', () => {
  it.each([GATED, UNGATED])(
    '%s gets the gated scope neither by password nor by its own credentials',
    async (client) => {
      const scope = `openid ${GATED_SCOPE}`;
      const byPassword = await post({ ...as(client), ...ann, grant_type: 'password', scope });
      expect(byPassword.status).toBe(400);
      const byCredentials = await post({ ...as(client), grant_type: 'client_credentials', scope });
      expect(byCredentials.status).toBe(400);
    },
  );

  it('a token exchange does not give the gated scope', async () => {
    const { code } = await signedIn();
    const { access_token: token = '' } = await tokens(UNGATED, code);
    const form = { ...as(UNGATED), grant_type: EXCHANGE, subject_token: token };
    const type = { subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' };
    expect((await post({ ...form, ...type })).status).toBe(200);
    expect((await post({ ...form, ...type, scope: GATED_SCOPE })).status).toBe(400);
  });

  it('a refresh does not give it, either', async () => {
    const { code } = await signedIn();
    const { refresh_token: refresh = '' } = await tokens(UNGATED, code);
    const form = { ...as(UNGATED), grant_type: 'refresh_token', refresh_token: refresh };
    const { body } = await post({ ...form, scope: `openid ${GATED_SCOPE}` });
    expect(String((body as { scope?: string }).scope)).not.toContain(GATED_SCOPE);
  });

  it('nobody signs in to the gated client by password', async () => {
    const { status, body } = await post({ ...as(GATED), ...ann, grant_type: 'password' });
    expect({ status, body }).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('what asks for nothing gated works, and makes no call', async () => {
    expect((await post({ ...as(UNGATED), ...ann, grant_type: 'password', scope: 'openid' })).status).toBe(200);
    expect((await post({ ...as(UNGATED), grant_type: 'client_credentials' })).status).toBe(200);
    expect((await post({ ...as(GATED), grant_type: 'client_credentials' })).status).toBe(200);
    expect(gate.service.calls()).toHaveLength(0);
  });

  it.each([
    [GATED, 'openid'],
    [UNGATED, `openid ${GATED_SCOPE}`],
  ])('a device of %s that asks for %s comes to the gate in the browser', async (client, scope) => {
    const { body } = await post({ ...as(client), scope }, 'auth/device');
    const { verification_uri_complete: address, device_code: device } = body as Record<string, string>;
    const tab = await gate.visitor().openAddress(address ?? '');
    await tab.signIn('ann');
    waits(tab);
    const poll = () => post({ ...as(client), grant_type: DEVICE, device_code: device ?? '' });
    expect((await poll()).body).toMatchObject({ error: 'authorization_pending' });
    gate.service.room.decide('denied');
    await tab.lookAgain();
    isClosed(tab);
    expect((await poll()).status).toBe(400);
  });
});
