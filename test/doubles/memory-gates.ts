import type { Gate, WaitingGate } from '../../src/domain/gate.ts';
import type { GateStore, GateWrites } from '../../src/usecases/gate-store.ts';

type Gates = ReadonlyMap<string, Gate>;

/** The part of the record in memory that is about sign-ins that wait, as far as it is of this realm. */
export function memoryGates(gates: Map<string, Gate>, realm: string): GateStore {
  const ours = (): readonly Gate[] => [...gates.values()].filter((row) => row.realm === realm);
  const waiting = (): readonly WaitingGate[] => ours().flatMap((row) => (row.state === 'waiting' ? [row] : []));
  return {
    gate: (id) => Promise.resolve(ours().find((row) => row.id === id) ?? null),
    waitingGate: (userId, client) =>
      Promise.resolve(
        waiting().find((row) => isSignIn(row) && row.person.userId === userId && row.client === client) ?? null,
      ),
    gatesOf: (userId, since, limit) =>
      Promise.resolve(
        ours()
          .filter((row) => row.person.userId === userId && row.openedAt >= since)
          .sort((a, b) => b.openedAt - a.openedAt)
          .slice(0, limit),
      ),
    gatesPastWaiting: (now, limit) =>
      Promise.resolve(
        waiting()
          .filter(({ waitsUntil }) => waitsUntil <= now)
          .sort((a, b) => a.waitsUntil - b.waitsUntil)
          .slice(0, limit),
      ),
    countWaitingGates: () => Promise.resolve(waiting().length),
    forgetGates: (before) => {
      for (const { id, state, waitsUntil } of ours()) if (state !== 'waiting' && waitsUntil < before) gates.delete(id);
      return Promise.resolve();
    },
  };
}

/** Whether each follows what is stored, and what was written before it in the same write. */
export function gatesFit(gates: Gates, batch: GateWrites): boolean {
  const written = new Map(gates);
  return (batch.gates ?? []).every((row) => {
    const fits =
      (written.get(row.id)?.revision ?? 0) === row.revision - 1 &&
      ![...written.values()].some((other) => other.id !== row.id && isRival(other, row));
    written.set(row.id, row);
    return fits;
  });
}

const isSignIn = ({ trigger }: Gate): boolean => trigger !== 'backchannel';

const isRival = (a: Gate, b: Gate): boolean =>
  a.realm === b.realm &&
  (a.nonce === b.nonce ||
    (isSignIn(a) &&
      isSignIn(b) &&
      a.state === 'waiting' &&
      b.state === 'waiting' &&
      a.person.userId === b.person.userId &&
      a.client === b.client));
