import { CodedError } from '../../lib/errors.ts';

/** What the engine said (`SQLITE_FULL` …), also where drizzle wrapped it; null for any other error. */
export function engineCode(error: unknown): string | null {
  // By its code, not its class: a process that loads the driver twice has two classes and one engine.
  if (typeof error !== 'object' || error === null) return null;
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')) return error.code;
  return 'cause' in error ? engineCode(error.cause) : null;
}

/** Something that must be unique is there already. */
export const isTaken = (error: unknown): boolean => engineCode(error) === 'SQLITE_CONSTRAINT_UNIQUE';

/**
 * The error that callers see. A broken constraint, trigger or statement is a bug of ours and stays what it is; anything
 * else the engine says (full, busy, read-only, I/O, corrupt) means that the record cannot be kept now.
 */
export function storeError(error: unknown): unknown {
  if (error instanceof CodedError) return error;
  const code = engineCode(error);
  if (code === null || isBug(code)) return error;
  const sentence =
    code === 'SQLITE_NOTADB'
      ? 'DATABASE_URL names a file that is no database; name another one.'
      : `The database does not answer (${code}).`;
  return new CodedError('store_unavailable', sentence, { cause: error });
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
