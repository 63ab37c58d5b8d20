import type { KeycloakServer } from '../../keycloak/server.js';
import type { PostgresServer } from '../doubles/postgres-server.ts';
import { openField, peopledRealm } from './field.ts';
import type { Field, FieldOptions, Peopled } from './field.ts';
import type { StoreKind } from './record.ts';
import { unsound } from './soundness.ts';
import type { Expected } from './soundness.ts';

/** What all rows share: one Keycloak (null: somebody else's), one PostgreSQL (null: none here), and one realm for those that leave it as they found it. */
export type Bench = {
  readonly keycloak: KeycloakServer | null;
  readonly postgres: PostgresServer | null;
  readonly shared: Peopled;
  /** Of many moments each nth is tried; 1: all. */
  readonly every: number;
  readonly say: (line: string) => void;
};

/** One fault: what must hold, how it is brought about, and a run that answers what was seen or throws what went wrong. */
export type Row = {
  readonly name: string;
  readonly fault: string;
  readonly injected: string;
  /** Ids of invariants. */
  readonly holds: readonly string[];
  readonly stores: readonly StoreKind[];
  readonly run: (bench: Bench, store: StoreKind) => Promise<string>;
};

export const BOTH = ['sqlite', 'postgres'] as const satisfies readonly StoreKind[];
export const SQLITE = ['sqlite'] as const satisfies readonly StoreKind[];
export const POSTGRES = ['postgres'] as const satisfies readonly StoreKind[];

type Stage = Partial<FieldOptions> & { readonly ownRealm?: Parameters<typeof peopledRealm>[0] };

/** A field for the time of `work`, checked for soundness after it unless it threw. `work` answers what was seen. */
export async function onField(
  { shared }: Bench,
  store: StoreKind,
  stage: Stage,
  work: (field: Field) => Promise<string | { readonly seen: string; readonly expected: Expected }>,
): Promise<string> {
  const own = stage.ownRealm === undefined ? null : await peopledRealm(stage.ownRealm);
  const field = await openField({ store, peopled: own ?? shared, ...stage });
  try {
    const result = await work(field);
    const { seen, expected } = typeof result === 'string' ? { seen: result, expected: {} } : result;
    const problems = await unsound(field, expected);
    if (problems.length > 0) throw new Error(problems.join('; '));
    return seen;
  } catch (error) {
    const said = field.bots.map((bot) => bot.said().slice(-3000)).join('\n---\n');
    throw Object.assign(error instanceof Error ? error : new Error(String(error)), { said });
  } finally {
    await field.close();
    await own?.realm.asAdmin('DELETE', '');
  }
}

/** Throws what was not so. */
export function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`not so: ${what}`);
}

/** A stop-watch in seconds, written as people read it. */
export function stopwatch(): () => string {
  const startedAt = performance.now();
  return () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
