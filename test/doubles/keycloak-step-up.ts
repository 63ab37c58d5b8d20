import { createHmac } from 'node:crypto';
import { createdId } from './keycloak-admin.ts';
import type { TestRealm } from './keycloak-realm.ts';

/** The client that people sign in to Leasehold by. */
export const signInClient = { clientId: 'leasehold-sign-in', clientSecret: 'sign-in-secret' } as const;

/** Levels of authentication: a password, and on top of it a one-time code or a passkey. */
const LEVELS = { silver: 1, gold: 2 } as const;
/** Keycloak takes it whole or not at all. A test signs in twice within one code's half minute. */
const OTP_POLICY = {
  otpPolicyType: 'totp',
  otpPolicyAlgorithm: 'HmacSHA1',
  otpPolicyDigits: 6,
  otpPolicyPeriod: 30,
  otpPolicyInitialCounter: 0,
  otpPolicyLookAheadWindow: 1,
  otpPolicyCodeReusable: true,
} as const;
/** So long a level holds for other sign-ins of the session; `max_age` asks for it again anyway. */
const LEVEL_SECONDS = '300';

/**
 * Gives the realm the client and a browser flow that asks for as much as `acr_values` wants. Of a `redirectUri` at
 * 127.0.0.1 without a port Keycloak takes every port.
 */
export async function addStepUp(realm: TestRealm, redirectUri: string): Promise<void> {
  await addSignInClient(realm, redirectUri);
  const browser = await addFlow(realm, { alias: 'step-up', topLevel: true });
  await addStep(realm, browser, { authenticator: 'auth-cookie', requirement: 'ALTERNATIVE' });
  const levels = await addFlow(realm, { alias: 'step-up levels' });
  await addStep(realm, browser, { flowId: levels, authenticatorFlow: true, requirement: 'ALTERNATIVE' });
  await addLevel(realm, levels, LEVELS.silver, ['auth-username-password-form']);
  await addLevel(realm, levels, LEVELS.gold, ['auth-otp-form', 'webauthn-authenticator']);

  const { attributes } = await realm.get('');
  await realm.send('PUT', '', {
    browserFlow: 'step-up',
    ...OTP_POLICY,
    attributes: { ...(attributes as object), 'acr.loa.map': JSON.stringify(LEVELS) },
  });
}

/** A confidential client for the authorization code flow; `json` is merged over its representation. */
export async function addSignInClient(realm: TestRealm, redirectUri: string, json: object = {}): Promise<void> {
  await realm.send('POST', '/clients', {
    clientId: signInClient.clientId,
    secret: signInClient.clientSecret,
    redirectUris: [redirectUri],
    ...json,
  });
}

/**
 * Any one of its steps reaches a level. With an alternative beside it, a step that somebody is not set up for is no
 * invitation to set it up now: whoever has a password alone would reach every level by it.
 */
async function addLevel(
  realm: TestRealm,
  parent: string,
  level: number,
  authenticators: readonly string[],
): Promise<void> {
  const flow = await addFlow(realm, { alias: `level ${level}` });
  await addStep(realm, parent, { flowId: flow, authenticatorFlow: true, requirement: 'CONDITIONAL' });
  const condition = { authenticator: 'conditional-level-of-authentication', requirement: 'REQUIRED' };
  const id = await addStep(realm, flow, condition);
  const config = { 'loa-condition-level': `${level}`, 'loa-max-age': LEVEL_SECONDS };
  await realm.send('POST', `/authentication/executions/${id}/config`, { alias: `level ${level}`, config });
  const [only, ...others] = authenticators;
  if (others.length === 0) {
    await addStep(realm, flow, { authenticator: only, requirement: 'REQUIRED' });
    return;
  }
  const steps = await addFlow(realm, { alias: `level ${level} steps` });
  await addStep(realm, flow, { flowId: steps, authenticatorFlow: true, requirement: 'REQUIRED' });
  for (const authenticator of authenticators)
    await addStep(realm, steps, { authenticator, requirement: 'ALTERNATIVE' });
}

async function addFlow(realm: TestRealm, flow: { readonly alias: string; readonly topLevel?: boolean }) {
  const json = { providerId: 'basic-flow', builtIn: false, topLevel: false, ...flow };
  return createdId(await realm.send('POST', '/authentication/flows', json));
}

const addStep = async (realm: TestRealm, parentFlow: string, step: object): Promise<string> =>
  createdId(await realm.send('POST', '/authentication/executions', { parentFlow, ...step }));

/** Gives a user an authenticator app. @returns its secret, for `totpCode` */
export async function giveTotp(realm: TestRealm, userId: string): Promise<string> {
  const secret = crypto.randomUUID();
  const policy = { subType: 'totp', digits: 6, period: 30, counter: 0, algorithm: 'HmacSHA1' };
  const credential = { secretData: JSON.stringify({ value: secret }), credentialData: JSON.stringify(policy) };
  await realm.send('PUT', `/users/${userId}`, { credentials: [{ type: 'otp', userLabel: 'app', ...credential }] });
  return secret;
}

/** RFC 6238 with SHA-1, six digits and half a minute. Keycloak takes the secret's UTF-8 as the key. `at`: epoch ms. */
export function totpCode(secret: string, at = Date.now()): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 0xf) & 0x7fff_ffff;
  return `${number % 1_000_000}`.padStart(6, '0');
}
