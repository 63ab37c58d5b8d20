// Client policies that close the side doors: whatever another client's own flow says, and the ways to a token that pass
// no browser.
import {
  anyClient,
  asksFor,
  byGrant,
  directGrants,
  exchange,
  isMarked,
  putPolicies,
  refusal,
} from './client-policies.js';
import { gatedAttribute } from './gate-clients.js';

/** @typedef {import('./gate-admin.js').RealmAdmin} RealmAdmin */
/** @typedef {import('./client-policies.js').Policy} Policy */

/**
 * @param {string} flow alias of the browser flow with the gate
 * @param {{ clients: readonly string[], scopes: readonly string[], actions: readonly string[] }} gated none of them: everything
 */
function policiesFor(flow, { clients, scopes, actions }) {
  const gate = { executor: 'auth-flow-enforcer', configuration: { 'auth-flow-alias': flow } };
  const isGated = isMarked(gatedAttribute);
  const isEverything = [clients, scopes, actions].every((list) => list.length === 0);
  /** @param {string} name @param {Policy['executor']} executor @param {Policy['conditions']} conditions @returns {Policy} */
  const policy = (name, executor, ...conditions) => ({ name, executor, conditions });
  return [
    ...(clients.length === 0
      ? []
      : [
          policy('clients by browser', gate, isGated),
          policy('clients otherwise', refusal, isGated, byGrant([...directGrants, exchange])),
        ]),
    ...(scopes.length === 0
      ? []
      : [
          policy('scopes by browser', gate, asksFor(scopes)),
          policy(
            'scopes otherwise',
            refusal,
            asksFor(scopes),
            byGrant([...directGrants, exchange, 'client_credentials']),
          ),
        ]),
    ...(isEverything
      ? [
          policy('everything by browser', gate, anyClient),
          policy('everything otherwise', refusal, anyClient, byGrant(directGrants)),
        ]
      : []),
  ];
}

/**
 * @param {RealmAdmin} admin @param {string} flow
 * @param {{ clients: readonly string[], scopes: readonly string[], actions: readonly string[] }} gated
 * @returns {Promise<boolean>} whether anything changed
 */
export const closeSideDoors = (admin, flow, gated) =>
  putPolicies(admin, 'leasehold gate: ', policiesFor(flow, gated), 'Made by gate-setup.js of Leasehold');
