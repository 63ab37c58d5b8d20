import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openBrowserSignIn } from '../../../src/keycloak/browser-sign-in.ts';
import type { BrowserSignInOptions } from '../../../src/keycloak/browser-sign-in.ts';
import type { BrowserSignIn } from '../../../src/usecases/sign-in-port.ts';
import { asksFor, browse, signInByForm, submit } from '../../doubles/keycloak-login-form.ts';
import type { Cookies, Credentials } from '../../doubles/keycloak-login-form.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import { addSignInClient, addStepUp, giveTotp, signInClient, totpCode } from '../../doubles/keycloak-step-up.ts';
import { startProxy } from './support.ts';
import type { Proxy } from './support.ts';

const publicUrl = 'https://leasehold.example.com';
const redirectUri = `${publicUrl}/sign-in/callback`;
const ann = { username: 'ann.baker' };

let realm: TestRealm;
let proxy: Proxy;
let signIn: BrowserSignIn;
let annId: string;
let secret: string;
const calls: string[] = [];
const told: unknown[] = [];

function open(overrides: Partial<BrowserSignInOptions> = {}): BrowserSignIn {
  const tell = (event: string, fields?: unknown): void => void told.push(event, fields);
  return openBrowserSignIn({
    keycloakUrl: realm.keycloakUrl,
    keycloakPublicUrl: realm.keycloakUrl,
    realm: realm.name,
    ...signInClient,
    publicUrl,
    now: Date.now,
    metrics: {
      keycloakCall: (operation, result) => void calls.push(`${operation} ${result}`),
      keycloakLimit: () => undefined,
    },
    log: { debug: tell, info: tell, warn: tell, error: tell },
    ...overrides,
  });
}

type Way = {
  readonly at?: BrowserSignIn;
  readonly who?: Credentials;
  readonly acr?: readonly string[];
  readonly cookies?: Cookies;
  /** What stands between the address and the browser. */
  readonly bent?: (address: URL) => void;
};

/** A whole way to Keycloak and back to the door, not redeemed yet. */
async function comeBack({ at = signIn, who = ann, acr = [], cookies = new Map(), bent }: Way = {}) {
  const visit = at.visit();
  const sentAt = Date.now();
  const address = new URL(await at.addressFor(visit, { acr }));
  bent?.(address);
  const callback = new URL(await signInByForm(address.href, who, cookies));
  expect(callback.href.split('?')[0]).toBe(redirectUri);
  const redeem = (odd: { search?: string; visit?: object; acr?: readonly string[]; sentAt?: number } = {}) =>
    at.redeem(
      odd.search ?? callback.search,
      { ...visit, ...odd.visit },
      { acr: odd.acr ?? acr, sentAt: odd.sentAt ?? sentAt },
    );
  return { visit, sentAt, callback, redeem };
}

const without = (url: URL, name: string, value?: string): string => {
  const params = new URLSearchParams(url.search);
  params.delete(name);
  if (value !== undefined) params.set(name, value);
  return `?${params.toString()}`;
};

beforeAll(async () => {
  realm = await sharedKeycloak().createRealm();
  await addStepUp(realm, redirectUri);
  annId = await realm.createUser(ann.username);
  secret = await giveTotp(realm, annId);
  proxy = await startProxy(realm.keycloakUrl);
  signIn = open();
});
afterEach(() => {
  proxy.rule = () => 'pass';
  calls.length = 0;
});
afterAll(() => proxy.close());

