// Our client policies among those of a realm. Mode `STRICT`: a condition that cannot judge a request does not count as
// met, else code exchanges were refused, too.
import { isSame } from './gate-admin.js';

/** @typedef {import('./gate-admin.js').RealmAdmin} RealmAdmin */
/** @typedef {import('./gate-admin.js').Representation} Representation */
/** @typedef {{ name: string, executor: Representation, conditions: readonly Representation[] }} Policy */

/** @param {string} condition @param {Representation} configuration */
const when = (condition, configuration = {}) => ({ condition, configuration });

export const anyClient = when('any-client');
/** @param {readonly string[]} grants */
export const byGrant = (grants) => when('grant-type', { grant_types: grants });
/** @param {readonly string[]} scopes */
export const asksFor = (scopes) => when('client-scopes', { type: 'Any', scopes });
/** @param {string} attribute */
export const isMarked = (attribute) =>
  when('client-attributes', { attributes: JSON.stringify([{ key: attribute, value: 'true' }]) });

export const refusal = { executor: 'reject-request', configuration: {} };
export const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** Ways to a token for a person whom nobody asks for anything in a browser. */
export const directGrants = ['password', 'urn:ietf:params:oauth:grant-type:jwt-bearer'];

/**
 * Puts our policies, and one profile for each, among those of the realm; the others stay as they are, in their order.
 *
 * @param {RealmAdmin} admin
 * @param {string} prefix what the names of ours begin with; whatever else has it goes
 * @param {readonly Policy[]} wanted
 * @param {string} description
 * @returns {Promise<boolean>} whether anything changed
 */
export async function putPolicies(admin, prefix, wanted, description) {
  const profiles = wanted.map(({ name, executor }) => ({
    name: prefix + name,
    description: '',
    executors: [executor],
  }));
  const policies = wanted.map(({ name, conditions }) => {
    return { name: prefix + name, description, enabled: true, mode: 'STRICT', conditions, profiles: [prefix + name] };
  });
  /** @param {Representation[]} list */
  const others = (list) => list.filter(({ name }) => !name.startsWith(prefix));
  /** @param {Representation[]} list */
  const ours = (list) => list.filter(({ name }) => name.startsWith(prefix));
  // Policies name profiles: new profiles come first, and what nobody names any more goes last.
  const before = await read(admin);
  await write(admin, 'profiles', [...others(before.profiles), ...ours(before.profiles), ...profiles]);
  await write(admin, 'policies', [...others(before.policies), ...policies]);
  await write(admin, 'profiles', [...others(before.profiles), ...profiles]);
  return !isSame(before, await read(admin));
}

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
