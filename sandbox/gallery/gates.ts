import { spendGate } from '../../src/domain/gate.ts';
import type { ApprovedGate, ClosedGate, DeniedGate, Gate, WaitingGate } from '../../src/domain/gate.ts';
import { gateId, groupId } from '../../src/domain/ids.ts';
import { renderGate } from '../../src/slack/render/gate-card.ts';
import type { Catalogue } from '../../src/slack/words/catalogue.ts';
import type { GateView } from '../../src/usecases/views.ts';
import { message } from './pieces.ts';
import type { Hung } from './pieces.ts';
import { ann, AT, card, chen, dana, HOSTILE, LONG } from './samples.ts';

const MINUTE_MS = 60_000;
const platform = { groupId: groupId('g-platform'), groupPath: '/approvers/platform', required: 1 };

export const waitingGate: WaitingGate = {
  ...{ id: gateId('44444444-2222-4333-8444-555555555555'), realm: 'leasehold', state: 'waiting' },
  person: { userId: ann.userId, username: ann.username },
  ...{ client: 'grafana', clientName: 'Grafana', scopes: ['openid', 'profile', 'email'], action: null },
  ...{ ip: '10.1.2.3', device: 'Firefox on Linux', trigger: 'client', session: 'a'.repeat(64) },
  ...{ tabs: [{ tab: 'tab-1', spent: false }], code: '482913', stage: platform, approvals: [] },
  ruledBy: { id: '8d0f2c1e-5a51-4f2c-9a4b-1f6f0c1b7a10', rules: ['dashboards of production ask first'] },
  ...{ card: null, nonce: 'n'.repeat(32), openedAt: AT, waitsUntil: AT + 5 * MINUTE_MS },
  ...{ correlationId: 'corr-1', revision: 1 },
};

/** One of two has approved. */
export const halfWay: WaitingGate = {
  ...waitingGate,
  stage: { ...platform, required: 2 },
  approvals: [{ by: chen, at: AT + MINUTE_MS }],
};
export const approvedGate: ApprovedGate = {
  ...waitingGate,
  ...{ state: 'approved', approvals: [{ by: chen, at: AT }], decidedAt: AT },
};
export const deniedGate: DeniedGate = { ...waitingGate, state: 'denied', denial: { by: chen, at: AT } };
const closed = (state: ClosedGate['state']): ClosedGate => ({ ...waitingGate, state, closedAt: AT });

/** Required actions by which a person may have been sent, and one that we have no words for. */
const ACTIONS = [
  ...['UPDATE_PASSWORD', 'UPDATE_EMAIL', 'UPDATE_PROFILE', 'CONFIGURE_TOTP', 'CONFIGURE_RECOVERY_AUTHN_CODES'],
  ...['webauthn-register', 'webauthn-register-passwordless', 'delete_credential:7d1f7a52', 'delete_account'],
  ...['idp_link:github', 'SOMETHING_ELSE'],
];

const worst: WaitingGate = {
  ...halfWay,
  person: { userId: ann.userId, username: LONG },
  ...{ client: LONG, clientName: HOSTILE, ip: HOSTILE, device: HOSTILE, trigger: 'action', action: LONG },
  scopes: Array.from({ length: 50 }, () => LONG),
  stage: { ...platform, groupPath: `/${LONG}/${LONG}`, required: 30 },
  approvals: Array.from({ length: 29 }, () => ({ by: dana, at: AT })),
  ruledBy: {
    id: LONG,
    rules: Array.from({ length: 20 }, () => HOSTILE),
    why: Array.from({ length: 20 }, () => HOSTILE),
  },
};

/** A pipeline asks for a token in the name of Ann. */
export const waitingToken: WaitingGate = {
  ...waitingGate,
  ...{ client: 'release', clientName: 'Release pipeline', scopes: ['openid', 'deploy'], ip: null, device: null },
  ...{ trigger: 'backchannel', tabs: [{ tab: 'backchannel', spent: false }], code: '4829-1377' },
  ruledBy: { id: '8d0f2c1e-5a51-4f2c-9a4b-1f6f0c1b7a10', rules: ['a person looks at each release'] },
  backchannel: {
    ...{ message: '4829-1377', justification: 'release 4711 of the shop', seconds: 900 },
    ...{ roles: ['deployer', 'registry/push'], limits: {}, bearer: null },
  },
};
const ownToken: WaitingGate = { ...waitingToken, stage: null };
export const approvedToken: ApprovedGate = {
  ...waitingToken,
  ...{ state: 'approved', approvals: [{ by: chen, at: AT }], decidedAt: AT },
};
export const deniedToken: DeniedGate = { ...waitingToken, state: 'denied', denial: { by: chen, at: AT } };
const closedToken = (state: ClosedGate['state']): ClosedGate => ({
  ...waitingToken,
  ...{ state, closedAt: AT, approvals: [{ by: chen, at: AT }] },
});

