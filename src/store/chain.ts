import { entryText } from '../domain/audit.ts';
import type { AuditDraft, AuditEntry } from '../domain/audit.ts';
import { sha256 } from '../lib/hash.ts';

/** Where the chain ends: the last entry's number and hash. */
export type Head = { readonly seq: number; readonly hash: string };

/** An entry as it is stored: `entry` is the canonical text that was hashed. */
export type AuditRow = { readonly seq: number; readonly entry: string; readonly hash: string };

/** Gives a draft its place at the end of the chain. */
export function linkEntry(draft: AuditDraft, realm: string, head: Head): AuditRow {
  const seq = head.seq + 1;
  const entry = entryText({ ...draft, seq, realm, prevHash: head.hash });
  return { seq, entry, hash: sha256(entry) };
}

/** @throws SyntaxError when somebody made the text unreadable */
export const readEntry = (row: Pick<AuditRow, 'entry' | 'hash'>): AuditEntry => ({
  ...(JSON.parse(row.entry) as Omit<AuditEntry, 'hash'>),
  hash: row.hash,
});
