import { systemActor } from '../domain/audit-drafts.ts';
import type { Actor, AuditDraft, AuditKind } from '../domain/audit.ts';
import type { Grant } from '../domain/grant.ts';
import type { LeaseNews, Message, MessageBody, Notice, ThreadLine } from '../domain/message.ts';
import type { Person } from '../domain/people.ts';
import { rulesOf } from '../domain/policy.ts';
import { slackAttribute } from '../domain/people.ts';
import { asTold } from '../domain/refusal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { isForAnother } from '../domain/request.ts';
import type { AccessRequest } from '../domain/request.ts';
import type { Resource } from '../domain/resource.ts';
import { teamOf } from './intent.ts';
import type { InboxItem } from './intent.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';
import { partSettled, toTeam } from './team-parts.ts';

/** Builds queued messages of one use case: same time, same correlation id, keys unique within the cause. */
export function messagesOf(cause: string, at: number, correlationId: string): (body: MessageBody) => Message {
  let count = 0;
  return (body) => ({ key: `${cause}:${count++}`, at, correlationId, body });
}

/** A private message to whoever sent this envelope. */
export const toAsker = (item: InboxItem, notice: Notice): MessageBody => ({ to: 'person', reply: item.reply, notice });

/** A private message to somebody by Slack account alone. */
export const toPerson = (person: Person, notice: Notice): MessageBody => ({
  to: 'person',
  reply: { slack: person.slack, responseUrl: null },
  notice,
});

/** To the one whom a request is for, where somebody else asked. */
export const toAnother = (request: AccessRequest, notice: Notice): readonly MessageBody[] =>
  isForAnother(request) ? [toPerson(request.beneficiary, notice)] : [];

/**
 * What both the one who asked and the one whom it is for are to hear: once, where they are the same. Who asked for many is
 * told of all of them in one message.
 */
export const toBoth = (request: AccessRequest, notice: Notice): readonly MessageBody[] => [
  ...(request.teamId !== null && isForAnother(request) ? [] : [toPerson(request.requester, notice)]),
  ...toTeam(request),
  ...toAnother(request, notice),
];

/** Both places that show a request: its card in the present state, and a new line in the thread. A bundle has them together. */
export function tellThread(request: AccessRequest, line: ThreadLine): readonly MessageBody[] {
  const requestId = request.bundle?.id ?? request.id;
  return [
    { to: 'card', requestId },
    { to: 'thread', requestId, line },
  ];
}

const inBundle = ({ bundle }: Pick<Grant, 'bundle'>): Pick<Grant, 'bundle'> => (bundle === undefined ? {} : { bundle });

/** A line about a lease, in the thread of its request. */
export const leaseLine = (
  grant: Pick<Grant, 'requestId' | 'bundle'>,
  line: ThreadLine,
): Extract<MessageBody, { to: 'thread' }> => ({
  to: 'thread',
  requestId: grant.requestId,
  ...inBundle(grant),
  line,
});

/** News of a lease, to its holder or whoever else is given. */
export const toHolder = (
  grant: Pick<Grant, 'id' | 'bundle' | 'person'>,
  news: LeaseNews,
  person: Person = grant.person,
): MessageBody => toPerson(person, { ...news, grantId: grant.id, ...inBundle(grant) });

/** The same with the card, which shows it, too. */
export const tellLease = (grant: Pick<Grant, 'requestId' | 'bundle'>, line: ThreadLine): readonly MessageBody[] => [
  { to: 'card', requestId: grant.bundle ?? grant.requestId },
  leaseLine(grant, line),
];

/** Refusals that somebody may want to find later: attempts on identity, authority and limits. */
const AUDITED: ReadonlySet<Refusal['refusal']> = new Set<Refusal['refusal']>([
  'outsider',
  'guest',
  'deactivated',
  'bot',
  'identity_ambiguous',
  'email_unverified',
  'user_disabled',
  'not_admin',
  'may_not_revoke',
  'not_requestable',
  'against_policy',
  'not_eligible',
  'beneficiary_is_bot',
  'not_for_them',
  'asker_left',
  'too_many_pending',
  'too_many_recently',
  'too_many_people',
  'self_approval',
  'not_an_approver',
  'not_the_manager',
  'own_gate',
  'not_asked_at_gate',
  'old_message',
  'not_yours',
  'not_break_glass',
  'too_often_taken',
  'own_review',
  'wrong_code',
  'cannot_link',
]);

