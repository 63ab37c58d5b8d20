import { randomUUID } from 'node:crypto';
import { bodyOf, cachedToken, call, requestTokens } from './keycloak-http.ts';
import { openRealm, type TestRealm } from './keycloak-realm.ts';
import { type PermissionSet, realmJson } from './keycloak-realm-json.ts';

/** Where `npm test` says that its Keycloak listens; a server started by hand will do too. */
export const keycloakUrlVariable = 'LEASEHOLD_TEST_KEYCLOAK_URL';

export type RealmOptions = {
  /** What the bot's service account may do; `classic` unless told. */
  readonly permissions?: PermissionSet;
  /** Merged over the realm's JSON: for example `{ accessTokenLifespan: 5 }`. */
  readonly json?: Readonly<Record<string, unknown>>;
};

export type SharedKeycloak = {
  readonly url: string;
  /** Of the master realm's administrator, whenever it is asked for. */
  readonly adminToken: () => Promise<string>;
  /** A fresh realm (0.3 to 1 s), so that test files do not see each other. */
  readonly createRealm: (options?: RealmOptions) => Promise<TestRealm>;
  /** The demo's realm, as imported from sandbox/realm.json. Others see what is changed in it. */
  readonly demoRealm: () => Promise<TestRealm>;
};

/** The one Keycloak of this test run. */
export function sharedKeycloak(): SharedKeycloak {
  const url = process.env[keycloakUrlVariable];
  if (url === undefined) throw new Error('No Keycloak here: run this test with `npm test -- <path pattern>`.');
  const admin = { grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: 'admin' };
  const adminToken = cachedToken(() => requestTokens(`${url}/realms/master`, admin));
  const createRealm = async ({ permissions = 'classic', json = {} }: RealmOptions = {}) => {
    const name = `test-${randomUUID().slice(0, 8)}`;
    const body = { ...realmJson(name, permissions), ...json };
    bodyOf(await call(await adminToken(), 'POST', `${url}/admin/realms`, body), `creating realm ${name}`);
    return openRealm(url, name, adminToken);
  };
  return { url, adminToken, createRealm, demoRealm: () => openRealm(url, 'leasehold', adminToken) };
}
