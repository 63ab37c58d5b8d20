// Which clients are gated: a mark for the conditions of client policies, which know no client by its id, and where only
// some are gated by their own browser flow, that flow.
import { GateSetUpFailure } from './gate-admin.js';

/** @typedef {import('./gate-admin.js').RealmAdmin} RealmAdmin */
/** @typedef {import('./gate-admin.js').Representation} Representation */

export const gatedAttribute = 'leasehold.gated';

/**
 * Marks these clients and no others.
 *
 * @param {RealmAdmin} admin @param {readonly string[]} clientIds
 * @param {{ flow: string, isOwn: boolean }} options id of the flow with the gate, and whether it becomes their own
 * @returns {Promise<string[]>} what changed
 */
export async function gateClients(admin, clientIds, { flow, isOwn }) {
  const clients = await admin.list('/clients?max=10000');
  const missing = clientIds.find((id) => clients.every(({ clientId }) => clientId !== id));
  if (missing !== undefined) throw new GateSetUpFailure(`There is no client ${missing} in this realm.`);
  const changed = [];
  for (const { id, clientId, attributes } of clients) {
    const isGated = clientIds.includes(clientId);
    if (!isGated && attributes?.[gatedAttribute] !== 'true') continue;
    const change = isGated ? gated(isOwn ? flow : null) : released(flow);
    const word = isGated ? 'gated' : 'gated no more';
    if (await admin.amend(`/clients/${id}`, change)) changed.push(`client ${clientId} is ${word}`);
  }
  return changed;
}

/** @param {string | null} flow @returns {(client: Representation) => Representation} */
const gated = (flow) => (client) => ({
  attributes: { ...client['attributes'], [gatedAttribute]: 'true' },
  ...(flow !== null && { authenticationFlowBindingOverrides: { ...flowsOf(client), browser: flow } }),
});

/** Keycloak drops what is set to nothing. @param {string} flow @returns {(client: Representation) => Representation} */
const released = (flow) => (client) => ({
  attributes: { ...client['attributes'], [gatedAttribute]: '' },
  ...(flowsOf(client)['browser'] === flow && {
    authenticationFlowBindingOverrides: { ...flowsOf(client), browser: '' },
  }),
});

/** Its own flows, by what they are for. @param {Representation} client @returns {Record<string, string>} */
const flowsOf = (client) => client['authenticationFlowBindingOverrides'] ?? {};

/**
 * Clients with a browser flow of their own, which leaves the gate out as far as no client policy chooses another.
 *
 * @param {RealmAdmin} admin @param {string} flow id of the flow with the gate
 */
export async function clientsAround(admin, flow) {
  const clients = await admin.list('/clients?max=10000');
  const others = clients.filter((client) => ![undefined, '', flow].includes(flowsOf(client)['browser']));
  return others.map(({ clientId, protocol }) => {
    const isOpenId = protocol === 'openid-connect';
    const means = isOpenId ? 'kc_action and the device grant leave the gate out' : 'it leaves the gate out';
    return `Client ${clientId} has a browser flow of its own: ${means}.`;
  });
}
