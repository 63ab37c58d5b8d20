// Client scopes: the one that brings leases into tokens, and those that only a backchannel request may ask for.
import { GateSetUpFailure } from './gate-admin.js';

/** @typedef {import('./gate-admin.js').RealmAdmin} RealmAdmin */
/** @typedef {import('./gate-admin.js').Representation} Representation */

const leases = 'leasehold-leases';
const mapperName = 'leases';
const mapperProvider = 'leasehold-lease';

/** What a scope carries that only a backchannel request may ask for. */
export const closedAttribute = 'leasehold.backchannel';

/**
 * @param {RealmAdmin} admin
 * @param {readonly Representation[]} clients
 * @param {{ leases: import('./token-setup.js').LeaseOptions | undefined, also: readonly string[] }} options `also` carry the
 *   scope, whatever `leases` names; without `leases` the others stay as they are. A client that asks by the
 *   backchannel keeps it: its tokens would outlive what was approved
 * @returns {Promise<string[]>} what changed
 */
export async function leaseScope(admin, clients, { leases: options, also }) {
  const changed = [];
  const made = await scopeNamed(admin, leases);
  const description = 'What Leasehold has leased to the person';
  const attributes = { 'include.in.token.scope': 'false', 'display.on.consent.screen': 'false' };
  const id = made?.['id'] ?? (await addScope(admin, { name: leases, description, attributes }));
  if (made === undefined) changed.push(`client scope ${leases}`);
  else if (
    await admin.amend(`/client-scopes/${id}`, (now) => ({ attributes: { ...now['attributes'], ...attributes } }))
  )
    changed.push(`client scope ${leases} stays out of the list of scopes`);
  if (await putMapper(admin, id, options?.access)) changed.push(`mapper of ${leases}`);
  for (const { id: client, clientId, attributes: marks, defaultClientScopes = [] } of clients) {
    const isWanted = also.includes(clientId) || options?.clients.includes(clientId) === true;
    const path = `/clients/${client}/default-client-scopes/${id}`;
    if (isWanted && !defaultClientScopes.includes(leases)) {
      await admin.put(path, {});
      changed.push(`tokens of ${clientId} say what is leased`);
    } else if (
      !isWanted &&
      marks?.[closedAttribute] !== 'true' &&
      options !== undefined &&
      defaultClientScopes.includes(leases)
    ) {
      await admin.remove(path);
      changed.push(`tokens of ${clientId} say nothing of leases any more`);
    }
  }
  return changed;
}

/** @param {RealmAdmin} admin @param {string} scope its id @param {readonly string[] | undefined} access undefined: as it is */
async function putMapper(admin, scope, access) {
  const path = `/client-scopes/${scope}/protocol-mappers/models`;
  const made = (await admin.list(path)).find(({ protocolMapper }) => protocolMapper === mapperProvider);
  const claims = ['access.token.claim', 'id.token.claim', 'userinfo.token.claim', 'introspection.token.claim'];
  const config = Object.fromEntries([...claims, 'lightweight.claim'].map((name) => [name, 'true']));
  if (made !== undefined) {
    return admin.amend(`${path}/${made['id']}`, (now) => {
      const { access: before, ...rest } = now['config'];
      const paths = access === undefined ? (before ?? '') : access.join('##');
      return { config: { ...rest, ...config, ...(paths !== '' && { access: paths }) } };
    });
  }
  const mapper = { name: mapperName, protocol: 'openid-connect', protocolMapper: mapperProvider };
  const paths = (access ?? []).join('##');
  await admin.post(path, { ...mapper, config: { ...config, ...(paths !== '' && { access: paths }) } });
  return true;
}

/**
 * Each named scope puts its role into a token. Ends with every scope that is closed, whenever it was named.
 *
 * @param {RealmAdmin} admin @param {readonly { scope: string, role: string }[]} wanted
 * @param {readonly string[]} clients that may ask for them
 * @returns {Promise<{ scopes: readonly string[], changed: string[] }>}
 */
export async function gateScopes(admin, wanted, clients) {
  const changed = [];
  const found = [];
  for (const { scope, role } of wanted) {
    const { owner, ...where } = await roleNamed(admin, role);
    if (owner !== null && clients.includes(owner))
      throw new GateSetUpFailure(
        `The role ${role} is in every token of ${owner}, since it is its own; take another one.`,
      );
    const made = await scopeNamed(admin, scope);
    if (made !== undefined && made['protocol'] !== 'openid-connect')
      throw new GateSetUpFailure(`The client scope ${scope} is there already, for another protocol.`);
    found.push({ name: scope, role, made, ...where });
  }
  for (const { name, role, made, container, representation } of found) {
    const attributes = { 'include.in.token.scope': 'true', [closedAttribute]: 'true' };
    const id = made?.['id'] ?? (await addScope(admin, { name, attributes }));
    if (made === undefined) changed.push(`client scope ${name}`);
    else if (
      await admin.amend(`/client-scopes/${id}`, (now) => ({ attributes: { ...now['attributes'], ...attributes } }))
    )
      changed.push(`client scope ${name} is asked for by the backchannel`);
    const path = `/client-scopes/${id}/scope-mappings/${container}`;
    if ((await admin.list(path)).every((mapped) => mapped['id'] !== representation['id'])) {
      await admin.post(path, [representation]);
      changed.push(`client scope ${name} carries the role ${role}`);
    }
  }
  const closed = (await admin.list('/client-scopes')).filter(
    ({ attributes }) => attributes?.[closedAttribute] === 'true',
  );
  return { scopes: closed.map(({ name }) => name).sort(), changed };
}

/** @param {RealmAdmin} admin @param {string} name a realm role, or client/role */
async function roleNamed(admin, name) {
  const realmRoles = await admin.list('/roles?briefRepresentation=true&max=10000');
  const realmRole = realmRoles.find((role) => role['name'] === name);
  if (realmRole !== undefined) return { container: 'realm', owner: null, representation: realmRole };
  const [clientId = '', ...rest] = name.split('/');
  const [client] = rest.length === 0 ? [] : await admin.list(`/clients?clientId=${encodeURIComponent(clientId)}`);
  const clientRoles = client === undefined ? [] : await admin.list(`/clients/${client['id']}/roles?max=10000`);
  const clientRole = clientRoles.find((role) => role['name'] === rest.join('/'));
  if (clientRole === undefined)
    throw new GateSetUpFailure(`There is no role ${name} in this realm; a client's is written client/role.`);
  return { container: `clients/${client?.['id']}`, owner: clientId, representation: clientRole };
}

/** @param {RealmAdmin} admin @param {string} name */
export const scopeNamed = async (admin, name) =>
  (await admin.list('/client-scopes')).find((scope) => scope['name'] === name);

/** @param {RealmAdmin} admin @param {{ name: string, attributes: Record<string, string>, description?: string }} scope */
const addScope = (admin, scope) => admin.post('/client-scopes', { ...scope, protocol: 'openid-connect' });
