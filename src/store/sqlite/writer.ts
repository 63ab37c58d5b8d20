import type Database from 'better-sqlite3';
import { hasCode } from '../../lib/errors.ts';
import { storeError } from './errors.ts';

/** `keep: false` undoes what this member wrote, without harm to the others of its group. */
export type Written<T> = { readonly keep: boolean; readonly result: T };

/**
 * Runs `work` inside the next write transaction and resolves when that is durable. Whoever asks within one turn of the
 * event loop, or while the last write is rested from, shares a transaction, and so its one wait for the disk.
 * @param when `now` where Slack waits for it: it waits for no rest
 * @throws store_unavailable (the whole group is undone), or whatever `work` throws (it alone is undone)
 */
export type Write = <T>(work: () => Written<T>, when?: 'now' | 'soon') => Promise<T>;

const GROUP_LIMIT = 50;
/**
 * The engine is synchronous, so a write holds up everything else. After one the loop rests so many times as long as it
 * lasted, at most `maxMs`: under load the groups grow, and most of the time is left for sockets and timers.
 */
const REST = { times: 4, maxMs: 20 };

type Member = {
  readonly work: () => Written<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
};

/** @param onRollback forgets what was remembered about rows that are now undone */
export function groupWriter(database: Database.Database, onRollback: () => void): Write {
  const transaction = transactionOf(database);
  const waiting: Member[] = [];
  let rest: NodeJS.Timeout | null = null;
  let turn: NodeJS.Immediate | null = null;
  let restUntil = 0;

  const flush = (): void => {
    if (rest !== null) clearTimeout(rest);
    if (turn !== null) clearImmediate(turn);
    rest = turn = null;
    const startedAt = performance.now();
    writeGroup(transaction, waiting.splice(0, GROUP_LIMIT), onRollback);
    const endedAt = performance.now();
    restUntil = endedAt + Math.min(REST.maxMs, REST.times * (endedAt - startedAt));
    if (waiting.length > 0) plan('soon');
  };
  const plan = (when: 'now' | 'soon'): void => {
    const restMs = when === 'now' || waiting.length >= GROUP_LIMIT ? 0 : restUntil - performance.now();
    if (restMs > 0) rest ??= setTimeout(flush, restMs);
    else turn ??= setImmediate(flush);
  };
  return <T>(work: () => Written<T>, when: 'now' | 'soon' = 'soon'): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ work, resolve: resolve as Member['resolve'], reject });
      plan(when);
    });
}

/** The engine's words for a transaction whose members can be undone one by one, prepared: they surround every write. */
function transactionOf(database: Database.Database) {
  const run = (sql: string): (() => void) => {
    const statement = database.prepare(sql);
    return () => void statement.run();
  };
  return {
    begin: run('BEGIN IMMEDIATE'),
    commit: run('COMMIT'),
    beginMember: run('SAVEPOINT member'),
    keepMember: run('RELEASE member'),
    undoMember: run('ROLLBACK TO member'),
    /** The engine has already rolled back by itself after some errors, a full disk among them. */
    rollBack: (): void => {
      try {
        if (database.inTransaction) database.exec('ROLLBACK');
      } catch {
        // The connection is closed or broken: nothing of the group is kept either way.
      }
    },
  };
}
type Transaction = ReturnType<typeof transactionOf>;

function writeGroup(transaction: Transaction, group: readonly Member[], onRollback: () => void): void {
  let settle: readonly (() => void)[];
  try {
    transaction.begin();
    settle = group.map((member) => writeMember(transaction, member, onRollback));
    transaction.commit();
  } catch (error) {
    transaction.rollBack();
    onRollback();
    const told = storeError(error);
    for (const member of group) member.reject(told);
    return;
  }
  for (const tell of settle) tell();
}

/** @returns how to tell the caller once the group is durable. @throws what makes the whole group fail */
function writeMember(transaction: Transaction, member: Member, onRollback: () => void): () => void {
  const undo = (): void => {
    transaction.undoMember();
    transaction.keepMember();
    onRollback();
  };
  transaction.beginMember();
  try {
    const { keep, result } = member.work();
    if (keep) transaction.keepMember();
    else undo();
    return () => member.resolve(result);
  } catch (error) {
    if (hasCode(storeError(error), 'store_unavailable')) throw error;
    undo();
    return () => member.reject(error);
  }
}
