import type { AuditEntry, AuditKind } from '../../domain/audit.ts';
import type { Words } from '../../usecases/views.ts';
import { escapeMrkdwn } from './escape.ts';
import { actions, button, context, header, packed, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';

const WORDS: Readonly<Record<AuditKind, string>> = {
  'instance.created': 'audit begun',
  'request.submitted': 'asked',
  'request.refused': 'request refused',
  'request.question': 'approver asked for more',
  'request.answer': 'requester answered',
  'request.approval': 'approved a stage',
  'request.reopened': 'request asked anew',
  'request.approved': 'request approved',
  'request.denied': 'request denied',
  'request.expired': 'request expired',
  'request.withdrawn': 'request withdrawn',
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
  'clock.jumped': 'clock jumped',
  'audit.exported': 'audit exported',
};

/** One page of the audit, newest first, with what it was narrowed by. */
export function renderAuditPage(page: Extract<Words, { say: 'audit_page' }>): Rendered {
  // A person was picked as a mention and is shown as one.
  const narrowed = escapeMrkdwn(page.words, 300).replace(/&lt;@([UW][A-Z0-9]+)&gt;/g, '<@$1>');
  const by = narrowed === '' ? '' : `: ${narrowed}`;
  const count = page.entries.length;
  const text =
    count === 0
      ? `No audit entry fits${by}.`
      : `${count} ${count === 1 ? 'entry' : 'entries'} of the audit, newest first${by}.`;
  const value = JSON.stringify({ w: page.words, p: page.page + 1 });
  const older = page.more && value.length <= 2000 ? [actions([button('audit_older', 'Older', value)])] : [];
  return {
    text,
    blocks: [
      header(`Audit, page ${page.page + 1}`),
      context(text),
      ...packed(page.entries.map(entryLine), 45),
      ...older,
    ],
  };
}

/** First what happened to what, then to whom and by whom, then when. */
function entryLine(entry: AuditEntry): string {
  const resource = entry.resource === null ? '' : `  ${escapeMrkdwn(entry.resource.path, 255)}`;
  const { actor: by, subject: person } = entry;
  const isOwn = by.kind === 'person' && by.username === person?.username;
  const subject = person === null || isOwn ? '' : `for ${escapeMrkdwn(person.username, 100)}, `;
  return `*${WORDS[entry.kind]}*${resource}\n${subject}by ${actor(entry)} · ${when(entry.at)} · #${entry.seq}`;
}

function actor({ actor: by }: AuditEntry): string {
  switch (by.kind) {
    case 'leasehold':
      return 'Leasehold';
    case 'person':
      return `${account(by.slack)} (${escapeMrkdwn(by.username, 100)})`;
    case 'slack':
      return account(by.slack);
  }
}

/** `T…/U…` as a mention; anything else as text. */
function account(slack: string): string {
  const userId = /^[A-Z0-9]+\/([A-Z0-9]+)$/.exec(slack)?.[1];
  return userId === undefined ? escapeMrkdwn(slack, 100) : `<@${userId}>`;
}
