import type { AuditDraft } from '../src/domain/audit.ts';
import { grantEntry, personActor, requestEntry } from '../src/domain/audit-drafts.ts';
import type { ApprovedRequest, PendingRequest } from '../src/domain/request.ts';
import type { InboxItem } from '../src/usecases/intent.ts';
import type { Batch } from '../src/usecases/store-port.ts';
import { aGrant, aHolding, aPerson, aRequest } from '../test/builders/domain.ts';
import { REALM } from './engines.ts';

/** What one decision leaves behind: the envelope, then in one write request, grant, holding, messages and two audit entries. */
export type DecisionRows = {
  readonly envelope: InboxItem;
  readonly pending: PendingRequest;
  readonly batch: Batch & { readonly audit: readonly AuditDraft[] };
};

/** A request that waits, and what its approval will write. */
export function decisionRows(): DecisionRows {
  const pending = aRequest({ realm: REALM });
  const by = aPerson();
  const at = pending.submittedAt + 1000;
  const request: ApprovedRequest = {
    ...pending,
    state: 'approved',
    revision: 2,
    decidedAt: at,
    leaseSeconds: pending.askedSeconds,
    approvals: [{ kind: 'approve', stage: 0, by, at, leaseSeconds: pending.askedSeconds }],
  };
  const { requester: person, resource, correlationId } = pending;
  const grant = aGrant({ realm: REALM, requestId: pending.id, person, resource, approvers: [by], approvedAt: at });
  const reply = { slack: by.slack, responseUrl: null };
  const key = `click/${pending.id}`;
  const message = { channel: 'C0', ts: '1' };
  const intent = {
    intent: 'approve',
    requestId: pending.id,
    version: 1,
    stage: 0,
    message,
    leaseSeconds: null,
  } as const;
  const notices = ['card', 'thread', 'person'] as const;
  return {
    pending,
    envelope: { key, receivedAt: at, slack: by.slack, reply, correlationId, intent },
    batch: {
      inboxDone: key,
      requests: [request],
      grants: [grant],
      holdings: [aHolding({}, grant)],
      messages: notices.map((kind) => ({
        key: `${key}:${kind}`,
        at,
        correlationId,
        body: { to: 'person', reply, notice: { notice: 'decided', requestId: pending.id } },
      })),
      audit: [
        requestEntry('request.approved', request, personActor(by), at),
        grantEntry('grant.planned', grant, personActor(by), at),
      ],
    },
  };
}