const TOKENS: Readonly<Record<string, Gate>> = {
  'a token waits': waitingToken,
  'a token waits for whom it is': ownToken,
  'a token waits for the manager': {
    ...waitingToken,
    stage: { manager: { userId: dana.userId, username: 'dana' }, required: 1 },
  },
  'a token without a role waits': {
    ...ownToken,
    scopes: ['openid'],
    backchannel: { message: 'nightly', justification: null, seconds: 60, roles: [], limits: {}, bearer: null },
  },
  'a token was approved': approvedToken,
  'a token was issued': spendGate(approvedToken, 'backchannel', AT) ?? approvedToken,
  'a token was denied': deniedToken,
  'nobody answered about a token': { ...closedToken('expired'), approvals: [] },
  'nobody could be asked about a token': { ...closedToken('unreachable'), approvals: [] },
  'a token would have carried something else': closedToken('changed'),
  'Keycloak did not take the approval of a token': closedToken('untaken'),
  'the worst token that can come': {
    ...waitingToken,
    person: { userId: ann.userId, username: LONG },
    ...{ client: LONG, clientName: HOSTILE, scopes: Array.from({ length: 50 }, () => LONG) },
    backchannel: {
      ...{ message: 'M'.repeat(50), justification: HOSTILE, seconds: 86_399, limits: {}, bearer: null },
      roles: Array.from({ length: 50 }, () => HOSTILE),
    },
    ruledBy: worst.ruledBy,
  },
};

const GATES: Readonly<Record<string, Gate>> = {
  'a sign-in waits': waitingGate,
  'a sign-in to an application without a name waits': { ...waitingGate, clientName: '${client_account}' },
  'a sign-in waits for its second approval': halfWay,
  'a sign-in waits for the manager': {
    ...waitingGate,
    stage: { manager: { userId: dana.userId, username: 'dana' }, required: 1 },
  },
  'any sign-in waits': { ...waitingGate, trigger: 'login', ruledBy: { id: 'x', rules: [] } },
  'a registration waits': { ...waitingGate, trigger: 'registration' },
  'a sign-in waits for its scopes': {
    ...waitingGate,
    trigger: 'scope',
    scopes: ['openid', 'payments', 'offline_access'],
  },
  'a sign-in waits at a higher level': { ...waitingGate, trigger: 'step-up', scopes: ['openid', 'offline_access'] },
  ...Object.fromEntries(
    ACTIONS.map((action): [string, Gate] => [
      `a sign-in waits for ${action}`,
      { ...waitingGate, client: 'account-console', clientName: '${client_account-console}', trigger: 'action', action },
    ]),
  ),
  'a sign-in was approved': approvedGate,
  'a sign-in was approved and gone on with': spendGate(approvedGate, 'tab-1', AT) ?? approvedGate,
  'a sign-in was denied': deniedGate,
  'nobody answered a sign-in': closed('expired'),
  'the person turned back': closed('withdrawn'),
  'another browser took its place': closed('superseded'),
  'nobody could be asked about a sign-in': closed('unreachable'),
  'the worst sign-in that can come': worst,
};

export const viewOf = (gate: Gate, facts: Partial<GateView> = {}): GateView => ({
  ...{ gate, slack: ann.slack, anchor: card().anchor },
  ...facts,
});

export const tokens = (say: Catalogue): readonly Hung[] =>
  Object.entries(TOKENS).map(([name, gate]) => message(name, renderGate(say, viewOf(gate))));

export const gates = (say: Catalogue): readonly Hung[] => [
  ...Object.entries(GATES).map(([name, gate]) => message(name, renderGate(say, viewOf(gate)))),
  message('a sign-in of somebody without a Slack account waits', renderGate(say, viewOf(waitingGate, { slack: null }))),
  message(
    'a sign-in from nowhere waits',
    renderGate(say, viewOf({ ...waitingGate, ip: null, device: null }, { slack: null })),
  ),
];
