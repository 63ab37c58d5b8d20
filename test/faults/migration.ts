import Database from 'better-sqlite3';
import type { Plan } from './plan.ts';
import { noteIn } from './points.ts';

/** Ends of statements in a migration's script; those inside a trigger's body are none. */
const BETWEEN = /;\s*\n(?!END;)/;
type Work = (...args: readonly unknown[]) => unknown;
const bare = (statement: string): string => statement.replaceAll(/--.*$/gm, '').trim();

/**
 * Opening the database is no port: here the driver carries out scripts a statement at a time and dies after one of them,
 * inside its transaction or right after that was committed.
 */
export function ambushMigration({ killAfter, notes }: NonNullable<Plan['migration']>): void {
  const driver = Database.prototype as unknown as {
    exec: (this: Database.Database, script: string) => Database.Database;
    transaction: (this: Database.Database, work: Work) => Work;
  };
  const { exec, transaction } = driver;
  const note = notes === undefined ? null : noteIn(notes);
  let count = 0;
  const step = (what: string): void => {
    count += 1;
    note?.(what);
    if (count === killAfter) process.kill(process.pid, 'SIGKILL');
  };

  driver.exec = function carriedOut(this: Database.Database, script: string): Database.Database {
    for (const statement of script.split(BETWEEN)) {
      if (bare(statement) === '') continue;
      exec.call(this, statement);
      step(bare(statement).split('\n')[0] ?? '');
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
