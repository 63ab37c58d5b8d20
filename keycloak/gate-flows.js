// Reads authentication flows from a realm, and writes the ones with the gate.
import { GateSetUpFailure, isSame } from './gate-admin.js';
import { gateAsLevel, gateBehind, gateProvider } from './gate-shapes.js';

/** @typedef {import('./gate-admin.js').RealmAdmin} RealmAdmin */
/** @typedef {import('./gate-shapes.js').Step} Step */
/** @typedef {import('./gate-shapes.js').Level} Level */

/**
 * Makes a copy of a flow with the gate behind it, once. Later it only keeps the gate's options right, so what an operator
 * changed in the copy stays.
 *
 * @param {RealmAdmin} admin
 * @param {object} options
 * @param {string} options.alias
 * @param {string | null} options.source alias of the flow to copy; null: the gate alone
 * @param {Record<string, string>} options.config the gate's options, by their names
 * @param {Level | undefined} [options.level] the gate is for sign-ins that ask for this level
 * @returns {Promise<{ id: string, changed: boolean }>}
 */
export async function gatedFlow(admin, { alias, source, config, level }) {
  const made = (await admin.list('/authentication/flows')).find((flow) => flow['alias'] === alias);
  const id = made?.['id'] ?? (await makeFlow(admin, { alias, source, level }));
  const changed = await configureGate(admin, alias, config);
  return { id, changed: made === undefined || changed };
}

/** @param {RealmAdmin} admin @param {{ alias: string, source: string | null, level: Level | undefined }} options */
async function makeFlow(admin, { alias, source, level }) {
  const steps = source === null ? [] : await readSteps(admin, source);
  const gated = level === undefined ? gateBehind(steps) : gateAsLevel(steps, level);
  const description = source === null ? 'The approval gate' : `“${source}” with the approval gate`;
  const id = await addFlow(admin, { alias, description, providerId: 'basic-flow', topLevel: true });
  const parents = [id];
  for (const { level: depth, requirement, flow, provider, config } of gated) {
    const parentFlow = parents[depth];
    const authenticator = provider === null ? {} : { authenticator: provider };
    if (flow === null) {
      const step = await addStep(admin, { parentFlow, requirement, ...authenticator });
      if (config !== null) await addConfig(admin, step, { ...config, alias: `${alias} - ${config.alias}` });
    } else {
      const flowId = await addFlow(admin, { ...flow, alias: `${alias} - ${flow.alias}`, topLevel: false });
      await addStep(admin, { parentFlow, requirement, flowId, authenticatorFlow: true, ...authenticator });
      parents[depth + 1] = flowId;
    }
  }
  return id;
}

/** @param {RealmAdmin} admin @param {string} alias @returns {Promise<Step[]>} */
async function readSteps(admin, alias) {
  /** @type {Step[]} */
  const steps = [];
  for (const { level, requirement, authenticationFlow, flowId, providerId, authenticationConfig } of await executions(
    admin,
    alias,
  )) {
    const flow = authenticationFlow === true ? await admin.get(`/authentication/flows/${flowId}`) : null;
    const config = authenticationConfig ? await admin.get(`/authentication/config/${authenticationConfig}`) : null;
    steps.push({
      ...{ level, requirement, provider: providerId ?? null },
      flow: flow && { alias: flow['alias'], providerId: flow['providerId'], description: flow['description'] ?? '' },
      config: config && { alias: config['alias'], config: config['config'] },
    });
  }
  return steps;
}

/** @param {RealmAdmin} admin @param {string} alias @param {Record<string, string>} config */
async function configureGate(admin, alias, config) {
  const gate = (await executions(admin, alias)).find((step) => step['providerId'] === gateProvider);
  if (gate === undefined)
    throw new GateSetUpFailure(`The flow “${alias}” has lost its gate; delete that flow and run this again.`);
  if (gate['authenticationConfig'] === undefined) {
    await addConfig(admin, gate['id'], { alias, config });
    return true;
  }
  const path = `/authentication/config/${gate['authenticationConfig']}`;
  const now = await admin.get(path);
  await admin.put(path, { ...now, config }); // also when nothing seems new: the secret reads back as stars
  return !isSame({ ...now['config'], secret: '' }, { ...config, secret: '' });
}

/** All steps of a flow, depth first. @param {RealmAdmin} admin @param {string} alias */
const executions = (admin, alias) => admin.list(`/authentication/flows/${encodeURIComponent(alias)}/executions`);
/** @param {RealmAdmin} admin @param {object} flow */
const addFlow = (admin, flow) => admin.post('/authentication/flows', { builtIn: false, ...flow });
/** @param {RealmAdmin} admin @param {object} step */
const addStep = (admin, step) => admin.post('/authentication/executions', step);
/** @param {RealmAdmin} admin @param {string} execution @param {NonNullable<Step['config']>} config */
const addConfig = (admin, execution, config) => admin.post(`/authentication/executions/${execution}/config`, config);