/**
 * `conflict`: somebody changed the rows meanwhile and nothing was written; the envelope is to be looked at again.
 * `later`: nothing was written, and what it speaks of is about to be on record.
 */
export type CarriedOut = 'committed' | 'conflict' | 'later';

/** What is worth an entry about a refusal; null when it is not. */
function auditedFacts(refusal: Refusal): AuditDraft['data'] | null {
  if (refusal.refusal === 'against_policy')
    return { refusal: refusal.refusal, policy: refusal.id, rules: rulesOf(refusal.reasons), ...ruledParts([refusal]) };
  if (refusal.refusal !== 'parts_refused') return AUDITED.has(refusal.refusal) ? { refusal: refusal.refusal } : null;
  const parts = refusal.parts.map((part) => part.refusal.refusal);
  const ruled = ruledParts(refusal.parts.map((part) => part.refusal));
  return parts.some((part) => AUDITED.has(part)) ? { refusal: refusal.refusal, parts, ...ruled } : null;
}

/** What policy was asked about each part that it refused. */
function ruledParts(refusals: readonly Refusal[]): AuditDraft['data'] {
  const ruled = refusals.flatMap((one) => (one.refusal === 'against_policy' ? (one.record ?? []) : []));
  return ruled.length === 0 ? {} : { ruled };
}

/**
 * Says no: one private sentence, an audit entry where it matters, the envelope finished, nothing else changed.
 * @param kind which door said no
 */
export async function answerNo(
  ports: Pick<Ports, 'store' | 'clock' | 'log'>,
  item: InboxItem,
  refusal: Refusal,
  about: {
    readonly kind?: Extract<AuditKind, 'request.refused' | 'decision.refused' | 'decision.dropped'>;
    readonly resource?: Resource | null;
    readonly request?: AccessRequest | null;
    /** What is to be written with it. */
    readonly also?: Pick<Batch, 'requests' | 'messages' | 'signIns'>;
  } = {},
): Promise<CarriedOut> {
  const at = ports.clock.now();
  const kind = about.kind ?? 'request.refused';
  const facts = auditedFacts(refusal);
  const entry: AuditDraft = {
    kind,
    at,
    actor: slackActor(item),
    subject: null,
    resource: about.request?.resource ?? about.resource ?? null,
    requestId: about.request?.id ?? null,
    grantId: null,
    correlationId: item.correlationId,
    data: { refusal: refusal.refusal, intent: item.intent.intent, ...partData(item), ...gateData(item), ...facts },
  };
  ports.log.info('refused', {
    refusal: refusal.refusal,
    intent: item.intent.intent,
    correlationId: item.correlationId,
  });
  const message = messagesOf(item.key, at, item.correlationId);
  const words = asTold(refusal);
  const part = await partSettled(ports, item, { part: 'refused', refusal: words });
  const { requests = [], messages = [], ...others } = about.also ?? {};
  return ports.store.commit({
    requests,
    inboxDone: item.key,
    messages: [message(toAsker(item, { notice: 'refused', refusal: words })), ...messages],
    ...others,
    ...part,
    audit: facts !== null || kind === 'decision.dropped' || part !== null ? [entry] : [],
  });
}

/** Whose part of an ask for many people was refused. */
function partData(item: InboxItem): AuditDraft['data'] {
  const team = teamOf(item);
  if (team === null || item.intent.intent !== 'request') return {};
  return { team, person: slackAttribute(item.intent.beneficiary ?? item.slack) };
}

/** Which sign-in somebody was refused to decide about. */
const gateData = ({ intent }: InboxItem): AuditDraft['data'] => ('gateId' in intent ? { gate: intent.gateId } : {});

const slackActor = (item: InboxItem): Actor => ({ kind: 'slack', slack: slackAttribute(item.slack) });

/** An entry about Leasehold's own doing on one person's access. */
export function ownEntry(
  kind: AuditKind,
  at: number,
  correlationId: string,
  about: { readonly userId: string; readonly username: string; readonly resource: Resource } | null,
  data: AuditDraft['data'] = {},
): AuditDraft {
  return {
    kind,
    at,
    actor: systemActor,
    subject: about === null ? null : { userId: about.userId, username: about.username },
    resource: about?.resource ?? null,
    requestId: null,
    grantId: null,
    correlationId,
    data,
  };
}
