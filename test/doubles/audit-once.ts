import type { AuditEntry } from '../../src/domain/audit.ts';

/** The kinds of which a request or grant has at most one entry: a step of its life is recorded once (I22). */
const ONCE = ['grant.planned', 'grant.live', 'grant.end_asked', 'grant.ended', 'request.submitted', 'review.closed'];
const TERMINAL = [
  'request.approved',
  'request.taken',
  'request.allowed',
  'request.denied',
  'request.expired',
  'request.withdrawn',
];

/** Steps that are on record more than once, or a second terminal state (I15); empty in a sound audit. */
export function repeated(entries: readonly AuditEntry[]): readonly string[] {
  const steps = entries.flatMap(({ kind, requestId, grantId }) =>
    ONCE.includes(kind)
      ? [`${kind} ${grantId ?? requestId ?? ''}`]
      : TERMINAL.includes(kind)
        ? [`terminal ${requestId ?? ''}`]
        : [],
  );
  return steps.filter((step, index) => steps.indexOf(step) !== index);
}