describe('a sign-in by browser', () => {
  it('proves who signed in, how and when', async () => {
    const { redeem, sentAt } = await comeBack();
    const redeemed = await redeem();
    expect(redeemed).toEqual({
      ok: true,
      proof: {
        userId: annId,
        username: 'ann.baker',
        email: 'ann.baker@example.com',
        acr: 'silver',
        signedInAt: expect.any(Number),
      },
    });
    const { signedInAt } = redeemed.ok ? redeemed.proof : { signedInAt: 0 };
    expect(Math.abs(signedInAt - sentAt)).toBeLessThan(30_000);
    expect(calls).toEqual(['sign-in.token ok', 'sign-in.keys ok']);
  });

  it('leads to the public address with fresh random texts, and no demand that nobody made', async () => {
    const visits = Array.from({ length: 50 }, () => signIn.visit());
    const texts = visits.flatMap((visit) => Object.values(visit));
    expect(new Set(texts).size).toBe(200);
    for (const text of texts) expect(text).toMatch(/^[\w-]{43}$/); // 256 bits, base64url
    const [visit = signIn.visit()] = visits;
    const { origin, searchParams } = new URL(await signIn.addressFor(visit, { acr: [] }));
    expect(origin).toBe(signIn.origin);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'leasehold-sign-in',
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid email',
      state: visit.state,
      nonce: visit.nonce,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      prompt: 'login',
      max_age: '0',
    });
    const asked = new URL(await signIn.addressFor(visit, { acr: ['silver', 'gold'] }));
    expect(asked.searchParams.get('acr_values')).toBe('silver gold');
  });

  it('asks for the password again though the browser has a session', async () => {
    const cookies: Cookies = new Map();
    const { callback } = await comeBack({ cookies });
    const address = new URL(await signIn.addressFor(signIn.visit(), { acr: [] }));
    expect(asksFor(await browse(address.href, cookies), 'password')).toBe(true);
    for (const name of ['prompt', 'max_age']) address.searchParams.delete(name);
    const silently = await browse(address.href, cookies);
    expect(silently).toMatchObject({ at: 'outside', url: expect.stringContaining('code=') });
    const { redeem, callback: again } = await comeBack({ cookies });
    expect(again.searchParams.get('code')).not.toBe(callback.searchParams.get('code'));
    expect(await redeem()).toMatchObject({ ok: true, proof: { userId: annId } });
  });

  it('keeps no e-mail that Keycloak has not verified', async () => {
    await realm.createUser('bob.cole', { emailVerified: false });
    const { redeem } = await comeBack({ who: { username: 'bob.cole' } });
    expect(await redeem()).toMatchObject({ ok: true, proof: { username: 'bob.cole', email: null } });
  });
});

describe('an answer that proves nothing', () => {
  it('replay: a code used twice is forged the second time', async () => {
    const { redeem } = await comeBack();
    expect(await redeem()).toMatchObject({ ok: true });
    expect(await redeem()).toEqual({ ok: false, why: 'forged' });
  });

  it.each(['state', 'nonce', 'verifier'] as const)('the %s of another visit: forged', async (name) => {
    const { redeem } = await comeBack();
    expect(await redeem({ visit: { [name]: signIn.visit()[name] } })).toEqual({ ok: false, why: 'forged' });
  });

  it.each([
    ['mix-up: another issuer', (url: URL) => without(url, 'iss', `${url.searchParams.get('iss') ?? ''}2`)],
    ['mix-up: no issuer', (url: URL) => without(url, 'iss')],
    ['no state', (url: URL) => without(url, 'state')],
    ['no code', (url: URL) => without(url, 'code')],
    ['another code', (url: URL) => without(url, 'code', 'a.b.c')],
    ['two codes', (url: URL) => `${url.search}&code=a`],
    ['an ID token beside the code', (url: URL) => `${url.search}&id_token=a.b.c`],
    ['nothing', () => ''],
  ])('%s: forged', async (_name, search) => {
    const { callback, redeem } = await comeBack();
    expect(await redeem({ search: search(callback) })).toEqual({ ok: false, why: 'forged' });
  });

  it('mix-up: the code of another client: forged', async () => {
    await addSignInClient(realm, redirectUri, { clientId: 'elsewhere' });
    const { redeem } = await comeBack({ bent: ({ searchParams }) => searchParams.set('client_id', 'elsewhere') });
    expect(await redeem()).toEqual({ ok: false, why: 'forged' });
  });

  it('a sign-in from before the question: stale', async () => {
    const { redeem, sentAt } = await comeBack();
    expect(await redeem({ sentAt: sentAt + 120_000 })).toEqual({ ok: false, why: 'stale' });
  });

  it('a session that was never asked again, its wish for a fresh one taken out on the way: stale', async () => {
    const cookies: Cookies = new Map();
    await comeBack({ cookies });
    const bent = ({ searchParams }: URL) => {
      for (const name of ['prompt', 'max_age']) searchParams.delete(name);
    };
    const { redeem, sentAt } = await comeBack({ cookies, bent });
    expect(await redeem({ sentAt: sentAt + 120_000 })).toEqual({ ok: false, why: 'stale' });
  });

  it('somebody turned back at the consent: denied, with the right state alone', async () => {
    await addSignInClient(realm, redirectUri, { clientId: 'asks', consentRequired: true });
    const asking = open({ clientId: 'asks' });
    const visit = asking.visit();
    const cookies: Cookies = new Map();
    const form = await browse(await asking.addressFor(visit, { acr: [] }), cookies);
    const consent = await submit(form, { username: ann.username, password: 'password' }, cookies);
    expect(asksFor(consent, 'cancel')).toBe(true);
    const { url } = await submit(consent, { cancel: 'No' }, cookies);
    expect(new URL(url).searchParams.get('error')).toBe('access_denied');
    const redeem = (state: string) =>
      asking.redeem(new URL(url).search, { ...visit, state }, { acr: [], sentAt: Date.now() });
    expect(await redeem(visit.state)).toEqual({ ok: false, why: 'denied' });
    expect(await redeem(asking.visit().state)).toEqual({ ok: false, why: 'forged' });
  });

  it('whoever was disabled on the way back: denied', async () => {
    const id = await realm.createUser('dora.evans');
    const { redeem } = await comeBack({ who: { username: 'dora.evans' } });
    await realm.send('PUT', `/users/${id}`, { enabled: false });
    expect(await redeem()).toEqual({ ok: false, why: 'denied' });
  });

  it.each(['login_required', 'interaction_required', 'consent_required'])('error=%s: denied', async (error) => {
    const visit = signIn.visit();
    const params = new URLSearchParams({ error, state: visit.state, iss: realm.realmUrl });
    expect(await signIn.redeem(`?${params.toString()}`, visit, { acr: [], sentAt: Date.now() })).toEqual({
      ok: false,
      why: 'denied',
    });
  });
});

