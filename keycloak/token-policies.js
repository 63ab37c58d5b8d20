// Client policies of tokens: which of them Leasehold is asked about, and that some scopes come by the backchannel alone.
import {
  asksFor,
  anyClient,
  byGrant,
  directGrants,
  exchange,
  isMarked,
  putPolicies,
  refusal,
} from './client-policies.js';

/** @typedef {import('./gate-admin.js').RealmAdmin} RealmAdmin */

const description = 'Made by token-setup.js of Leasehold';
const device = 'urn:ietf:params:oauth:grant-type:device_code';
export const askedAttribute = 'leasehold.token';
/** What a condition can tell. */
export const tellableGrants = [...directGrants, exchange, device, 'client_credentials', 'refresh_token'];

/**
 * @param {RealmAdmin} admin @param {import('./token-setup.js').GateOptions} options
 * @returns {Promise<string[]>} what changed
 */
export async function askGate(admin, { clients = [], scopes = [], grants = [], off = false }) {
  const conditions = [
    ...(clients.length > 0 ? [isMarked(askedAttribute)] : []),
    ...(scopes.length > 0 ? [asksFor(scopes)] : []),
    ...(grants.length > 0 ? [byGrant(grants)] : []),
  ];
  const executor = { executor: 'leasehold-token-gate', configuration: {} };
  const policy = { name: 'gate', executor, conditions: conditions.length === 0 ? [anyClient] : conditions };
  const did = await putPolicies(admin, 'leasehold token: gate', off ? [] : [{ ...policy, name: '' }], description);
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
