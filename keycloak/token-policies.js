// Client policies of tokens: which of them Leasehold is asked about, and that some scopes come by the backchannel alone.
import { asksFor, anyClient, byGrant, directGrants, exchange, putPolicies, refusal } from './client-policies.js';

/** @typedef {import('./gate-admin.js').RealmAdmin} RealmAdmin */

/** What asks Leasehold about tokens. */
export const gatePolicy = 'leasehold token: gate';
const description = 'Made by token-setup.js of Leasehold';
/** Of the token gate, by the names that `context.grant` has. */
export const tokenGrants = [
  ...['authorization_code', 'refresh_token', 'password', 'client_credentials'],
  ...['token_exchange', 'device_code', 'jwt_bearer', 'ciba'],
];

/**
 * Which tokens it is about stands in the executor: no condition of Keycloak can tell the device grant by its client, or a
 * code and CIBA by their grant.
 *
 * @param {RealmAdmin} admin @param {import('./token-setup.js').GateOptions} options
 * @returns {Promise<string[]>} what changed
 */
export async function askGate(admin, { off = false, ...lists }) {
  const { clients = [], scopes = [], grants = [] } = lists;
  const executor = { executor: 'leasehold-token-gate', configuration: { clients, scopes, grants } };
  const policy = { name: '', executor, conditions: [anyClient] };
  const did = await putPolicies(admin, gatePolicy, off ? [] : [policy], description);
  return did ? [off ? 'Leasehold is asked about no token' : 'client policy “leasehold token: gate”'] : [];
}

/**
 * @param {RealmAdmin} admin @param {readonly string[]} scopes
 * @param {Pick<import('./token-setup.js').BackchannelOptions, 'refresh' | 'browser'>} options
 * @returns {Promise<string[]>} what changed
 */
export async function refuseOtherWays(admin, scopes, { refresh = false, browser = false }) {
  // With refresh tokens Keycloak itself gives no scope that the session did not have.
  const ways = [...directGrants, exchange, 'client_credentials', ...(refresh ? [] : ['refresh_token'])];
  /** @param {string} name @param {readonly string[]} grants */
  const refuse = (name, grants) => ({ name, executor: refusal, conditions: [asksFor(scopes), byGrant(grants)] });
  const wanted = [refuse('', ways), ...(browser ? [] : [refuse(', no browser', ['authorization_code', 'implicit'])])];
  const prefix = 'leasehold token: only by backchannel';
  const did = await putPolicies(admin, prefix, scopes.length === 0 ? [] : wanted, description);
  return did ? ['client policies for scopes that only the backchannel gives'] : [];
}