describe('a stronger sign-in', () => {
  it('is reached by a one-time code, and asked for again in the same browser', async () => {
    const cookies: Cookies = new Map();
    const who = { ...ann, otp: totpCode(secret) };
    const { redeem } = await comeBack({ who, acr: ['gold'], cookies });
    expect(await redeem()).toMatchObject({ ok: true, proof: { acr: 'gold' } });
    const address = await signIn.addressFor(signIn.visit(), { acr: ['gold'] });
    const form = await browse(address, cookies);
    const next = await submit(form, { username: ann.username, password: 'password' }, cookies);
    expect(asksFor(next, 'otp')).toBe(true);
  });

  it('that was not reached is weak, whoever bent the way', async () => {
    const bent = ({ searchParams }: URL) => searchParams.delete('acr_values');
    const { redeem } = await comeBack({ acr: ['gold'], bent });
    expect(await redeem()).toEqual({ ok: false, why: 'weak' });
  });

  it('can never be two different ones at once', async () => {
    const { redeem } = await comeBack({ who: { ...ann, otp: totpCode(secret) }, acr: ['silver', 'gold'] });
    expect(await redeem()).toEqual({ ok: false, why: 'weak' });
  });

  it('that the realm does not know is weak', async () => {
    const { redeem } = await comeBack({ acr: ['platinum'] });
    expect(await redeem()).toEqual({ ok: false, why: 'weak' });
  });
});

