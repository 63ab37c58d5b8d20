import { GENESIS, entryText } from '../domain/audit.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { sha256 } from '../lib/hash.ts';

type Head = { readonly seq: number; readonly hash: string };

/** `entries` counts the good ones; `seq` is the first place where the chain is broken. */
export type Verification =
  | { readonly ok: true; readonly entries: number; readonly head: Head }
  | { readonly ok: false; readonly entries: number; readonly seq: number; readonly problem: string };

/**
 * Follows the chain from its first entry: finds an edited, removed, inserted or moved entry, and, by the recorded head, a
 * cut or forged tail. Somebody who rewrites everything from one place on, the head too, is found only by an anchor
 * outside the database.
 * @param entries in order of `seq`
 * @param recordedHead where the database says that the chain ends; asked before and after, for entries may be written meanwhile
 */
export async function verifyChain(
  entries: AsyncIterable<AuditEntry>,
  recordedHead: () => Promise<Head>,
): Promise<Verification> {
  const before = await recordedHead();
  let head: Head = { seq: 0, hash: GENESIS };
  const broken = (seq: number, problem: string): Verification => ({ ok: false, entries: head.seq, seq, problem });
  try {
    for await (const entry of entries) {
      const problem = linkProblem(entry, head) ?? headProblem(entry, before);
      if (problem !== null) return broken(head.seq + 1, problem);
      head = { seq: entry.seq, hash: entry.hash };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return broken(head.seq + 1, 'the entry cannot be read');
  }
  if (head.seq < before.seq) return broken(head.seq + 1, `the entries up to ${before.seq} are missing`);
  const after = await recordedHead();
  if (head.seq > after.seq) return broken(after.seq + 1, `the record ends at ${after.seq}, this was added to it`);
  return { ok: true, entries: head.seq, head };
}

function linkProblem(entry: AuditEntry, head: Head): string | null {
  if (entry.seq !== head.seq + 1) return `expected entry ${head.seq + 1}, found ${entry.seq}`;
  if (entry.prevHash !== head.hash) return 'the entry does not follow the one before it';
  return hashOf(entry) === entry.hash ? null : 'the entry was changed';
}

const headProblem = (entry: AuditEntry, recorded: Head): string | null =>
  entry.seq === recorded.seq && entry.hash !== recorded.hash ? 'the entry is not the one the record ends with' : null;

/** null when the entry cannot even be written canonically, as ours all can. */
function hashOf(entry: AuditEntry): string | null {
  try {
    return sha256(entryText(entry));
  } catch {
    return null;
  }
}
