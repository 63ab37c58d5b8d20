import { readDatabaseFile } from '../config.ts';
import { openSqliteReader } from '../store/sqlite/open.ts';
import { verifyChain } from '../usecases/verify-audit.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/**
 * Follows the chain in a database file, beside a running bot or offline.
 * @throws CodedError store_unavailable
 */
export async function auditVerify(given: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const read = given === undefined ? readDatabaseFile(terminal.env) : { ok: true as const, file: given };
  if (!read.ok) {
    read.problems.forEach(terminal.complain);
    return 2;
  }
  const reader = await openSqliteReader(read.file);
  try {
    const result = await verifyChain(reader.auditEntries(), () => reader.auditHead());
    if (result.ok) {
      terminal.say(`ok: ${result.entries} entries, the last is #${result.head.seq} ${result.head.hash}`);
      return 0;
    }
    terminal.say(`broken at #${result.seq}: ${result.problem} (${result.entries} entries before it are good)`);
    return 1;
  } finally {
    reader.close();
  }
}
