import type { AuditDraft } from '../domain/audit.ts';
import { personActor } from '../domain/audit-drafts.ts';
import type { MessageBody } from '../domain/message.ts';
import type { Person } from '../domain/people.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, toAsker } from './answer.ts';
import { identifyAdmin } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';
import { parseAuditWords } from './report-audit.ts';
import { verifyChain } from './verify-audit.ts';

/** `/access-audit …` for members of ADMIN_GROUP: one page, shown to the asker alone. */
export function askAudit(
  ports: Ports,
  item: InboxItem,
  intent: Extract<Intent, { intent: 'audit' }>,
): Promise<CarriedOut> {
  return forAdmin(ports, item, intent.words, () => ({
    body: toAsker(item, { notice: 'audit_page', filter: intent.words, page: intent.page }),
  }));
}

/** `/access-audit … csv`: the file goes to the asker's own direct messages, and that it was taken is itself on record. */
export function askAuditFile(
  ports: Ports,
  item: InboxItem,
  intent: Extract<Intent, { intent: 'audit_csv' }>,
): Promise<CarriedOut> {
  return forAdmin(ports, item, intent.words, (admin, at) => ({
    body: {
      to: 'file',
      slack: item.slack,
      filename: `access-audit-${new Date(at).toISOString().slice(0, 10)}.csv`,
      filter: intent.words,
    },
    entry: {
      kind: 'audit.exported',
      at,
      actor: personActor(admin),
      subject: null,
      resource: null,
      requestId: null,
      grantId: null,
      correlationId: item.correlationId,
      data: {},
    },
  }));
}

/** `/access-audit verify`: reads the whole chain and says whether it holds. */
export async function askAuditProof(ports: Ports, item: InboxItem): Promise<CarriedOut> {
  const admin = await identifyAdmin(ports, item.slack);
  if (!admin.ok) return answerNo(ports, item, admin.refusal);
  const proof = await verifyChain(ports.store.auditEntries(), () => ports.store.auditHead());
  const problem = proof.ok ? null : `entry ${proof.seq}: ${proof.problem}`;
  if (problem !== null) ports.log.error('audit chain is broken', { problem });
  return say(ports, item, toAsker(item, { notice: 'audit_verified', entries: proof.entries, problem }));
}

async function forAdmin(
  ports: Ports,
  item: InboxItem,
  words: string,
  make: (admin: Person, at: number) => { readonly body: MessageBody; readonly entry?: AuditDraft },
): Promise<CarriedOut> {
  const admin = await identifyAdmin(ports, item.slack);
  if (!admin.ok) return answerNo(ports, item, admin.refusal);
  const at = ports.clock.now();
  const parsed = parseAuditWords(words, ports.slackPeople.homeTeamId(), at);
  if (!parsed.ok) return answerNo(ports, item, parsed.refusal);
  const { body, entry } = make(admin.person, at);
  return say(ports, item, body, entry === undefined ? [] : [entry]);
}

async function say(
  ports: Ports,
  item: InboxItem,
  body: MessageBody,
  audit: readonly AuditDraft[] = [],
): Promise<CarriedOut> {
  const message = messagesOf(item.key, ports.clock.now(), item.correlationId);
  return ports.store.commit({ inboxDone: item.key, messages: [message(body)], audit });
}
