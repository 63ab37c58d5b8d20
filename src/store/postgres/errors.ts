import { CodedError } from '../../lib/errors.ts';

/** What PostgreSQL said (five characters) or the system (`ECONNREFUSED` …); null where neither spoke. */
function engineCode(error: unknown): string | null {
  const spoken = speaker(error);
  return spoken === null ? null : String(spoken.code);
}

/** Two transactions stood in each other's way and one was undone: it may simply be done again. */
export const isCollision = (error: unknown): boolean => ['40001', '40P01'].includes(engineCode(error) ?? '');

/** Something that must be unique is there already. */
export const isTaken = (error: unknown): boolean => engineCode(error) === '23505';

/**
 * The error that callers see. A broken constraint, trigger or statement is a bug of ours and stays what PostgreSQL said,
 * without the statement's values; anything else means that the record cannot be kept now.
 */
export function storeError(error: unknown): unknown {
  if (error instanceof CodedError) return error;
  const spoken = speaker(error);
  if (spoken !== null && isBug(String(spoken.code))) return spoken;
  if (spoken === null && !isDriver(error)) return error;
  const because = spoken === null ? 'the connection was lost' : String(spoken.code);
  return new CodedError('store_unavailable', SENTENCES[because] ?? `PostgreSQL does not answer (${because}).`, {
    cause: spoken ?? innermost(error),
  });
}

const SENTENCES: Readonly<Record<string, string>> = {
  '28P01': 'PostgreSQL refuses the user name or password in DATABASE_URL.',
  '28000': 'PostgreSQL does not let the user in DATABASE_URL in from here.',
  '3D000': 'PostgreSQL has no database of the name in DATABASE_URL; create it first.',
  '42501': 'The user in DATABASE_URL may not do this in the database; let it own the database.',
  '25006': 'PostgreSQL is read-only now.',
  '53100': 'The disk of PostgreSQL is full.',
};

/** Data, constraint, state, syntax and `RAISE`; but a missing right is a matter of set-up. */
const isBug = (code: string): boolean => /^(0A|21|22|23|2F|42|P0)/.test(code) && code !== '42501';

type Spoken = { readonly code: unknown; readonly cause?: unknown };

/** The first error on the way down that carries a code: drizzle and pg-pool wrap what was said. */
function speaker(error: unknown): Spoken | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('code' in error && typeof error.code === 'string' && /^([0-9A-Z]{5}|E[A-Z_]+)$/.test(error.code)) return error;
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) return speaker(error.errors[0]);
  return 'cause' in error ? speaker(error.cause) : null;
}

const innermost = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? innermost(error.cause) : error;

/** pg's own errors carry no code, only these words. */
const isDriver = (error: unknown): boolean => {
  const last = innermost(error);
  return typeof last === 'object' && last !== null && 'message' in last && DRIVER.test(String(last.message));
};
const DRIVER =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered|Client was closed|The server does not support SSL|Cannot use a pool)/;

/** `work` with the engine's errors told as ours. */
export const promised =
  <Args extends readonly unknown[], T>(work: (...args: Args) => Promise<T>) =>
  async (...args: Args): Promise<T> => {
    try {
      return await work(...args);
    } catch (error) {
      throw storeError(error);
    }
  };

const MAX_COLLISIONS = 10;

/** Once more after a deadlock, which undid the whole transaction. */
export async function again<T>(write: () => Promise<T>): Promise<T> {
  for (let collisions = 1; ; collisions++) {
    try {
      return await write();
    } catch (error) {
      if (!isCollision(error) || collisions >= MAX_COLLISIONS) throw error;
    }
  }
}
