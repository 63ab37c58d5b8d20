import Database from 'better-sqlite3';
import pg from 'pg';
import type { Plan } from './plan.ts';
import { noteIn } from './points.ts';

/** Ends of statements in a migration's script; those inside the body of a trigger or function are none. */
const BETWEEN = /;\s*\n(?!END)/;
type Work = (...args: readonly unknown[]) => unknown;
type Step = (what: string) => void;
const bare = (statement: string): string => statement.replaceAll(/--.*$/gm, '').trim();
const statementsOf = (script: string): readonly string[] =>
  script.split(BETWEEN).filter((statement) => bare(statement) !== '');

/**
 * Opening the database is no port: here the driver carries out scripts a statement at a time and dies after one of them,
 * inside its transaction or right after that was committed.
 */
export function ambushMigration({ killAfter, notes }: NonNullable<Plan['migration']>): void {
  const note = notes === undefined ? null : noteIn(notes);
  let count = 0;
  const step = (what: string): void => {
    count += 1;
    note?.(bare(what).split('\n')[0] ?? '');
    if (count === killAfter) process.kill(process.pid, 'SIGKILL');
  };
  ambushSqlite(step);
  ambushPostgres(step);
}

function ambushSqlite(step: Step): void {
  const driver = Database.prototype as unknown as {
    exec: (this: Database.Database, script: string) => Database.Database;
    transaction: (this: Database.Database, work: Work) => Work;
  };
  const { exec, transaction } = driver;
  driver.exec = function carriedOut(this: Database.Database, script: string): Database.Database {
    for (const statement of statementsOf(script)) {
      exec.call(this, statement);
      step(statement);
    }
    return this;
  };
  driver.transaction = function committed(this: Database.Database, work: Work): Work {
    const whole = transaction.call(this, work);
    return (...args) => {
      const result = whole(...args);
      step('COMMIT');
      return result;
    };
  };
}

function ambushPostgres(step: Step): void {
  const driver = pg.Client.prototype as unknown as { query: (this: pg.Client, ...args: readonly unknown[]) => unknown };
  const { query } = driver;
  driver.query = function carriedOut(this: pg.Client, ...args: readonly unknown[]): unknown {
    const [text, ...rest] = args;
    // The pool's own queries come with a callback, prepared ones as an object: neither makes tables.
    if (typeof text !== 'string' || typeof rest.at(-1) === 'function') return query.apply(this, [...args]);
    return (async () => {
      let result: unknown;
      for (const statement of statementsOf(text)) {
        result = await query.call(this, statement, ...rest);
        step(statement);
      }
      return result;
    })();
  };
}
