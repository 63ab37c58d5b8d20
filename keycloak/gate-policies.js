// Client policies that close the side doors: whatever another client's own flow says, and the ways to a token that pass
// no browser. `STRICT`: a condition that cannot judge a request does not count as met, else code exchanges were refused, too.
import { isSame } from './gate-admin.js';
import { gatedAttribute } from './gate-clients.js';

/** @typedef {import('./gate-admin.js').RealmAdmin} RealmAdmin */
/** @typedef {import('./gate-admin.js').Representation} Representation */

const prefix = 'leasehold gate: ';

/** Ways to a token for a person whom nobody asks for anything in a browser. */
const directGrants = ['password', 'urn:ietf:params:oauth:grant-type:jwt-bearer'];
const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** @param {string} condition @param {Representation} configuration */
const when = (condition, configuration = {}) => ({ condition, configuration });
/** @param {readonly string[]} grants */
const byGrant = (grants) => when('grant-type', { grant_types: grants });
/** @param {readonly string[]} scopes */
const asksFor = (scopes) => when('client-scopes', { type: 'Any', scopes });
const isGated = when('client-attributes', { attributes: JSON.stringify([{ key: gatedAttribute, value: 'true' }]) });

/**
 * @param {string} flow alias of the browser flow with the gate
 * @param {{ clients: readonly string[], scopes: readonly string[], actions: readonly string[] }} gated none of them: everything
 */
function policiesFor(flow, { clients, scopes, actions }) {
  const gate = { executor: 'auth-flow-enforcer', configuration: { 'auth-flow-alias': flow } };
  const refusal = { executor: 'reject-request', configuration: {} };
  const isEverything = [clients, scopes, actions].every((list) => list.length === 0);
  /** @param {string} name @param {Representation} executor @param {Representation[]} conditions */
  const policy = (name, executor, ...conditions) => ({ name: prefix + name, executor, conditions });
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
          policy('everything by browser', gate, when('any-client')),
          policy('everything otherwise', refusal, when('any-client'), byGrant(directGrants)),
        ]
      : []),
  ];
}

/**
 * Puts our policies, and one profile for each, among those of the realm; the others stay as they are, in their order.
 *
 * @param {RealmAdmin} admin @param {string} flow
 * @param {{ clients: readonly string[], scopes: readonly string[], actions: readonly string[] }} gated
 * @returns {Promise<boolean>} whether anything changed
 */
export async function closeSideDoors(admin, flow, gated) {
  const wanted = policiesFor(flow, gated);
  const profiles = wanted.map(({ name, executor }) => ({ name, description: '', executors: [executor] }));
  const policies = wanted.map(({ name, conditions }) => {
    const description = 'Made by gate-setup.js of Leasehold';
    return { name, description, enabled: true, mode: 'STRICT', conditions, profiles: [name] };
  });
  // Policies name profiles: new profiles come first, and what nobody names any more goes last.
  const before = await read(admin);
  await write(admin, 'profiles', [...others(before.profiles), ...ours(before.profiles), ...profiles]);
  await write(admin, 'policies', [...others(before.policies), ...policies]);
  await write(admin, 'profiles', [...others(before.profiles), ...profiles]);
  return !isSame(before, await read(admin));
}

/** @param {Representation[]} list */
const others = (list) => list.filter(({ name }) => !name.startsWith(prefix));
/** @param {Representation[]} list */
const ours = (list) => list.filter(({ name }) => name.startsWith(prefix));

/** @param {RealmAdmin} admin @returns {Promise<{ profiles: Representation[], policies: Representation[] }>} */
async function read(admin) {
  const [{ profiles = [] }, { policies = [] }] = await Promise.all([
    admin.get('/client-policies/profiles'),
    admin.get('/client-policies/policies'),
  ]);
  return { profiles, policies };
}

/** Of two with one name the last counts. @param {RealmAdmin} admin @param {'profiles' | 'policies'} what @param {Representation[]} list */
const write = (admin, what, list) =>
  admin.put(`/client-policies/${what}`, { [what]: [...new Map(list.map((one) => [one['name'], one])).values()] });
