// What clients are told: which ask by the backchannel, which the token gate looks at, how long their tokens live.
import { scopeNamed } from './token-scopes.js';

/** @typedef {import('./gate-admin.js').RealmAdmin} RealmAdmin */
/** @typedef {import('./gate-admin.js').Representation} Representation */

const backchannelAttribute = 'leasehold.backchannel';
const deviceAttribute = 'oauth2.device.authorization.grant.enabled';

/** @param {RealmAdmin} admin @param {Representation} client @param {Record<string, string>} attributes @param {object} [fields] */
const amend = (admin, { id }, attributes, fields = {}) =>
  admin.amend(`/clients/${id}`, (now) => ({ ...fields, attributes: { ...now['attributes'], ...attributes } }));

/** @param {Representation} client @param {string} attribute */
const has = ({ attributes }, attribute) => attributes?.[attribute] === 'true';

/**
 * Backchannel requests (CIBA, poll mode) for these clients, and no more for those that had them by this script.
 *
 * @param {RealmAdmin} admin @param {readonly Representation[]} clients
 * @param {import('./token-setup.js').BackchannelOptions} options
 * @returns {Promise<string[]>} what changed
 */
export async function askBackchannel(admin, clients, options) {
  const changed = [];
  for (const client of clients) {
    const { clientId } = client;
    if (options.clients.includes(clientId)) changed.push(...(await openBackchannel(admin, client, options)));
    else if (has(client, backchannelAttribute)) {
      await amend(admin, client, { [backchannelAttribute]: '', 'oidc.ciba.grant.enabled': 'false' });
      changed.push(`client ${clientId} asks by the backchannel no more`);
    }
  }
  const { attributes } = await admin.get('');
  const wanted = {
    ...(options.expiresInSeconds !== undefined && { cibaExpiresIn: String(options.expiresInSeconds) }),
    ...(options.intervalSeconds !== undefined && { cibaInterval: String(options.intervalSeconds) }),
  };
  if (Object.entries(wanted).some(([name, value]) => attributes[name] !== value)) {
    await admin.put('', { attributes: { ...attributes, ...wanted } }); // a list of some would wipe the others
    changed.push('how long backchannel requests wait, and how often clients may ask');
  }
  return changed;
}

/** @param {RealmAdmin} admin @param {Representation} client @param {import('./token-setup.js').BackchannelOptions} options */
async function openBackchannel(admin, client, { scopes = [], refresh = false }) {
  const { id, clientId } = client;
  const changed = [];
  for (const { scope: name } of scopes) {
    const scope = (await scopeNamed(admin, name))?.['id'];
    if (client['defaultClientScopes']?.includes(name))
      await admin.remove(`/clients/${id}/default-client-scopes/${scope}`);
    if (client['optionalClientScopes']?.includes(name)) continue;
    await admin.put(`/clients/${id}/optional-client-scopes/${scope}`, {});
    changed.push(`client ${clientId} may ask for ${name}`);
  }
  const attributes = {
    [backchannelAttribute]: 'true',
    'oidc.ciba.grant.enabled': 'true',
    'ciba.backchannel.token.delivery.mode': 'poll',
    'use.refresh.tokens': String(refresh),
    ...(has(client, deviceAttribute) && { [deviceAttribute]: 'false' }), // no condition sees its scopes
  };
  if (await amend(admin, client, attributes, { fullScopeAllowed: false }))
    changed.push(`client ${clientId} asks by the backchannel`);
  return changed;
}

/**
 * @param {RealmAdmin} admin @param {readonly Representation[]} clients
 * @param {{ clients: readonly string[], seconds: number }} options
 * @returns {Promise<string[]>} what changed
 */
export async function nameLifespan(admin, clients, options) {
  const value = String(options.seconds);
  const changed = [];
  for (const client of clients) {
    if (!options.clients.includes(client['clientId'])) continue;
    if (await amend(admin, client, { 'access.token.lifespan': value }))
      changed.push(`access tokens of ${client['clientId']} live ${value} s`);
  }
  return changed;
}
