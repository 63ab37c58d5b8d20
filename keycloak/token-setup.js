// Leases in a realm's tokens, and tokens that wait for a click. Can be run again at any time: it changes what differs,
// and nothing that it did not make. Plain JavaScript for Node 20 without node_modules, like gate-setup.js.
import { GateSetUpFailure, realmAdmin } from './gate-admin.js';
import { askBackchannel, nameLifespan } from './token-clients.js';
import { checkJar } from './token-jar.js';
import { askGate, refuseOtherWays, tokenGrants } from './token-policies.js';
import { gateScopes, leaseScope } from './token-scopes.js';
import { waysAround } from './token-warnings.js';

/**
 * A part that is left out stays as it is; an empty list of clients lets go of those that were named before.
 *
 * @typedef {object} TokenOptions
 * @property {string} url of Keycloak, without a slash at the end
 * @property {string} realm
 * @property {import('./gate-admin.js').Token} token
 * @property {LeaseOptions} [leases] what tokens say of leases
 * @property {GateOptions} [gate] which tokens Leasehold is asked about
 * @property {BackchannelOptions} [backchannel] tokens that wait for a click
 * @property {{ clients: readonly string[], seconds: number }} [lifespan] how long access tokens of these clients live
 */
/**
 * @typedef {object} LeaseOptions
 * @property {readonly string[]} clients client ids
 * @property {readonly string[]} [access] paths of the only leases that count; none: all
 */
/**
 * @typedef {object} GateOptions no list, or an empty one, means all of them
 * @property {readonly string[]} [clients]
 * @property {readonly string[]} [scopes]
 * @property {readonly string[]} [grants] as `context.grant` names them in a policy, such as `password`, `refresh_token`, `ciba`
 * @property {boolean} [off] takes the policy away
 */
/**
 * @typedef {object} BackchannelOptions
 * @property {readonly string[]} clients confidential ones
 * @property {readonly { scope: string, role: string }[]} [scopes] each with the role that it puts into the token of whoever
 *   holds it: a realm role, or `client/role`. A scope that was named once stays closed to every other way as long as it exists
 * @property {boolean} [refresh] with refresh tokens
 * @property {boolean} [browser] the browser flow has the gate for these scopes, so a browser may ask for them, too
 * @property {boolean} [withoutJar] the server has no provider jar: nothing caps a token at what was approved
 * @property {number} [expiresInSeconds] how long a request waits for its answer, in the whole realm
 * @property {number} [intervalSeconds] how often a client may ask, in the whole realm
 */

/**
 * @param {TokenOptions} options
 * @returns {Promise<{ changed: readonly string[], warnings: readonly string[] }>} sentences for the operator. Throws
 *   GateSetUpFailure.
 */
export async function setUpTokens(options) {
  const admin = realmAdmin(options);
  const { leases, gate, backchannel, lifespan } = options;
  const clients = await admin.list('/clients?max=10000');
  const problem = whyNot(options, clients);
  if (problem !== null) throw new GateSetUpFailure(problem);
  const capped = backchannel?.withoutJar === true ? [] : (backchannel?.clients ?? []);
  const hasLeases = leases !== undefined || capped.length > 0;
  await checkJar(options, [
    ...(hasLeases ? /** @type {const} */ (['leasehold-lease']) : []),
    ...(gate !== undefined && gate.off !== true ? /** @type {const} */ (['leasehold-token-gate']) : []),
  ]);
  const changed = [];

  // First what closes, then what opens.
  if (backchannel !== undefined) {
    const { scopes, changed: made } = await gateScopes(admin, backchannel.scopes ?? [], backchannel.clients);
    changed.push(...made, ...(await refuseOtherWays(admin, scopes, backchannel)));
  }
  if (gate !== undefined) changed.push(...(await askGate(admin, gate)));
  if (hasLeases) {
    changed.push(...(await leaseScope(admin, clients, { leases, also: capped })));
  }
  if (backchannel !== undefined) changed.push(...(await askBackchannel(admin, clients, backchannel)));
  if (lifespan !== undefined) changed.push(...(await nameLifespan(admin, clients, lifespan)));
  return { changed, warnings: await waysAround(admin) };
}

/** What can be seen before anything is changed. @param {TokenOptions} options @param {readonly Record<string, any>[]} clients */
function whyNot({ leases, gate, backchannel, lifespan }, clients) {
  const named = [leases, gate, backchannel, lifespan].flatMap((part) => part?.clients ?? []);
  const missing = named.find((name) => clients.every(({ clientId }) => clientId !== name));
  if (missing !== undefined) return `There is no client ${missing} in this realm.`;
  const open = clients.find(
    ({ clientId, publicClient }) => publicClient === true && backchannel?.clients.includes(clientId),
  );
  if (open !== undefined) return `Client ${open['clientId']} has no secret, so it cannot ask by the backchannel.`;
  const grant = gate?.grants?.find((one) => !tokenGrants.includes(one));
  if (grant !== undefined) return `There is no grant ${grant}; it is one of ${tokenGrants.join(', ')}.`;
  for (const [value, least, most] of /** @type {const} */ ([
    [lifespan?.seconds, 10, 86_400],
    [backchannel?.expiresInSeconds, 10, 86_400],
    [backchannel?.intervalSeconds, 1, 600],
  ])) {
    if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
      return `${value} is no number of seconds from ${least} to ${most}.`;
  }
  return null;
}
