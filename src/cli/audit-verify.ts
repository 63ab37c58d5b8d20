import { readDatabaseConfig } from '../config.ts';
import type { DatabaseConfig } from '../config.ts';
import { createLog } from '../lib/logger.ts';
import { openReader } from '../store/open.ts';
import { verifyChain } from '../usecases/verify-audit.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/**
 * Follows the chain in a database, beside a running bot or offline.
 * @throws CodedError store_unavailable
 */
export async function auditVerify(given: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const named = given === undefined ? null : ({ engine: 'sqlite', file: given } satisfies DatabaseConfig);
  const read = named === null ? readDatabaseConfig(terminal.env) : { ok: true as const, database: named };
  if (!read.ok) {
    read.problems.forEach(terminal.complain);
    return 2;
  }
  const reader = await openReader(read.database, createLog({ level: 'silent', secrets: [] }));
  try {
    const result = await verifyChain(reader.auditEntries(), () => reader.auditHead());
    if (result.ok) {
      terminal.say(`ok: ${result.entries} entries, the last is #${result.head.seq} ${result.head.hash}`);
      return 0;
    }
    terminal.say(`broken at #${result.seq}: ${result.problem} (${result.entries} entries before it are good)`);
    return 1;
  } finally {
    await reader.close();
  }
}
