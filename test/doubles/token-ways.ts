/** Every way to a token of a realm of `tokenRealm`, each for ann. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { openChannel } from './ciba-channel.ts';
import { APP, newVisitor, VERIFIER } from './gate-visitor.ts';
import type { Answer } from './keycloak-http.ts';
import { askFor, CIBA, PIPELINE, WIKI } from './token-realm.ts';
import type { TokenRealm } from './token-realm.ts';

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const JWT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const person = { grant_type: 'password', username: 'ann', password: 'password' };

const told = ({ status, body }: Answer): Readonly<Record<string, string>> => {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as Record<string, string>;
};

/**
 * What a client does to get a token, by the name that the grant has in `/gate/token`. What comes before it (a sign-in, another
 * token) is made by `ready`, so that a test can change its mind in between.
 */
export function waysTo(
  tokens: TokenRealm,
  scope: string,
): Readonly<Record<string, () => Promise<() => Promise<Answer>>>> {
  const { grant, realm } = tokens;
  const password = { ...person, scope };
  return {
    password: () => Promise.resolve(() => grant(PIPELINE, password)),
    client_credentials: () => Promise.resolve(() => grant(PIPELINE, { grant_type: 'client_credentials', scope })),
    refresh_token: async () => {
      const { refresh_token: refresh = '' } = told(await grant(PIPELINE, password));
      return () => grant(PIPELINE, { grant_type: 'refresh_token', refresh_token: refresh });
    },
    authorization_code: async () => {
      const tab = await newVisitor(realm.realmUrl).open(PIPELINE, { scope });
      await tab.signIn('ann');
      const form = { grant_type: 'authorization_code', redirect_uri: APP, code_verifier: VERIFIER };
      return () => grant(PIPELINE, { ...form, code: tab.outcome()?.['code'] ?? '' });
    },
    token_exchange: async () => {
      const { access_token: subject = '' } = told(await grant(PIPELINE, password));
      const form = { grant_type: EXCHANGE, subject_token: subject, subject_token_type: ACCESS_TOKEN, scope };
      return () => grant(PIPELINE, form);
    },
    device_code: async () => {
      const { device_code: code = '', verification_uri_complete: address = '' } = told(
        await grant(WIKI, { scope }, 'auth/device'),
      );
      const tab = await newVisitor(realm.realmUrl).openAddress(address);
      await tab.signIn('ann');
      if (tab.stop().at === 'page' && tab.html().includes('name="accept"')) await tab.submit({ accept: 'Yes' });
      return () => grant(WIKI, { grant_type: DEVICE, device_code: code });
    },
    ciba: async () => {
      const channel = await openChannel(realm);
      try {
        const { auth_req_id: id = '' } = await askFor(tokens, { scope });
        await (await channel.next()).answer('SUCCEED', { leasehold_approval: 'g-1' });
        return () => grant(PIPELINE, { grant_type: CIBA, auth_req_id: id });
      } finally {
        await channel.close();
      }
    },
    jwt_bearer: async () => {
      const assertion = await trustIssuer(tokens);
      return () => grant(PIPELINE, { grant_type: JWT, assertion: assertion(), scope });
    },
  };
}

/** Another issuer that the realm believes, and its word that this is ann. */
export async function trustIssuer(tokens: TokenRealm): Promise<() => string> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const alias = `issuer-${crypto.randomUUID().slice(0, 8)}`;
  const issuer = `https://${alias}.example.com`;
  await tokens.realm.send('POST', '/identity-provider/instances', {
    alias,
    providerId: 'jwt-authorization-grant',
    config: { issuer, jwtAuthorizationGrantEnabled: 'true', useJwksUrl: 'false', publicKeySignatureVerifier: pem },
  });
  const link = { identityProvider: alias, userId: 'ann-there', userName: 'ann' };
  await tokens.realm.send('POST', `/users/${tokens.ann}/federated-identity/${alias}`, link);
  const [client] = await tokens.realm.list(`/clients?clientId=${PIPELINE}`);
  const allowed = { 'oauth2.jwt.authorization.grant.enabled': 'true', 'oauth2.jwt.authorization.grant.idp': alias };
  await tokens.realm.send('PUT', `/clients/${client?.id ?? ''}`, {
    ...client,
    attributes: { ...(client?.['attributes'] as object), ...allowed },
  });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, sub: 'ann-there', aud: tokens.realm.realmUrl, iat: now, exp: now + 60 };
    const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ ...claims, jti: crypto.randomUUID() })}`;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
  };
}
