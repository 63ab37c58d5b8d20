import { and, asc, desc, eq, gte, lt, lte, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { Gate, WaitingGate } from '../../domain/gate.ts';
import type { EpochMs, GateId, KeycloakUserId } from '../../domain/ids.ts';
import type { GateWrites } from '../../usecases/gate-store.ts';
import { readWaitingGates } from '../rows.ts';
import { gates, isAtGate, isPastGate, isSignIn } from './schema.ts';
import { swapIn } from './swap.ts';

/** Sign-ins that wait. Every call runs in the caller's transaction, if there is one. */
export function gateTable(db: BetterSQLite3Database, realm: string) {
  const given = { user: sql.placeholder('user'), time: sql.placeholder('time'), limit: sql.placeholder('limit') };
  const here = eq(gates.realm, realm);
  const rows = () => db.select({ body: gates.body }).from(gates);

  const byId = rows()
    .where(and(eq(gates.id, sql.placeholder('id')), here))
    .prepare();
  const waiting = rows()
    .where(and(here, isAtGate, isSignIn, eq(gates.personId, given.user), eq(gates.client, sql.placeholder('client'))))
    .prepare();
  const ofPerson = rows()
    .where(and(here, eq(gates.personId, given.user), gte(gates.openedAt, given.time)))
    .orderBy(desc(gates.openedAt))
    .limit(given.limit)
    .prepare();
  const pastWaiting = rows()
    .where(and(here, isAtGate, lte(gates.waitsUntil, given.time)))
    .orderBy(asc(gates.waitsUntil))
    .limit(given.limit)
    .prepare();
  const count = db
    .select({ count: sql<number>`count(*)` })
    .from(gates)
    .where(and(here, isAtGate))
    .prepare();
  const forget = db
    .delete(gates)
    .where(and(here, isPastGate, lt(gates.waitsUntil, given.time)))
    .prepare();

  const writeGate = swapIn(db, gates);

  return {
    /** False when a stored revision is another, the person has another gate that waits at this client, or its nonce opened one. */
    write: (batch: GateWrites): boolean => (batch.gates ?? []).every(writeGate),
    forget: (before: EpochMs): void => void forget.run({ time: before }),

    gate: (id: GateId): Gate | null => byId.get({ id })?.body ?? null,
    waitingGate: (user: KeycloakUserId, client: string): WaitingGate | null =>
      readWaitingGates(waiting.all({ user, client }))[0] ?? null,
    gatesOf: (user: KeycloakUserId, since: EpochMs, limit: number): readonly Gate[] =>
      ofPerson.all({ user, time: since, limit }).map(({ body }) => body),
    gatesPastWaiting: (now: EpochMs, limit: number) => readWaitingGates(pastWaiting.all({ time: now, limit })),
    countWaitingGates: () => count.get()?.count ?? 0,
  };
}
