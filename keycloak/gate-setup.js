// Puts the approval gate in front of a realm's sign-ins. Can be run again at any time: it changes what differs, and
// nothing that it did not make. Plain JavaScript for Node 20 without node_modules: operators run it by gate-setup-main.js.
import { GateSetUpFailure, realmAdmin } from './gate-admin.js';
import { clientsAround, gateClients } from './gate-clients.js';
import { gatedFlow } from './gate-flows.js';
import { closeSideDoors } from './gate-policies.js';

/** @typedef {import('./gate-admin.js').RealmAdmin} RealmAdmin */
/**
 * @typedef {object} GateOptions
 * @property {string} url of Keycloak, without a slash at the end
 * @property {string} realm
 * @property {import('./gate-admin.js').Token} token
 * @property {string} leasehold base address of Leasehold as Keycloak reaches it
 * @property {string} secret `GATE_SECRET`, or `${vault.…}` where Keycloak has a vault
 * @property {readonly string[]} [clients] client ids, such as `account-console`
 * @property {readonly string[]} [scopes]
 * @property {readonly string[]} [actions] required actions that `kc_action` asks for, such as `UPDATE_PASSWORD`
 * @property {'realm' | 'clients'} [bind] whose browser flow it becomes: everybody's (then the gate looks whether it is
 *   meant), or that of `clients` alone
 * @property {{ acr: string, level: number, maxAgeSeconds?: number }} [stepUp] the gate is what reaches that level
 * @property {number} [waitSeconds] how long a sign-in may wait
 * @property {number} [pollMs] how often its page looks
 * @property {{ isDefault?: boolean }} [form] registers the access-request form; `isDefault`: new accounts are shown it
 */

const browserFlow = 'leasehold browser';
const formAction = 'leasehold-access-request';

/**
 * Without `clients`, `scopes`, `actions` and `stepUp` every sign-in comes to the gate.
 *
 * @param {GateOptions} options
 * @returns {Promise<{ changed: readonly string[], warnings: readonly string[] }>} sentences for the operator. Throws
 *   GateSetUpFailure.
 */
export async function setUpGate(options) {
  const admin = realmAdmin(options);
  const { clients = [], scopes = [], actions = [], bind = 'realm', form } = options;
  if (bind === 'clients' && clients.length === 0) throw new GateSetUpFailure('There is no client to bind the flow to.');
  const config = gateConfig(options);
  /** @type {string[]} */
  const changed = [];
  /** @param {boolean} did @param {string} sentence */
  const note = (did, sentence) => void (did && changed.push(sentence));

  const realm = await admin.get('');
  if (options.stepUp !== undefined)
    note(await nameLevel(admin, options.stepUp), `acr ${options.stepUp.acr} is a level`);
  const browser = await gatedFlow(admin, {
    alias: browserFlow,
    source: realm['browserFlow'],
    config,
    level: options.stepUp && { maxAgeSeconds: 300, ...options.stepUp },
  });
  note(browser.changed, `flow “${browserFlow}”`);
  if (bind === 'realm') note(await amendRealm(admin, { browserFlow }), `“${browserFlow}” is the realm's browser flow`);
  changed.push(...(await gateClients(admin, clients, { flow: browser.id, isOwn: bind === 'clients' })));
  if (options.stepUp === undefined) {
    changed.push(...(await gateOtherFlows(admin, realm, config)));
    note(await closeSideDoors(admin, browserFlow, { clients, scopes, actions }), 'client policies');
  }
  if (form !== undefined) note(await registerForm(admin, form.isDefault === true), `required action “${formAction}”`);
  return { changed, warnings: await clientsAround(admin, browser.id) };
}

/** @param {GateOptions} options @returns {Record<string, string>} */
function gateConfig({ leasehold, secret, clients = [], scopes = [], actions = [], waitSeconds, pollMs }) {
  const lists = Object.entries({ clients, scopes, actions }).filter(([, list]) => list.length > 0);
  return {
    url: leasehold,
    secret,
    ...Object.fromEntries(lists.map(([name, list]) => [name, list.join('##')])),
    ...(waitSeconds !== undefined && { 'wait-seconds': String(waitSeconds) }),
    ...(pollMs !== undefined && { 'poll-ms': String(pollMs) }),
  };
}

/** Ways into a session beside the browser flow. @param {RealmAdmin} admin @param {Record<string, any>} realm @param {Record<string, string>} config */
async function gateOtherFlows(admin, realm, config) {
  const changed = [];
  for (const [binding, alias] of /** @type {const} */ ([
    ['registrationFlow', 'leasehold registration'],
    ['resetCredentialsFlow', 'leasehold reset credentials'],
  ])) {
    const flow = await gatedFlow(admin, { alias, source: realm[binding], config });
    if ((await amendRealm(admin, { [binding]: alias })) || flow.changed) changed.push(`flow “${alias}”`);
  }
  for (const { alias: provider } of await admin.list('/identity-provider/instances')) {
    const path = `/identity-provider/instances/${encodeURIComponent(provider)}`;
    const alias = `leasehold after ${provider}`;
    const { postBrokerLoginFlowAlias = null } = await admin.get(path);
    const flow = await gatedFlow(admin, { alias, source: postBrokerLoginFlowAlias, config });
    const bound = await admin.amend(path, () => ({ postBrokerLoginFlowAlias: alias }));
    if (bound || flow.changed) changed.push(`flow “${alias}”`);
  }
  return changed;
}

/** The realm alone takes a partial update, so a PUT of all of it would be the greater risk. @param {RealmAdmin} admin @param {Record<string, string>} fields */
async function amendRealm(admin, fields) {
  const now = await admin.get('');
  if (Object.entries(fields).every(([name, value]) => now[name] === value)) return false;
  await admin.put('', fields);
  return true;
}

/** @param {RealmAdmin} admin @param {{ acr: string, level: number }} stepUp */
async function nameLevel(admin, { acr, level }) {
  const { attributes } = await admin.get('');
  const levels = JSON.parse(attributes['acr.loa.map'] ?? '{}');
  if (levels[acr] === level) return false;
  const map = JSON.stringify({ ...levels, [acr]: level });
  await admin.put('', { attributes: { ...attributes, 'acr.loa.map': map } });
  return true;
}

/**
 * The form finds Leasehold by the gate's options in the browser flow: Keycloak shows the options of a required action, a
 * secret among them, to everybody who may view the realm.
 *
 * @param {RealmAdmin} admin @param {boolean} isDefault
 */
async function registerForm(admin, isDefault) {
  const actions = await admin.list('/authentication/required-actions');
  const isNew = actions.every(({ alias }) => alias !== formAction);
  if (isNew) {
    const name = 'Ask for access';
    await admin.post('/authentication/register-required-action', { providerId: formAction, name });
  }
  const fields = { enabled: true, defaultAction: isDefault };
  return (await admin.amend(`/authentication/required-actions/${formAction}`, () => fields)) || isNew;
}
