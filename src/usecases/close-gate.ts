import { gateEntry, systemActor } from '../domain/audit-drafts.ts';
import type { GateKind } from '../domain/audit-drafts.ts';
import { closeGate } from '../domain/gate.ts';
import type { ApprovedGate, ClosedGate, WaitingGate } from '../domain/gate.ts';
import type { EpochMs } from '../domain/ids.ts';
import { messagesOf } from './answer.ts';
import type { Ports } from './ports.ts';
import type { Batch, Store } from './store-port.ts';

export type ClosePorts = Pick<Ports, 'clock'> & {
  readonly store: Pick<Store, 'commit'>;
  readonly metrics: Pick<Ports['metrics'], 'gateClosed'>;
};

const KINDS: Readonly<Record<ClosedGate['state'], GateKind>> = {
  expired: 'gate.expired',
  withdrawn: 'gate.withdrawn',
  superseded: 'gate.superseded',
  unreachable: 'gate.unreachable',
  changed: 'gate.changed',
  untaken: 'gate.untaken',
};

/** The write that closes a gate of which nothing came, and brings its card up to date. */
export function closingOf(
  gate: WaitingGate | ApprovedGate,
  state: ClosedGate['state'],
  at: EpochMs,
): Required<Pick<Batch, 'gates' | 'messages'>> & Pick<Batch, 'audit'> {
  const closed = closeGate(gate, state, at);
  const message = messagesOf(`gate-closed:${gate.id}`, at, gate.correlationId);
  return {
    gates: [closed],
    messages: [message({ to: 'gate', gateId: gate.id })],
    audit: [gateEntry(KINDS[state], closed, systemActor, at)],
  };
}

/** Closes a gate. @returns false where it changed meanwhile */
export async function closeGateAs(
  ports: ClosePorts,
  gate: WaitingGate | ApprovedGate,
  state: ClosedGate['state'],
): Promise<boolean> {
  const at = ports.clock.now();
  if ((await ports.store.commit(closingOf(gate, state, at))) === 'conflict') return false;
  ports.metrics.gateClosed(state, (at - gate.openedAt) / 1000);
  return true;
}
