import Database from 'better-sqlite3';
import { CodedError } from '../../lib/errors.ts';

/** What the engine said, also when drizzle wrapped it; null for any other error. */
export function engineError(error: unknown): InstanceType<typeof Database.SqliteError> | null {
  if (error instanceof Database.SqliteError) return error;
  return error instanceof Error && error.cause instanceof Database.SqliteError ? error.cause : null;
}

/**
 * The error that callers see. A broken constraint, trigger or statement is a bug of ours and stays what it is; anything
 * else the engine says (full, busy, read-only, I/O, corrupt) means that the record cannot be kept now.
 */
export function storeError(error: unknown): unknown {
  const engine = engineError(error);
  if (engine === null || isBug(engine.code)) return error;
  return new CodedError('store_unavailable', `The database does not answer (${engine.code}).`, { cause: error });
}

const isBug = (code: string): boolean => /^SQLITE_(CONSTRAINT|ERROR$|RANGE|MISMATCH)/.test(code);

/** `work` as the port has it: a promise, with the engine's errors told as ours. */
export const promised =
  <Args extends readonly unknown[], T>(work: (...args: Args) => T) =>
  (...args: Args): Promise<T> =>
    new Promise((resolve) => {
      try {
        resolve(work(...args));
      } catch (error) {
        throw storeError(error);
      }
    });
