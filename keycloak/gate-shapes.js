// What a flow with the gate looks like: pure functions from steps to steps. Keycloak runs what is REQUIRED one after the
// other, so the gate stands behind everything that was there before: beside it, a sign-in by cookie would never come to it.

import { GateSetUpFailure } from './gate-admin.js';

/**
 * One step of a flow, in the order in which they are shown, indented by `level` from 0.
 *
 * @typedef {object} Step
 * @property {number} level
 * @property {string} requirement `REQUIRED` `ALTERNATIVE` `CONDITIONAL` `DISABLED`
 * @property {{ alias: string, providerId: string, description: string } | null} flow what follows one level deeper is in it
 * @property {string | null} provider the authenticator; of a form's own flow what draws its page
 * @property {{ alias: string, config: Record<string, string> } | null} config
 */
/** @typedef {{ level: number, maxAgeSeconds: number }} Level of authentication, as in `acr.loa.map` */

export const gateProvider = 'leasehold-gate';
const levelCondition = 'conditional-level-of-authentication';
/** Of the level below the gate's, where a flow had none: Keycloak's own default, ten hours. */
const signInLevel = { level: 1, maxAgeSeconds: 36_000 };

/** @param {number} level @param {string} requirement @param {string} alias @returns {Step} */
const subFlow = (level, requirement, alias) => {
  return {
    level,
    requirement,
    flow: { alias, providerId: 'basic-flow', description: '' },
    provider: null,
    config: null,
  };
};
/** @param {number} level @param {string} provider @param {Step['config']} [config] @returns {Step} */
const required = (level, provider, config = null) => ({ level, requirement: 'REQUIRED', flow: null, provider, config });
/** @param {readonly Step[]} steps @param {number} by @returns {Step[]} */
const deeper = (steps, by) => steps.map((step) => ({ ...step, level: step.level + by }));

/** The gate after all of it, whichever alternative was taken. @param {readonly Step[]} steps @returns {Step[]} */
export function gateBehind(steps) {
  const hasAlternatives = steps.some(({ level, requirement }) => level === 0 && requirement === 'ALTERNATIVE');
  const before = hasAlternatives ? [subFlow(0, 'REQUIRED', 'sign-in'), ...deeper(steps, 1)] : steps;
  return [...before, required(0, gateProvider)];
}

/**
 * The gate as one more level of authentication. Where the flow has levels it stands behind the last one; else whoever has
 * signed in has reached the first. A cookie reaches no level that was not reached before, so it cannot skip the gate.
 *
 * @param {readonly Step[]} steps @param {Level} level @returns {Step[]}
 */
export function gateAsLevel(steps, level) {
  const last = steps.findLastIndex(({ provider }) => provider === levelCondition);
  if (last >= 0) {
    const depth = (steps[last]?.level ?? 1) - 1;
    const end = endOf(steps, last, depth);
    return [
      ...steps.slice(0, end),
      ...levelSteps(depth, 'gate level', level, [required(depth + 1, gateProvider)]),
      ...steps.slice(end),
    ];
  }
  const forms = steps.findLastIndex(
    (step) => step.level === 0 && step.flow !== null && step.requirement === 'ALTERNATIVE',
  );
  if (forms < 0) throw new GateSetUpFailure('This browser flow has no sub-flow of forms for the gate to stand behind.');
  const end = endOf(steps, forms, 0);
  const [head, ...inside] = deeper(steps.slice(forms, end), 2);
  return [
    ...steps.slice(0, forms),
    subFlow(0, 'ALTERNATIVE', 'levels'),
    ...levelSteps(1, 'sign-in level', signInLevel, [
      /** @type {Step} */ ({ ...head, requirement: 'REQUIRED' }),
      ...inside,
    ]),
    ...levelSteps(1, 'gate level', level, [required(2, gateProvider)]),
    ...steps.slice(end),
  ];
}

/** Where what is deeper than `depth` ends, behind `index`. @param {readonly Step[]} steps @param {number} index @param {number} depth */
function endOf(steps, index, depth) {
  const next = steps.findIndex((step, at) => at > index && step.level <= depth);
  return next < 0 ? steps.length : next;
}

/** @param {number} depth @param {string} alias @param {Level} level @param {readonly Step[]} inside @returns {Step[]} */
const levelSteps = (depth, alias, { level, maxAgeSeconds }, inside) => {
  const config = { 'loa-condition-level': String(level), 'loa-max-age': String(maxAgeSeconds) };
  return [subFlow(depth, 'CONDITIONAL', alias), required(depth + 1, levelCondition, { alias, config }), ...inside];
};
