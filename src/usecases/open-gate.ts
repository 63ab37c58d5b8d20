import { gateEntry, systemActor } from '../domain/audit-drafts.ts';
import type { StageRule } from '../domain/entitlement.ts';
import {
  FATIGUE_WITHIN_MS,
  LONGEST_WAIT_MS,
  RECENT_GATES,
  isSameAsk,
  isWaiting,
  joinGate,
  tiredUntil,
} from '../domain/gate.ts';
import type { Gate, WaitingGate } from '../domain/gate.ts';
import { gateId } from '../domain/ids.ts';
import type { GateId } from '../domain/ids.ts';
import { groupPathOf } from '../domain/plan.ts';
import type { Stage } from '../domain/plan.ts';
import type { RuledBy } from '../domain/request.ts';
import { correlationId } from '../lib/correlation.ts';
import { CodedError } from '../lib/errors.ts';
import { sha256 } from '../lib/hash.ts';
import type { PolicyPorts } from './ask-policy.ts';
import { messagesOf } from './answer.ts';
import { closeGateAs, closingOf } from './close-gate.ts';
import type { ClosePorts } from './close-gate.ts';
import type { GateAsk, GateDenial } from './gate-port.ts';
import { gateStage } from './gate-stage.ts';
import type { Ports } from './ports.ts';
import type { Store } from './store-port.ts';

export type GatePorts = PolicyPorts &
  ClosePorts &
  Pick<Ports, 'ids' | 'log'> & {
    readonly settings: Pick<Ports['settings'], 'realm'>;
    readonly store: Pick<Store, 'waitingGate' | 'gatesOf'>;
    readonly metrics: Pick<Ports['metrics'], 'gateAsked' | 'gateRefused'>;
  };

type Waits = {
  readonly gate: GateId;
  readonly code: string;
  readonly secondsLeft: number;
  readonly asked: string | null;
};
type Ruled = { readonly rule: StageRule | undefined; readonly ruledBy: RuledBy };

/** Somebody else may write at the same moment; more often than this in a row nobody does. */
export const GATE_TRIES = 5;

/** What never happens but by a mistake of ours is as if the record did not answer: nobody gets in. */
export const neverSettled = (): CodedError => new CodedError('store_unavailable', 'the gate changed at each try');

/**
 * The gate at which this sign-in waits: the one where it waits already, or a new one, in place of another that this person had
 * open at the same client. What is asked for has to be the same, so that nobody's click counts for more than was on the card.
 */
export async function waitAtGate(
  ports: GatePorts,
  ask: GateAsk,
  { rule, ruledBy }: Ruled,
): Promise<Waits | GateDenial | 'replayed'> {
  const stage = await gateStage(ports, rule, ask.person);
  if (stage === null) return { because: 'no_approvers' };
  for (let tries = 0; tries < GATE_TRIES; tries++) {
    const now = ports.clock.now();
    const { userId } = ask.person;
    const [waiting, recent] = await Promise.all([
      ports.store.waitingGate(userId, ask.client),
      ports.store.gatesOf(userId, now - FATIGUE_WITHIN_MS, RECENT_GATES),
    ]);
    if (recent.some(({ nonce }) => nonce === ask.nonce)) return 'replayed';
    if (waiting !== null && !isWaiting(waiting, now)) {
      await closeGateAs(ports, waiting, 'expired');
      continue;
    }
    if (waiting !== null && isSameAsk(waiting, { ...ask, stage })) {
      const joined = joinGate(waiting, ask.tab);
      if (joined === waiting || (await ports.store.commit({ gates: [joined], audit: [] })) === 'committed')
        return waits(joined, now);
      continue;
    }
    const tired = tiredUntil(recent, now);
    if (tired !== null) return { because: 'fatigue', retrySeconds: Math.ceil((tired - now) / 1000) };
    const gate = newGate(ports, ask, { stage, ruledBy, now });
    if (await open(ports, gate, waiting)) return waits(gate, now);
  }
  throw neverSettled();
}

const waits = ({ id, code, stage, waitsUntil }: Gate, now: number): Waits => ({
  gate: id,
  code,
  secondsLeft: Math.ceil((waitsUntil - now) / 1000),
  asked: stage === null ? null : groupPathOf(stage),
});

function newGate(
  { ids, settings }: GatePorts,
  ask: GateAsk,
  { stage, ruledBy, now }: { readonly stage: Stage; readonly ruledBy: RuledBy; readonly now: number },
): WaitingGate {
  const { person, client, clientName, scopes, ip, device, action, trigger, session, tab, nonce, waitSeconds } = ask;
  return {
    ...{ id: gateId(ids.uuid()), realm: settings.realm, state: 'waiting', revision: 1 },
    ...{ person, client, clientName, scopes, ip, device, action, trigger, session },
    ...{ tabs: [{ tab, spent: false }], code: codeOf(ids.uuid()), stage, approvals: [], ruledBy, card: null, nonce },
    ...{ openedAt: now, waitsUntil: now + Math.min(waitSeconds * 1000, LONGEST_WAIT_MS) },
    correlationId: correlationId() ?? ids.uuid(),
  };
}

/** Six digits, of which each is as likely as any other. */
const codeOf = (random: string): string =>
  String(BigInt(`0x${sha256(`gate code ${random}`)}`) % 1_000_000n).padStart(6, '0');

async function open(ports: GatePorts, gate: WaitingGate, before: WaitingGate | null): Promise<boolean> {
  const at = gate.openedAt;
  const message = messagesOf(`gate:${gate.id}`, at, gate.correlationId);
  const closing = before === null ? null : closingOf(before, 'superseded', at);
  const committed = await ports.store.commit({
    gates: [...(closing?.gates ?? []), gate],
    messages: [...(closing?.messages ?? []), message({ to: 'gate', gateId: gate.id })],
    audit: [...(closing?.audit ?? []), gateEntry('gate.opened', gate, systemActor, at)],
  });
  if (committed === 'conflict') return false;
  if (before !== null) ports.metrics.gateClosed('superseded', (at - before.openedAt) / 1000);
  return true;
}
