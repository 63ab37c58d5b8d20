import { canonical } from './canonical.ts';
import type { JsonObject } from './canonical.ts';
import type { EpochMs, GrantId, RequestId } from './ids.ts';
import type { Resource } from './resource.ts';

/** Every kind of audit entry; a structural test finds a use case that writes each. */
export const AUDIT_KINDS = [
  'instance.created',
  'team.submitted',
  'request.submitted',
  'request.refused',
  'request.question',
  'request.answer',
  'request.approval',
  'request.reopened',
  'request.escalated',
  'request.approved',
  'request.denied',
  'request.expired',
  'request.withdrawn',
  'request.taken',
  'request.allowed',
  'review.signed',
  'review.closed',
  'decision.refused',
  'decision.dropped',
  'grant.planned',
  'grant.live',
  'grant.end_asked',
  'grant.ended',
  'sessions.ended',
  'holding.failing',
  'holding.held',
  'holding.recovered',
  'orphan.found',
  'orphan.removed',
  'drift.withheld',
  'identity.linked',
  'identity.unlinked',
  'identity.refused',
  'identity.proven',
  'gate.opened',
  'gate.approval',
  'gate.approved',
  'gate.denied',
  'gate.expired',
  'gate.withdrawn',
  'gate.superseded',
  'gate.unreachable',
  'gate.changed',
  'gate.untaken',
  'gate.spent',
  'gate.refused',
  'token.refused',
  'policy.changed',
  'clock.jumped',
  'audit.exported',
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** Who did it: a person by his Keycloak user id (and Slack account), an unknown Slack account, or Leasehold itself. */
export type Actor =
  | { readonly kind: 'person'; readonly userId: string; readonly username: string; readonly slack: string }
  | { readonly kind: 'slack'; readonly slack: string }
  | { readonly kind: 'leasehold' };

/** One immutable fact before it has its place in the chain. `data` holds what replaying needs; never people's free text. */
export type AuditDraft = {
  readonly kind: AuditKind;
  readonly at: EpochMs;
  readonly actor: Actor;
  readonly subject: { readonly userId: string; readonly username: string } | null;
  readonly resource: Resource | null;
  readonly requestId: RequestId | null;
  readonly grantId: GrantId | null;
  readonly correlationId: string;
  readonly data: JsonObject;
};

/** An entry in the chain. `hash` = SHA-256 (hex) of {@link entryText}; `prevHash` is the hash of `seq - 1`. */
export type AuditEntry = AuditDraft & {
  readonly seq: number;
  readonly realm: string;
  readonly prevHash: string;
  readonly hash: string;
};

/** `prevHash` of the first entry. */
export const GENESIS = '0'.repeat(64);

/** The canonical text that is hashed: every field but the hash itself. */
export function entryText(entry: Omit<AuditEntry, 'hash'>): string {
  return canonical({
    seq: entry.seq,
    realm: entry.realm,
    prevHash: entry.prevHash,
    kind: entry.kind,
    at: entry.at,
    actor: entry.actor,
    subject: entry.subject,
    resource: entry.resource,
    requestId: entry.requestId,
    grantId: entry.grantId,
    correlationId: entry.correlationId,
    data: entry.data,
  });
}
