import { gateEntry, systemActor } from '../domain/audit-drafts.ts';
import { parseDuration } from '../domain/duration.ts';
import {
  BACKCHANNEL_SECONDS,
  BACKCHANNEL_SECONDS_MAX,
  BACKCHANNEL_TAB,
  RECENT_GATES,
  tiredUntil,
  tooManyWait,
} from '../domain/gate.ts';
import type { GatePerson, WaitingGate } from '../domain/gate.ts';
import { gateId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/ids.ts';
import type { BackchannelRefused } from '../domain/message.ts';
import type { Stage } from '../domain/plan.ts';
import { isAdministrative, roleName } from '../domain/privilege.ts';
import type { PolicyDecision } from '../domain/policy.ts';
import { correlationId } from '../lib/correlation.ts';
import { CodedError } from '../lib/errors.ts';
import { sha256 } from '../lib/hash.ts';
import { createInTurn } from '../lib/in-turn.ts';
import { messagesOf } from './answer.ts';
import { textsOf } from './ask-token.ts';
import { decisionOf, ruledByOf } from './ask-policy.ts';
import type { PolicyPorts } from './ask-policy.ts';
import type {
  BackchannelCall,
  BackchannelCalls,
  BackchannelChannel,
  BackchannelToken,
  TokenPreview,
} from './backchannel-port.ts';
import { gateStage } from './gate-stage.ts';
import { tokenQuestion } from './gate-question.ts';
import { GATE_TRIES, neverSettled } from './open-gate.ts';
import { answerNoSoon, recordRefusal } from './refuse-backchannel.ts';
import type { RefusePorts } from './refuse-backchannel.ts';
import { certainAccount } from './seats.ts';
import type { Ports } from './ports.ts';
import type { Store } from './store-port.ts';

/** Keycloak has to have the answer while the request still waits there. */
const SPARE_MS = 3000;
/** Their ids are remembered. */
const MOST_REFUSED = 1000;

export type BackchannelPorts = PolicyPorts &
  RefusePorts & {
    readonly backchannel: BackchannelChannel;
    readonly settings: Pick<Ports['settings'], 'realm'>;
    readonly store: Pick<Store, 'gatesOf'>;
    readonly metrics: Pick<Ports['metrics'], 'gateAsked' | 'gateRefused'>;
    /** There is something to be sent. */
    readonly onWritten: () => void;
  };

type Ask = BackchannelCall & BackchannelToken & { readonly isLate: () => boolean };
type Refused = Pick<BackchannelRefused, 'because'> & Partial<Pick<BackchannelRefused, 'texts' | 'scopes'>>;
type Ruled = {
  readonly stage: Stage | null;
  readonly seconds: number;
  readonly decision: PolicyDecision;
  readonly preview: TokenPreview;
};

/**
 * What Keycloak's channel calls. A refusal is a request that was taken, too: the client hears of it by Keycloak. Those of one
 * person are looked at in turn, so that each counts those before it.
 */
export function createBackchannel(ports: BackchannelPorts): BackchannelCalls {
  const inTurn = createInTurn();
  const refused = createRefused();
  return {
    receive: async (call, isLate) => {
      const token = await ports.backchannel.read(call.bearer);
      if (token === null) return 'forged';
      await inTurn(token.userId, async () => {
        if (refused.has(token, ports.clock.now())) return;
        if ((await receive(ports, { ...call, ...token, isLate })) === 'refused') refused.add(token);
      });
      ports.onWritten();
      return 'received';
    },
  };
}

/** Requests that were refused, until their tokens are over: what opened is on record, and these are not. */
function createRefused() {
  let kept: readonly BackchannelToken[] = [];
  return {
    has: (token: BackchannelToken, now: EpochMs): boolean => {
      kept = kept.filter(({ endsAt }) => endsAt > now);
      return kept.some(({ id }) => id === token.id);
    },
    add: (token: BackchannelToken): void => void (kept = [...kept.slice(-MOST_REFUSED), token]),
  };
}

/**
 * Opens a gate for a client that asks for a token without a browser, or refuses it. The same token of Keycloak does neither
 * twice. @throws store_unavailable, keycloak_unavailable, keycloak_forbidden: nothing is on record then
 */
async function receive(ports: BackchannelPorts, ask: Ask): Promise<'opened' | 'refused'> {
  for (let tries = 0; tries < GATE_TRIES; tries++) {
    inTime(ask);
    const now = ports.clock.now();
    const recent = await ports.store.gatesOf(ask.userId, now - BACKCHANNEL_SECONDS_MAX * 1000, RECENT_GATES);
    if (recent.some(({ nonce }) => nonce === ask.id)) return 'opened';
    const preview = await ports.backchannel.preview(ask.client, ask.userId, ask.scopes);
    const person = { userId: ask.userId, username: preview?.username ?? ask.userId };
    if (tiredUntil(recent, now, 'backchannel') !== null || tooManyWait(recent, now))
      return refuse(ports, ask, person, preview, { because: 'fatigue' }, null);
    const ruled = await rule(ports, ask, person, preview);
    if ('because' in ruled) return refuse(ports, ask, person, preview, ruled, ruled.decision);
    const gate = newGate(ports, ask, person, ruled);
    const message = messagesOf(`gate:${gate.id}`, now, gate.correlationId);
    inTime(ask);
    const committed = await ports.store.commit({
      gates: [gate],
      messages: [message({ to: 'gate', gateId: gate.id })],
      audit: [gateEntry('gate.opened', gate, systemActor, gate.openedAt)],
    });
    if (committed === 'conflict') continue;
    ports.metrics.gateAsked('backchannel', 'wait');
    return 'opened';
  }
  throw neverSettled();
}

/** Keycloak has heard already that nobody took it, and its client that there is no request. */
function inTime({ isLate }: Ask): void {
  if (isLate()) throw new CodedError('keycloak_unavailable', 'a backchannel request took too long to look at');
}

/** What the client asks for, whether it could have it, and who decides. */
async function rule(
  ports: BackchannelPorts,
  ask: Ask,
  person: GatePerson,
  preview: TokenPreview | null,
): Promise<Ruled | (Refused & { readonly decision: PolicyDecision | null })> {
  const no = (refused: Refused, decision: PolicyDecision | null = null) => ({ ...refused, decision });
  if (ask.message === null) return no({ because: 'no_message' });
  if (ask.scopes.includes('offline_access')) return no({ because: 'offline' });
  const asked = ask.duration === null ? BACKCHANNEL_SECONDS : parseDuration(ask.duration);
  if (asked === null || asked < 1 || asked > BACKCHANNEL_SECONDS_MAX) return no({ because: 'bad_duration' });
  if (preview === null) return no({ because: 'not_eligible' });
  if (preview.unheld.length > 0) return no({ because: 'not_eligible', scopes: preview.unheld });
  if (preview.roles.some(isAdministrative)) return no({ because: 'administers' });
  if (ports.policy === null) return no({ because: 'no_policy' });
  const now = ports.clock.now();
  const { client, scopes } = ask;
  const question = await tokenQuestion(ports, { person, client, scopes, grant: 'ciba', ip: null }, now);
  const decision = await decisionOf(ports, ports.policy, question);
  if (decision.verdict === 'deny') return no({ because: 'policy', texts: textsOf(decision) }, decision);
  // The token would carry what a rule takes away.
  if (decision.removedScopes.some((scope) => scopes.includes(scope)))
    return no({ because: 'policy', texts: [] }, decision);
  if (decision.stepUp.length + decision.requiredActions.length > 0) return no({ because: 'step_up' }, decision);
  const seconds = Math.min(asked, decision.maxSeconds ?? Infinity);
  if (decision.verdict === 'approval') {
    const stage = await gateStage(ports, decision.stages?.[0], person);
    return stage === null ? no({ because: 'no_approvers' }, decision) : { stage, seconds, decision, preview };
  }
  const account = await certainAccount(ports, person.userId, 'email');
  return account === null ? no({ because: 'not_linked' }, decision) : { stage: null, seconds, decision, preview };
}

function newGate(
  { ids, settings, clock }: BackchannelPorts,
  ask: Ask,
  person: GatePerson,
  { stage, seconds, decision, preview }: Ruled,
): WaitingGate {
  const now = clock.now();
  const { client, scopes, bearer, justification, message } = ask;
  const roles = preview.roles.map(roleName).sort();
  return {
    ...{ id: gateId(ids.uuid()), realm: settings.realm, state: 'waiting', revision: 1 },
    ...{ person, client, clientName: preview.clientName, scopes, ip: null, device: null, action: null },
    ...{ trigger: 'backchannel', session: sha256(ask.id), tabs: [{ tab: BACKCHANNEL_TAB, spent: false }] },
    backchannel: { message: message ?? '', justification, seconds, roles, limits: decision.limits, bearer },
    ...{ code: message ?? '', stage, approvals: [], ruledBy: ruledByOf(decision), card: null, nonce: ask.id },
    ...{ openedAt: now, waitsUntil: Math.min(ask.endsAt - SPARE_MS, now + BACKCHANNEL_SECONDS_MAX * 1000) },
    correlationId: correlationId() ?? ids.uuid(),
  };
}

async function refuse(
  ports: BackchannelPorts,
  ask: Ask,
  person: GatePerson,
  preview: TokenPreview | null,
  { because, texts = [], scopes = [] }: Refused,
  decision: PolicyDecision | null,
): Promise<'refused'> {
  inTime(ask);
  const { client, message } = ask;
  const refused = { client, clientName: preview?.clientName ?? null, message, because, texts, scopes };
  await recordRefusal(ports, person, refused, decision);
  ports.metrics.gateAsked('backchannel', 'deny');
  void answerNoSoon(ports.backchannel, ports.log, ask.bearer);
  return 'refused';
}
