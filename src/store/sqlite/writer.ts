import type Database from 'better-sqlite3';
import { hasCode } from '../../lib/errors.ts';
import { storeError } from './errors.ts';

/** `keep: false` undoes what this member wrote, without harm to the others of its group. */
export type Written<T> = { readonly keep: boolean; readonly result: T };

/**
 * Runs `work` inside the next write transaction and resolves when that is durable. Whoever asks within one turn of the
 * event loop, or while the last write is rested from, shares a transaction, and so its one wait for the disk.
 * @throws store_unavailable (the whole group is undone), or whatever `work` throws (it alone is undone)
 */
export type Write = <T>(work: () => Written<T>) => Promise<T>;

const GROUP_LIMIT = 50;
/**
 * The engine is synchronous, so a write holds up everything else. After one the loop rests as long as it lasted, at most
 * this: under load the groups grow, and at least half of the time is left for sockets and timers.
 */
const MAX_REST_MS = 10;

type Member = {
  readonly work: () => Written<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
};

/** @param onRollback forgets what was remembered about rows that are now undone */
export function groupWriter(database: Database.Database, onRollback: () => void): Write {
  const waiting: Member[] = [];
  let scheduled = false;
  let restUntil = 0;

  const flush = (): void => {
    const startedAt = performance.now();
    scheduled = false;
    writeGroup(database, waiting.splice(0, GROUP_LIMIT), onRollback);
    const endedAt = performance.now();
    restUntil = endedAt + Math.min(MAX_REST_MS, endedAt - startedAt);
    schedule();
  };
  const schedule = (): void => {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    const restMs = restUntil - performance.now();
    if (restMs > 0 && waiting.length < GROUP_LIMIT) setTimeout(flush, restMs);
    else setImmediate(flush);
  };
  return <T>(work: () => Written<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ work, resolve: resolve as Member['resolve'], reject });
      schedule();
    });
}

function writeGroup(database: Database.Database, group: readonly Member[], onRollback: () => void): void {
  let settle: readonly (() => void)[];
  try {
    database.exec('BEGIN IMMEDIATE');
    settle = group.map((member) => writeMember(database, member, onRollback));
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    onRollback();
    const told = storeError(error);
    for (const member of group) member.reject(told);
    return;
  }
  for (const tell of settle) tell();
}

/** @returns how to tell the caller once the group is durable. @throws what makes the whole group fail */
function writeMember(database: Database.Database, member: Member, onRollback: () => void): () => void {
  const undo = (): void => {
    database.exec('ROLLBACK TO member; RELEASE member');
    onRollback();
  };
  database.exec('SAVEPOINT member');
  try {
    const { keep, result } = member.work();
    if (keep) database.exec('RELEASE member');
    else undo();
    return () => member.resolve(result);
  } catch (error) {
    if (hasCode(storeError(error), 'store_unavailable')) throw error;
    undo();
    return () => member.reject(error);
  }
}

/** The engine has already rolled back by itself after some errors, a full disk among them. */
function rollBack(database: Database.Database): void {
  try {
    if (database.inTransaction) database.exec('ROLLBACK');
  } catch {
    // The connection is closed or broken: nothing of the group is kept either way.
  }
}
