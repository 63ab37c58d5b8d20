import { gateEntry, systemActor } from '../domain/audit-drafts.ts';
import { isWaiting, spendGate, stateNow } from '../domain/gate.ts';
import type { Gate } from '../domain/gate.ts';
import { messagesOf } from './answer.ts';
import { closeGateAs } from './close-gate.ts';
import type { ClosePorts } from './close-gate.ts';
import type { GateLook, GateRef, GateSpent } from './gate-port.ts';
import { GATE_TRIES, neverSettled } from './open-gate.ts';
import type { Ports } from './ports.ts';
import type { Store } from './store-port.ts';

type SpendPorts = ClosePorts & {
  readonly store: Pick<Store, 'gate'>;
  readonly settings: Pick<Ports['settings'], 'realm'>;
};

const UNKNOWN = { state: 'unknown' } as const;

/** How a gate stands for the person and the browser that wait at it. */
export const lookAtGate = async (ports: SpendPorts, ref: GateRef): Promise<GateLook> =>
  lookOf(await own(ports, ref), ports.clock.now());

/** Uses an approval up for one tab; only `spent: true` lets anybody in, once. */
export async function spendAtGate(ports: SpendPorts, ref: GateRef & { readonly tab: string }): Promise<GateSpent> {
  for (let tries = 0; tries < GATE_TRIES; tries++) {
    const gate = await own(ports, ref);
    const now = ports.clock.now();
    const tab = gate?.tabs.find((one) => one.tab === ref.tab);
    if (gate === null || tab === undefined) return { spent: false, ...UNKNOWN };
    if (tab.spent) return { spent: false, state: 'spent' };
    const spent = spendGate(gate, ref.tab, now);
    if (spent === null) return { spent: false, state: stateNow(gate, now) };
    const audit = [gateEntry('gate.spent', spent, systemActor, now)];
    const message = messagesOf(`gate-spent:${spent.id}:${spent.revision}`, now, spent.correlationId);
    const messages = [message({ to: 'gate', gateId: spent.id })];
    if ((await ports.store.commit({ gates: [spent], messages, audit })) === 'committed')
      return { spent: true, approvers: spent.approvals.map(({ by }) => by.username) };
  }
  throw neverSettled();
}

/** The person turned back: nobody is to decide any more. */
export async function leaveGate(ports: SpendPorts, ref: GateRef): Promise<GateLook> {
  for (let tries = 0; tries < GATE_TRIES; tries++) {
    const gate = await own(ports, ref);
    const now = ports.clock.now();
    if (gate === null || !isWaiting(gate, now)) return lookOf(gate, now);
    if (await closeGateAs(ports, gate, 'withdrawn')) return { state: 'withdrawn' };
  }
  throw neverSettled();
}

/** The gate, if it is this person's and this browser's. */
async function own({ store, settings }: SpendPorts, { gate: id, userId, session }: GateRef): Promise<Gate | null> {
  const gate = await store.gate(id);
  const isOwn = gate?.realm === settings.realm && gate.person.userId === userId && gate.session === session;
  return isOwn ? gate : null;
}

function lookOf(gate: Gate | null, now: number): GateLook {
  if (gate === null) return UNKNOWN;
  const state = stateNow(gate, now);
  return state === 'waiting' || state === 'approved'
    ? { state, secondsLeft: Math.ceil((gate.waitsUntil - now) / 1000) }
    : { state };
}
