import { and, asc, desc, eq, gte, lt, lte, sql } from 'drizzle-orm';
import type { Gate, WaitingGate } from '../../domain/gate.ts';
import type { EpochMs, GateId, KeycloakUserId } from '../../domain/ids.ts';
import type { GateWrites } from '../../usecases/gate-store.ts';
import { readWaitingGates } from '../rows.ts';
import type { Db } from './connection.ts';
import { isTaken } from './errors.ts';
import { gates, isAtGate, isPastGate, isSignIn } from './schema.ts';
import { swapRows } from './swap.ts';

/** Looks for sign-ins that wait. */
export function gateTable(db: Db, realm: string) {
  const given = { user: sql.placeholder('user'), time: sql.placeholder('time'), limit: sql.placeholder('limit') };
  const here = eq(gates.realm, realm);
  const rows = () => db.select({ body: gates.body }).from(gates);

  const byId = rows()
    .where(and(eq(gates.id, sql.placeholder('id')), here))
    .prepare('gate');
  const waiting = rows()
    .where(and(here, isAtGate, isSignIn, eq(gates.personId, given.user), eq(gates.client, sql.placeholder('client'))))
    .prepare('waiting_gate');
  const ofPerson = rows()
    .where(and(here, eq(gates.personId, given.user), gte(gates.openedAt, given.time)))
    .orderBy(desc(gates.openedAt))
    .limit(given.limit)
    .prepare('gates_of');
  const pastWaiting = rows()
    .where(and(here, isAtGate, lte(gates.waitsUntil, given.time)))
    .orderBy(asc(gates.waitsUntil))
    .limit(given.limit)
    .prepare('gates_past_waiting');
  const count = db
    .select({ count: sql`count(*)`.mapWith(Number) })
    .from(gates)
    .where(and(here, isAtGate))
    .prepare('count_waiting_gates');

  return {
    gate: async (id: GateId): Promise<Gate | null> => (await byId.execute({ id }))[0]?.body ?? null,
    waitingGate: async (user: KeycloakUserId, client: string): Promise<WaitingGate | null> =>
      readWaitingGates(await waiting.execute({ user, client }))[0] ?? null,
    gatesOf: async (user: KeycloakUserId, since: EpochMs, limit: number): Promise<readonly Gate[]> =>
      (await ofPerson.execute({ user, time: since, limit })).map(({ body }) => body),
    gatesPastWaiting: async (now: EpochMs, limit: number) =>
      readWaitingGates(await pastWaiting.execute({ time: now, limit })),
    countWaitingGates: async () => (await count.execute())[0]?.count ?? 0,
  };
}

/**
 * False when a stored revision is another, a person has another gate that waits at this client, or a nonce opened one. Runs
 * in the caller's transaction, which then has to be undone.
 */
export async function writeGates(db: Db, batches: readonly GateWrites[]): Promise<boolean> {
  try {
    for (const run of runs(batches.flatMap((batch) => batch.gates ?? [])))
      if (!(await swapRows(db, gates, run.map(revised)))) return false;
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

/** Deletes those that are closed and whose waiting would have been over before `before` (epoch ms). */
export async function forgetGates(db: Db, realm: string, before: EpochMs): Promise<void> {
  await db.delete(gates).where(and(eq(gates.realm, realm), isPastGate, lt(gates.waitsUntil, before)));
}

/** Parts that one statement can write without changing what the order means: all of them new or none, and each row once. */
function runs(rows: readonly Gate[]): readonly (readonly Gate[])[] {
  const parts: Gate[][] = [];
  for (const row of rows) {
    const last = parts.at(-1);
    const isNext = last?.every(({ id, revision }) => id !== row.id && (revision === 1) === (row.revision === 1));
    if (last !== undefined && isNext === true) last.push(row);
    else parts.push([row]);
  }
  return parts;
}

const revised = (body: Gate) => ({ id: body.id, revision: body.revision, body });
