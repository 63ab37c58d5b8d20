import { setUpTokens, type TokenOptions } from '../../keycloak/token-setup.js';
import { APP } from './gate-visitor.ts';
import { postForm, type Answer } from './keycloak-http.ts';
import type { TestRealm } from './keycloak-realm.ts';
import { resourceServer } from './keycloak-realm-json.ts';
import { sharedKeycloak } from './keycloak-server.ts';

export type Setting = Omit<TokenOptions, 'url' | 'realm' | 'token'>;
export type TokenRealm = Awaited<ReturnType<typeof tokenRealm>>;

/** A pipeline, and an application that people sign in to; both may do everything that a client can. */
export const PIPELINE = 'ci';
export const WIKI = 'wiki';
/** The scope that waits for a click, and the role that it brings. */
export const SCOPE = 'deploy';
export const ROLE = 'deployer';
export const CIBA = 'urn:openid:params:grant-type:ciba';

const credentials = (client: string) => ({ client_id: client, client_secret: `${client}-secret` });

/** A realm with both clients; ann holds the eligible role, bob does not. Nothing is set up yet. */
export async function tokenRealm(json: object = {}) {
  const keycloak = sharedKeycloak();
  const realm = await keycloak.createRealm({ json: { ...json } });
  for (const clientId of [PIPELINE, WIKI]) await addClient(realm, clientId);
  const role = await realm.createRealmRole(ROLE);
  const ann = await realm.createUser('ann');
  await realm.send('POST', `/users/${ann}/role-mappings/realm`, [role]);
  await realm.createUser('bob');
  const where = { url: keycloak.url, realm: realm.name, token: keycloak.adminToken };
  return {
    ...{ realm, ann },
    setUp: (setting: Setting) => setUpTokens({ ...where, ...setting }),
    /** One post to the token endpoint, as this client. */
    grant: (client: string, form: Record<string, string>, endpoint = 'token'): Promise<Answer> =>
      postForm(realm.realmUrl, endpoint, { ...credentials(client), ...form }),
  };
}

/** A backchannel request for ann. */
export async function askFor(
  { grant }: TokenRealm,
  form: Record<string, string> = {},
): Promise<Readonly<Record<string, string>>> {
  const words = { login_hint: 'ann', binding_message: '4829-1377', scope: `openid ${SCOPE}`, ...form };
  const { status, body } = await grant(PIPELINE, words, 'ext/ciba/auth');
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as Record<string, string>;
}

export const decoded = (token: unknown): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

async function addClient(realm: TestRealm, clientId: string): Promise<void> {
  await realm.send('POST', '/clients', {
    clientId,
    secret: `${clientId}-secret`,
    redirectUris: [APP],
    directAccessGrantsEnabled: true,
    serviceAccountsEnabled: true,
    attributes: {
      'standard.token.exchange.enabled': 'true',
      'oauth2.device.authorization.grant.enabled': 'true',
    },
    protocolMappers: [
      {
        name: 'audience',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-audience-mapper',
        config: {
          'access.token.claim': 'true',
          'introspection.token.claim': 'true',
          'included.client.audience': resourceServer.clientId,
        },
      },
    ],
  });
}
