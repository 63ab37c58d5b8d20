import { GENESIS, entryText } from '../domain/audit.ts';
import type { AuditDraft, AuditEntry, AuditKind } from '../domain/audit.ts';
import { systemActor } from '../domain/audit-drafts.ts';
import type { RequestId } from '../domain/ids.ts';
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

/** Every entry in order, a page at a time, the next one fetched meanwhile. @param page what comes after a `seq`; empty at the end */
export async function* streamed(page: (after: number) => Promise<readonly AuditRow[]>): AsyncIterable<AuditEntry> {
  let rows = await page(0);
  while (rows.length > 0) {
    const next = page(rows.at(-1)?.seq ?? 0);
    next.catch(() => undefined); // told when it is this page's turn
    for (const row of rows) yield readEntry(row);
    rows = await next;
  }
}

/** The audit of a new database ends before its first entry. */
export const EMPTY: Head = { seq: 0, hash: GENESIS };

/** The first entry of a new database says which one it is, so that another's chain cannot be put in its place. */
export function firstEntry(instance: string, at: number): AuditDraft {
  const nothing = { subject: null, resource: null, requestId: null, grantId: null };
  return { kind: 'instance.created', at, actor: systemActor, ...nothing, correlationId: instance, data: { instance } };
}

/** The audit tells which justification was given without telling it. @param commitment by the request's id */
export function withCommitment(draft: AuditDraft, commitment: (id: RequestId) => string | null): AuditDraft {
  if (!hasCommitment(draft)) return draft;
  return { ...draft, data: { ...draft.data, justification: commitment(draft.requestId) } };
}

export const hasCommitment = (draft: AuditDraft): draft is AuditDraft & { readonly requestId: RequestId } =>
  FIRST.has(draft.kind) && draft.requestId !== null;
/** With these a request comes into being. */
const FIRST: ReadonlySet<AuditKind> = new Set<AuditKind>(['request.submitted', 'request.taken', 'request.allowed']);
