import Database from 'better-sqlite3';
import type { AuditEntry } from '../../src/domain/audit.ts';
import type { Gate } from '../../src/domain/gate.ts';
import type { Grant } from '../../src/domain/grant.ts';
import type { PostedMessage } from '../../src/domain/message.ts';
import { replay, replayedGate, replayedGrant, replayedRequest } from '../../src/domain/replay.ts';
import type { AccessRequest } from '../../src/domain/request.ts';
import { openSqliteReader } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/usecases/store-port.ts';
import { verifyChain } from '../../src/usecases/verify-audit.ts';

/** What the database file holds, read beside the running bot. */
/** A row of `posted`: a Slack message that shows a request. */
export type StoredPost = Pick<PostedMessage, 'role' | 'channel' | 'ts'> & { readonly request_id: string };

export type Tables = {
  readonly requests: readonly AccessRequest[];
  readonly grants: readonly Grant[];
  readonly gates: readonly Gate[];
  readonly holdings: readonly unknown[];
  readonly posted: readonly StoredPost[];
};

export function readTables(file: string): Tables {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const bodies = (table: string): readonly unknown[] =>
      database
        .prepare<[], string>(`SELECT body FROM ${table} ORDER BY 1`)
        .pluck()
        .all()
        .map((body) => JSON.parse(body) as unknown);
    return {
      requests: bodies('requests') as readonly AccessRequest[],
      grants: bodies('grants') as readonly Grant[],
      gates: bodies('gates') as readonly Gate[],
      holdings: bodies('holdings'),
      posted: database.prepare<[], StoredPost>('SELECT * FROM posted ORDER BY request_id, role, stage').all(),
    };
  } finally {
    database.close();
  }
}

export async function readAudit(file: string): Promise<readonly AuditEntry[]> {
  const reader = await openSqliteReader(file);
  try {
    return await listed(reader.auditEntries());
  } finally {
    await reader.close();
  }
}

/** The chain's verdict, and the audit replayed beside the tables: `replayed` and `tables` must be equal (I22). */
export async function proveRecord(file: string) {
  const reader = await openSqliteReader(file);
  try {
    return await prove(reader, readTables(file));
  } finally {
    await reader.close();
  }
}

/** The same on an open record of any engine. */
export async function prove(
  reader: Pick<Store, 'auditEntries' | 'auditHead'>,
  { requests, grants, gates }: Pick<Tables, 'requests' | 'grants' | 'gates'>,
) {
  const entries = await listed(reader.auditEntries());
  const replayed = replay(entries);
  return {
    chain: await verifyChain(reader.auditEntries(), () => reader.auditHead()),
    replayed: {
      requests: sorted(replayed.requests),
      grants: sorted(replayed.grants),
      gates: sorted(replayed.gates),
    },
    tables: {
      requests: sorted(requests.map((row) => [row.id, replayedRequest(row)] as const)),
      grants: sorted(grants.map((row) => [row.id, replayedGrant(row)] as const)),
      gates: sorted(gates.map((row) => [row.id, replayedGate(row)] as const)),
    },
  };
}

export async function listed<T>(rows: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

const sorted = <T>(rows: Iterable<readonly [string, T]>): readonly (readonly [string, T])[] =>
  [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
