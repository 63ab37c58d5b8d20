import type { AuditEntry } from '../../domain/audit.ts';
import { GATE_TRIGGERS } from '../../domain/policy.ts';
import { readSlackAttribute } from '../../domain/people.ts';
import type { Words } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { ready } from '../words/ready.ts';
import type { Ready } from '../words/ready.ts';
import { escapeMrkdwn } from './escape.ts';
import { actions, button, context, header, mention, packed, shownOrNull, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';

type AuditPage = Extract<Words, { say: 'audit_page' }>;

/** One page of the audit, newest first, with what it was narrowed by. */
export function renderAuditPage(say: Catalogue, page: AuditPage): Rendered {
  const narrowed = narrowedBy(page);
  const count = page.entries.length;
  const text = count === 0 ? say.audit.none(narrowed) : say.audit.shown(count, narrowed);
  const value = JSON.stringify({ w: page.words, p: page.page + 1 });
  const older = page.more && value.length <= 2000 ? [actions([button('audit_older', say.audit.older, value)])] : [];
  const lines = page.entries.map((entry) => entryLine(say, entry));
  return {
    text,
    blocks: [header(say.audit.title(page.page + 1)), context(text), ...packed(say, lines, 45), ...older],
  };
}

/** Whom the asker picked, as a mention, and the other words as mere text. */
function narrowedBy({ person, words }: AuditPage): Ready | null {
  if (person === null) return shownOrNull(words, 300);
  const picked = mention(person);
  const others = words.split(/\s+/u).filter((word) => word !== picked);
  const typed = shownOrNull(others.join(' '), 300);
  return typed === null ? picked : ready`${picked} ${typed}`;
}

/** First what happened to what, then to whom and by whom, then when. */
function entryLine(say: Catalogue, { kind, resource, actor: by, subject, at, seq, data }: AuditEntry): string {
  const what = resource === null ? signInOf(say, data) : `  ${escapeMrkdwn(resource.path, 255)}`;
  const isOwn = by.kind === 'person' && by.username === subject?.username;
  const about = subject === null || isOwn ? null : escapeMrkdwn(subject.username, 100);
  const { bundle } = data;
  // What was asked for together carries the same short name.
  const together = typeof bundle === 'string' ? ` · ${say.bundle.inBundle(escapeMrkdwn(bundle.slice(0, 8), 40))}` : '';
  return `*${kindOf(say, kind, data)}*${what}\n${say.audit.line({ about, by: actor(by), at: when(say, at), seq })}${together}`;
}

/** What happened; the entries of a sign-in and of a token without a browser have the same kinds. */
function kindOf(say: Catalogue, kind: AuditEntry['kind'], { trigger }: AuditEntry['data']): string {
  const { kind: ofTokens }: { readonly kind: Partial<Record<AuditEntry['kind'], string>> } = say.backchannel;
  return (trigger === 'backchannel' ? ofTokens[kind] : undefined) ?? say.audit.kind[kind];
}

/** Of a sign-in the application and why it came to the gate, as far as the entry tells. */
function signInOf(say: Catalogue, { client, trigger }: AuditEntry['data']): string {
  if (typeof client !== 'string') return '';
  const known = GATE_TRIGGERS.find((one) => one === trigger);
  return `  ${escapeMrkdwn(client, 255)}${known === undefined ? '' : ` · ${say.gate.trigger[known]}`}`;
}

function actor(by: AuditEntry['actor']): Ready {
  switch (by.kind) {
    case 'leasehold':
      return ready`Leasehold`;
    case 'person':
      return ready`${account(by.slack)} (${escapeMrkdwn(by.username, 100)})`;
    case 'slack':
      return account(by.slack);
  }
}

/** `T…/U…` as a mention; anything else as text. */
const account = (slack: string): Ready =>
  /^[A-Z0-9]+\/[A-Z0-9]+$/.test(slack) ? mention(readSlackAttribute(slack)) : escapeMrkdwn(slack, 100);