describe('two addresses of one Keycloak', () => {
  const publicOf = (url: string) => url.replace('127.0.0.1', 'localhost');
  let other: TestRealm;

  beforeAll(async () => {
    const frontendUrl = publicOf(realm.keycloakUrl);
    other = await sharedKeycloak().createRealm({ json: { attributes: { frontendUrl } } });
    await addSignInClient(other, redirectUri);
    await other.createUser(ann.username);
  });
  const openOther = (keycloakUrl = other.keycloakUrl) =>
    open({ realm: other.name, keycloakUrl, keycloakPublicUrl: publicOf(other.keycloakUrl) });

  it('browsers go to the public one, we call the internal one', async () => {
    const at = openOther(proxy.url);
    proxy.seen.length = 0;
    const { callback, redeem } = await comeBack({ at });
    expect(at.origin).toBe(publicOf(other.keycloakUrl));
    expect(callback.searchParams.get('iss')).toBe(publicOf(other.realmUrl));
    expect(await redeem()).toMatchObject({ ok: true });
    const path = `/realms/${other.name}/protocol/openid-connect`;
    expect(proxy.seen).toEqual([`POST ${path}/token`, `GET ${path}/certs`]);
  });

  it('a token that names the wrong one: forged', async () => {
    const at = open({ realm: other.name });
    const { callback, redeem } = await comeBack({ at });
    expect(await redeem()).toEqual({ ok: false, why: 'forged' });
    expect(await redeem({ search: without(callback, 'iss', other.realmUrl) })).toEqual({ ok: false, why: 'forged' });
  });

  it('a signature that is not by the keys of the realm: forged', async () => {
    type Keys = { readonly keys: readonly { readonly use: string; readonly kid: string }[] };
    const keyOf = async ({ realmUrl }: TestRealm) => {
      const answer = await fetch(`${realmUrl}/protocol/openid-connect/certs`);
      return ((await answer.json()) as Keys).keys.find(({ use }) => use === 'sig');
    };
    const keys = [{ ...(await keyOf(realm)), kid: (await keyOf(other))?.kid }];
    const headers = { 'content-type': 'application/json' };
    proxy.rule = (method) => (method === 'GET' ? { status: 200, body: JSON.stringify({ keys }), headers } : 'pass');
    told.length = 0;
    const { redeem } = await comeBack({ at: openOther(proxy.url) });
    expect(await redeem()).toEqual({ ok: false, why: 'forged' });
    expect(told).toContainEqual({ why: 'forged', reason: 'JWT signature verification failed' });
  });
});

describe('Keycloak in trouble', () => {
  const unavailable = { code: 'keycloak_unavailable' };

  it('nobody listens: nothing is known', async () => {
    const { redeem } = await comeBack({ at: open({ keycloakUrl: 'http://127.0.0.1:1' }) });
    await expect(redeem()).rejects.toMatchObject(unavailable);
    expect(calls).toEqual(['sign-in.token keycloak_unavailable']);
  });

  it.each([
    ['fails', { status: 503, body: '{"error":"x"}' }],
    ['is busy', { status: 429, body: '' }],
    ['is another server', { status: 200, body: '<html>Hello</html>' }],
    ['leads elsewhere', { status: 302, body: '' }],
    ['does not know the realm', { status: 404, body: '{"error":"Realm does not exist"}' }],
    ['cuts us off', 'cut'],
    ['never answers', 'hang'],
  ] as const)('it %s: nothing is known', async (_name, verdict) => {
    const { redeem } = await comeBack({ at: open({ keycloakUrl: proxy.url }) });
    proxy.rule = () => verdict;
    await expect(redeem()).rejects.toMatchObject(unavailable);
  });

  it.each(['server_error', 'temporarily_unavailable'])('it says %s to the browser: nothing is known', async (error) => {
    const visit = signIn.visit();
    const params = new URLSearchParams({ error, state: visit.state, iss: realm.realmUrl });
    const redeem = (more = '') => signIn.redeem(`?${params.toString()}${more}`, visit, { acr: [], sentAt: Date.now() });
    await expect(redeem()).rejects.toMatchObject(unavailable);
    expect(await redeem('&error_description=authentication_expired')).toEqual({ ok: false, why: 'denied' });
  });

  it.each([
    ['basic', 'keycloak_unavailable', /lacks auth_time; give .* client scopes/],
    ['profile', 'keycloak_unavailable', /lacks preferred_username; give .* client scopes/],
    ['email', 'keycloak_forbidden', /client scopes/],
  ])('a client without the scope %s is told to the operator, and proves nothing', async (scope, code, message) => {
    const clientId = `without-${scope}`;
    const defaultClientScopes = ['basic', 'acr', 'profile', 'email'].filter((name) => name !== scope);
    await addSignInClient(realm, redirectUri, { clientId, defaultClientScopes });
    const { redeem } = await comeBack({ at: open({ clientId }) });
    await expect(redeem()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('I28: our client refused is told as that, and no error or log line shows its secret, a code or a token', async () => {
    told.length = 0;
    const { callback, redeem } = await comeBack({ at: open({ clientSecret: 'very-private-secret' }) });
    const thrown = await redeem().catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'keycloak_forbidden' });
    const shown = JSON.stringify([told, (thrown as Error).stack, (thrown as Error).cause ?? null]);
    expect(shown).not.toMatch(/very-private-secret|eyJ/);
    expect(shown).not.toContain(callback.searchParams.get('code'));
  });
});
