import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { REALM, START } from '../../builders/domain.ts';
import { recordedLog } from '../../doubles/log.ts';
import type { StoreHarness } from './harness.ts';

/** A folder of its own for each database. */
export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'leasehold-store-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export const openAt = (file: string) => openSqliteStore({ file, realm: REALM, now: () => START, log: recordedLog() });

export async function sqliteHarness(): Promise<StoreHarness & { readonly file: string }> {
  const { folder, remove } = temporaryFolder();
  const file = path.join(folder, 'data', 'leasehold.db');
  const store = await openAt(file);
  const asClient = (statements: string): Promise<void> =>
    new Promise((resolve) => {
      const client = new Database(file);
      try {
        client.exec(statements);
        resolve();
      } finally {
        client.close();
      }
    });
  return {
    store,
    file,
    asClient,
    tamper: (statements) => asClient(`DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; ${statements}`),
    end: async () => {
      await store.close();
      remove();
    },
  };
}
