// What the set-up cannot close, for the operator to look at.
import { closedAttribute } from './token-scopes.js';
import { gatePolicy } from './token-policies.js';

/** @typedef {import('./gate-admin.js').RealmAdmin} RealmAdmin */

/** How a client comes to tokens of people. */
const peopleWays = ['standardFlowEnabled', 'implicitFlowEnabled', 'directAccessGrantsEnabled'];

/** @param {RealmAdmin} admin @returns {Promise<string[]>} */
export async function waysAround(admin) {
  const [clients, scopes, { policies = [] }] = await Promise.all([
    admin.list('/clients?max=10000'),
    admin.list('/client-scopes'),
    admin.get('/client-policies/policies'),
  ]);
  const closed = scopes.filter(({ attributes }) => attributes?.[closedAttribute] === 'true');
  const warnings = [];
  for (const { clientId, attributes = {}, defaultClientScopes = [], optionalClientScopes = [] } of clients) {
    if (attributes['oauth2.device.authorization.grant.enabled'] !== 'true') continue;
    const own = closed.find(({ name }) => [...defaultClientScopes, ...optionalClientScopes].includes(name));
    if (own !== undefined)
      warnings.push(
        `Client ${clientId} has the scope ${own['name']} and may use the device grant, which no condition can tell by its client or scope: switch it off there.`,
      );
  }
  const isAsked = policies.some((/** @type {{ name: string }} */ { name }) => name === gatePolicy);
  const permitting = clients.filter(
    ({ authorizationServicesEnabled: on, clientId }) => on === true && clientId !== 'admin-permissions',
  );
  if (isAsked && permitting.length > 0)
    warnings.push(
      `Permission tickets (UMA) pass no client policy, so the token gate does not see those of clients with Authorization on: ${permitting.map(({ clientId }) => clientId).join(', ')}.`,
    );
  const wide = clients.filter(
    ({ fullScopeAllowed, protocol, ...ways }) =>
      protocol === 'openid-connect' && fullScopeAllowed === true && peopleWays.some((way) => ways[way] === true),
  );
  if (closed.length > 0 && wide.length > 0) {
    const names = wide.map(({ clientId }) => clientId).join(', ');
    warnings.push(
      `Every role of a person is in the tokens of clients with full scope, the roles of ${closed.map(({ name }) => name).join(', ')} included: ${names}.`,
    );
  }
  return warnings;
}
