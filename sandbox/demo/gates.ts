import { realmAdmin } from '../../keycloak/gate-admin.js';
import { setUpGate } from '../../keycloak/gate-setup.js';
import type { KeycloakServer } from '../../keycloak/server.js';
import { APPLICATIONS, applicationSecret } from './applications.ts';
import { prepareTokens } from './tokens.ts';

export const gateSecret = 'a-secret-of-the-demo-and-of-nothing-else';
const REALM = 'leasehold';

/**
 * Puts the gate in front of the demo's two applications, lets people ask for access while they sign in, and tokens carry
 * leases or wait for a click.
 */
export async function prepareRealm(keycloak: KeycloakServer, leasehold: string, applications: string): Promise<void> {
  const token = await adminToken(keycloak);
  const admin = realmAdmin({ url: keycloak.url, realm: REALM, token });
  for (const [clientId, name] of Object.entries(APPLICATIONS)) {
    const redirectUris = [`${applications}/${clientId}/back`];
    await admin.post('/clients', { clientId, name, secret: applicationSecret, redirectUris });
  }
  await admin.amend('/authentication/required-actions/TERMS_AND_CONDITIONS', () => ({ enabled: true }));
  const locales = { internationalizationEnabled: true, supportedLocales: ['en', 'de'], defaultLocale: 'en' };
  await admin.put('', locales);
  await setUpGate({
    ...{ url: keycloak.url, realm: REALM, token, leasehold, secret: gateSecret },
    clients: Object.keys(APPLICATIONS),
    form: {},
  });
  await prepareTokens({ url: keycloak.url, realm: REALM, token });
}

async function adminToken({ url, admin }: KeycloakServer): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...admin });
  const answer = await fetch(`${url}/realms/master/protocol/openid-connect/token`, { method: 'POST', body });
  const { access_token: token } = (await answer.json()) as { readonly access_token?: string };
  if (token === undefined) throw new Error(`Keycloak gave its administrator no token (${answer.status})`);
  return token;
}
