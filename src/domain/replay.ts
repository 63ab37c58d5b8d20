import type { AuditDraft } from './audit.ts';
import { isTaken } from './break-glass.ts';
import type { Json } from './canonical.ts';
import type { Gate } from './gate.ts';
import type { Grant } from './grant.ts';
import type { AccessRequest } from './request.ts';

/** What the audit alone tells of each request, grant and gate, by id (I22). Times are epoch ms. */
export type Replay = {
  readonly requests: ReadonlyMap<string, ReplayedRequest>;
  readonly grants: ReadonlyMap<string, ReplayedGrant>;
  readonly gates: ReadonlyMap<string, ReplayedGate>;
};
export type ReplayedRequest = {
  readonly state: string;
  readonly version: number;
  readonly escalatedTo: string | null;
  readonly questions: number;
  readonly answers: number;
  readonly signatures: number;
};
export type ReplayedGrant = {
  readonly state: string;
  readonly expiresAt: number | null;
  readonly endedBy: string | null;
};

/** `spent`: how many tabs went on. */
export type ReplayedGate = { readonly state: string; readonly approvals: number; readonly spent: number };

const NOTHING_REPLAYED: Replay = { requests: new Map(), grants: new Map(), gates: new Map() };

/** Folds entries, in order of `seq`, onto what was replayed so far. */
export function replay(entries: Iterable<AuditDraft>, before: Replay = NOTHING_REPLAYED): Replay {
  const requests = new Map(before.requests);
  const grants = new Map(before.grants);
  const gates = new Map(before.gates);
  for (const { kind, requestId, grantId, data } of entries) {
    if (kind.startsWith('grant.') && grantId !== null) {
      grants.set(grantId, {
        state: text(data['state']) ?? '',
        expiresAt: number(data['expiresAt']),
        endedBy: text(data['endedBy']),
      });
    } else if (kind.startsWith('gate.') && kind !== 'gate.refused') {
      gates.set(text(data['gate']) ?? '', {
        state: text(data['state']) ?? '',
        approvals: number(data['approvals']) ?? 0,
        spent: number(data['spent']) ?? 0,
      });
    } else if (/^re(quest|view)\./.test(kind) && kind !== 'request.refused' && requestId !== null) {
      const known = requests.get(requestId);
      requests.set(requestId, {
        state: text(data['state']) ?? '',
        version: number(data['version']) ?? 0,
        escalatedTo: text(data['escalatedTo']),
        questions: (known?.questions ?? 0) + (kind === 'request.question' ? 1 : 0),
        answers: (known?.answers ?? 0) + (kind === 'request.answer' ? 1 : 0),
        signatures: (known?.signatures ?? 0) + (kind.startsWith('review.') ? 1 : 0),
      });
    }
  }
  return { requests, grants, gates };
}

const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
const number = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);

/** What replaying must find for this row. */
export const replayedRequest = (request: AccessRequest): ReplayedRequest => ({
  state: request.state,
  version: request.version,
  escalatedTo: request.escalatedTo,
  questions: request.questions.length,
  answers: request.questions.filter(({ answer }) => answer !== null).length,
  signatures: isTaken(request) ? request.review.signatures.length : 0,
});

/** What replaying must find for this row. */
export const replayedGate = ({ state, approvals, tabs }: Gate): ReplayedGate => ({
  state,
  approvals: approvals.length,
  spent: tabs.filter(({ spent }) => spent).length,
});

/** What replaying must find for this row; a planned grant's expiry is provisional and not audited. */
export const replayedGrant = (grant: Grant): ReplayedGrant => ({
  state: grant.state,
  expiresAt: grant.state === 'planned' ? null : grant.expiresAt,
  endedBy: grant.state === 'ended' ? grant.endedBy : null,
});
