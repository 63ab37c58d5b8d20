import type { AuditKind } from '../../../domain/audit.ts';
import type { Ready } from '../ready.ts';
import { counted } from './common.ts';

/** What happened, as a heading. */
const kind: Readonly<Record<AuditKind, string>> = {
  'instance.created': 'audit begun',
  'team.submitted': 'asked for many people',
  'request.submitted': 'asked',
  'request.refused': 'request refused',
  'request.question': 'approver asked for more',
  'request.answer': 'requester answered',
  'request.approval': 'approved a stage',
  'request.reopened': 'request asked anew',
  'request.escalated': 'request escalated',
  'request.approved': 'request approved',
  'request.denied': 'request denied',
  'request.expired': 'request expired',
  'request.withdrawn': 'request withdrawn',
  'request.taken': 'taken by break-glass',
  'request.allowed': 'given at once by policy',
  'review.signed': 'review signed',
  'review.closed': 'review signed and closed',
  'decision.refused': 'decision refused',
  'decision.dropped': 'decision dropped',
  'grant.planned': 'lease planned',
  'grant.live': 'lease live',
  'grant.end_asked': 'end of lease asked',
  'grant.ended': 'lease ended',
  'sessions.ended': 'sessions ended',
  'holding.failing': 'Keycloak failing',
  'holding.held': 'held for an operator',
  'holding.recovered': 'recovered',
  'orphan.found': 'access without lease found',
  'orphan.removed': 'access without lease removed',
  'drift.withheld': 'mass drift withheld',
  'identity.linked': 'account linked',
  'identity.unlinked': 'link ended',
  'identity.refused': 'sign-in refused',
  'identity.proven': 'signed in to act',
  'gate.opened': 'sign-in waits',
  'gate.approval': 'one approval of a sign-in',
  'gate.approved': 'sign-in approved',
  'gate.denied': 'sign-in denied',
  'gate.expired': 'sign-in not answered',
  'gate.withdrawn': 'turned back at the gate',
  'gate.superseded': 'sign-in replaced by another browser',
  'gate.unreachable': 'nobody could be asked about a sign-in',
  'gate.changed': 'a token would have carried something else',
  'gate.untaken': 'Keycloak did not take an approval',
  'gate.spent': 'signed in by approval',
  'gate.refused': 'sign-in refused, nobody asked',
  'token.refused': 'token refused',
  'policy.changed': 'policy changed',
  'clock.jumped': 'clock jumped',
  'audit.exported': 'audit exported',
};

const by = (narrowed: Ready | null): string => (narrowed === null ? '' : `: ${narrowed}`);

export const audit = {
  kind,
  title: (page: number) => `Audit, page ${page}`,
  /** `narrowed`: the words that it was narrowed by. */
  none: (narrowed: Ready | null) => `No audit entry fits${by(narrowed)}.`,
  shown: (count: number, narrowed: Ready | null) =>
    `${counted(count, 'entry', 'entries')} of the audit, newest first${by(narrowed)}.`,
  /** Below a heading: whom it was about, if somebody else, who did it, when, and which entry that is. */
  line: (entry: { readonly about: Ready | null; readonly by: Ready; readonly at: Ready; readonly seq: number }) =>
    `${entry.about === null ? '' : `for ${entry.about}, `}by ${entry.by} · ${entry.at} · #${entry.seq}`,
  older: 'Older',
  fileTitle: 'Access audit',
};
