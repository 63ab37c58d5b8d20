import type { AuditDraft, AuditEntry } from '../../../src/domain/audit.ts';
import { systemActor } from '../../../src/domain/audit-drafts.ts';
import type { Store } from '../../../src/usecases/store-port.ts';
import { START } from '../../builders/domain.ts';

/** One database under test. */
export type StoreHarness = {
  readonly store: Store;
  /** Runs SQL as any other client of the database would. */
  readonly asClient: (statements: string) => Promise<void>;
  /** Runs SQL as somebody who first does away with what guards the audit. */
  readonly tamper: (statements: string) => Promise<void>;
  readonly end: () => Promise<void>;
};
export type OpenStore = () => Promise<StoreHarness>;

/** An entry that belongs to nothing, told apart by its number. */
export function aDraft(number = 0): AuditDraft {
  return {
    kind: 'clock.jumped',
    at: START + number,
    actor: systemActor,
    subject: null,
    resource: null,
    requestId: null,
    grantId: null,
    correlationId: `draft-${String(number)}`,
    data: { number },
  };
}

export async function allEntries(store: Pick<Store, 'auditEntries'>): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of store.auditEntries()) entries.push(entry);
  return entries;
}
