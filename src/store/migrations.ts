import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodedError } from '../lib/errors.ts';

export type Migration = { readonly name: string; readonly sql: string };

/**
 * The migrations of an engine that a database lacks, in order. They go forward only and each runs once.
 * @param applied names that the database has recorded
 * @throws CodedError store_unavailable when the database was written by a newer Leasehold
 */
export function missingMigrations(engine: 'sqlite' | 'postgres', applied: readonly string[]): readonly Migration[] {
  const folder = fileURLToPath(new URL(`../../migrations/${engine}/`, import.meta.url));
  const names = readdirSync(folder)
    .filter((file) => /^\d{4}_[a-z_]+\.sql$/.test(file))
    .sort();
  const stranger = applied.find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new CodedError('store_unavailable', `The database was written by a newer Leasehold (it has ${stranger}).`);
  }
  return names
    .filter((name) => !applied.includes(name))
    .map((name) => ({ name, sql: readFileSync(path.join(folder, name), 'utf8') }));
}
