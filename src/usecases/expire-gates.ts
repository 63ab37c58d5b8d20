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
