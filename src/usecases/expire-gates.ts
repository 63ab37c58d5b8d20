import type { GateId } from '../domain/ids.ts';
import { closeGateAs } from './close-gate.ts';
import type { ClosePorts } from './close-gate.ts';
import type { Store } from './store-port.ts';

const BATCH = 50;

/** Closes what nobody decided in time. @returns how many */
export async function expireGates(
  ports: ClosePorts & { readonly store: Pick<Store, 'gatesPastWaiting'> },
): Promise<number> {
  const due = await ports.store.gatesPastWaiting(ports.clock.now(), BATCH);
  // One that changed meanwhile was decided at the last moment, or closed by another replica.
  const closed = await Promise.all(due.map((gate) => closeGateAs(ports, gate, 'expired')));
  return closed.filter(Boolean).length;
}

/** There is nowhere to ask; one that does not wait any more is left as it is. */
export async function closeAsUnreachable(
  ports: ClosePorts & { readonly store: Pick<Store, 'gate'> },
  id: GateId,
): Promise<void> {
  for (let isClosed = false; !isClosed;) {
    const gate = await ports.store.gate(id);
    isClosed = gate?.state !== 'waiting' || (await closeGateAs(ports, gate, 'unreachable'));
  }
}
