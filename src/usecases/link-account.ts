import type { AuditDraft } from '../domain/audit.ts';
import { personActor, systemActor } from '../domain/audit-drafts.ts';
import { linkId, signInId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/ids.ts';
import { unlink } from '../domain/link.ts';
import type { Link, LiveLink, UnlinkedBy } from '../domain/link.ts';
import { slackAttribute } from '../domain/people.ts';
import type { Person } from '../domain/people.ts';
import { isOpen, SIGN_IN_MS, spend, wrongCode } from '../domain/sign-in.ts';
import type { CodedSignIn } from '../domain/sign-in.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, toAsker, toPerson } from './answer.ts';
import { identifyAdmin } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import { mayLink } from './may-link.ts';
import type { Ports } from './ports.ts';
import { codeHash, codeIn } from './sign-in-secrets.ts';

const MOST_IN_AN_HOUR = 10;
const HOUR_MS = 3_600_000;
/** So many links are listed. */
const LISTED = 50;

/** `/access link`: a private address at which the person proves who he is in Keycloak. By itself it ties nothing. */
export async function askToLink(ports: Ports, item: InboxItem): Promise<CarriedOut> {
  if (ports.signIn === null) return answerNo(ports, item, { refusal: 'sign_in_not_set_up' });
  const { slack, correlationId } = item;
  if (slack.teamId !== ports.slackPeople.homeTeamId()) return answerNo(ports, item, { refusal: 'outsider' });
  const known = await ports.store.linkOf(slack);
  if (known !== null) return answerNo(ports, item, { refusal: 'already_linked', username: known.person.username });
  const at = ports.clock.now();
  if ((await ports.store.countSignIns(slack, at - HOUR_MS)) >= MOST_IN_AN_HOUR)
    return answerNo(ports, item, { refusal: 'too_many_sign_ins', limit: MOST_IN_AN_HOUR });
  const id = signInId(ports.ids.uuid());
  const message = messagesOf(item.key, at, correlationId);
  return ports.store.commit({
    inboxDone: item.key,
    signIns: [
      {
        ...{ id, slack, correlationId, realm: ports.settings.realm, state: 'offered', revision: 1 },
        purpose: { purpose: 'link' },
        createdAt: at,
        expiresAt: at + SIGN_IN_MS.link,
      },
    ],
    messages: [message(toAsker(item, { notice: 'sign_in', signInId: id }))],
    audit: [],
  });
}

/** Somebody wrote to the bot: the code that a page showed him, or something that it does not understand. */
export async function hear(ports: Ports, item: InboxItem, text: string): Promise<CarriedOut> {
  const code = codeIn(text);
  if (code !== null) return takeCode(ports, item, code);
  const message = messagesOf(item.key, ports.clock.now(), item.correlationId);
  return ports.store.commit({
    inboxDone: item.key,
    messages: [message(toAsker(item, { notice: 'help' }))],
    audit: [],
  });
}

/** The code of this very account's sign-in links it; everything is checked once more, live. */
async function takeCode(ports: Ports, item: InboxItem, code: string): Promise<CarriedOut> {
  const at = ports.clock.now();
  const waiting = await ports.store.signInCoded(item.slack);
  if (waiting === null || !isOpen(waiting, at)) return answerNo(ports, item, { refusal: 'no_code' });
  if (waiting.codeHash !== codeHash(waiting.id, code)) {
    const after = wrongCode(waiting);
    const triesLeft = after.state === 'coded' ? after.triesLeft : 0;
    return answerNo(ports, item, { refusal: 'wrong_code', triesLeft }, { also: { signIns: [after] } });
  }
  const barred = await mayLink(ports, item.slack, waiting.proof.userId);
  const spent = { signIns: [spend(waiting)] };
  if (barred !== null) return answerNo(ports, item, { refusal: 'cannot_link', because: barred.bar }, { also: spent });
  return commitLink(ports, item, waiting, at);
}

function commitLink(ports: Ports, item: InboxItem, waiting: CodedSignIn, at: EpochMs): Promise<CarriedOut> {
  const { proof, slack } = waiting;
  const person: Person = { userId: proof.userId, username: proof.username, slack };
  const { acr, signedInAt } = proof;
  const link: LiveLink = {
    ...{ person, acr, signedInAt, id: linkId(ports.ids.uuid()), realm: ports.settings.realm, linkedAt: at },
    ...{ state: 'live', revision: 1 },
  };
  const message = messagesOf(item.key, at, item.correlationId);
  return ports.store.commit({
    inboxDone: item.key,
    signIns: [spend(waiting)],
    links: [link],
    messages: [message(toAsker(item, { notice: 'linked', username: person.username }))],
    audit: [linkEntry('identity.linked', link, person, at, item.correlationId)],
  });
}

/** `/access unlink`, one's own or, by an admin, somebody else's. */
export async function unlinkAccount(
  ports: Ports,
  item: InboxItem,
  { person }: Extract<Intent, { intent: 'unlink' }>,
): Promise<CarriedOut> {
  const isOwn = person === null || slackAttribute(person) === slackAttribute(item.slack);
  const slack = isOwn ? item.slack : person;
  const admin = isOwn ? null : await identifyAdmin(ports, item.slack);
  if (admin?.ok === false) return answerNo(ports, item, admin.refusal);
  const link = await ports.store.linkOf(slack);
  if (link === null) return answerNo(ports, item, { refusal: 'no_link', person: isOwn ? null : slack });
  const at = ports.clock.now();
  const message = messagesOf(item.key, at, item.correlationId);
  const { username } = link.person;
  const ended = unlink(link, isOwn ? 'self' : 'admin', at);
  return ports.store.commit({
    inboxDone: item.key,
    links: [ended],
    messages: [
      message(toAsker(item, { notice: 'unlinked', username, of: isOwn ? null : slack })),
      ...(isOwn ? [] : [message(toPerson(link.person, { notice: 'unlinked', username, of: null }))]),
    ],
    audit: [linkEntry('identity.unlinked', ended, admin?.person ?? link.person, at, item.correlationId)],
  });
}

/** `/access links`, for admins: who is tied to whom, since when and how. */
export async function listLinks(ports: Ports, item: InboxItem): Promise<CarriedOut> {
  const admin = await identifyAdmin(ports, item.slack);
  if (!admin.ok) return answerNo(ports, item, admin.refusal);
  const links = await ports.store.liveLinks('', LISTED + 1);
  const message = messagesOf(item.key, ports.clock.now(), item.correlationId);
  const notice = { notice: 'links', links: links.slice(0, LISTED), more: links.length > LISTED } as const;
  return ports.store.commit({ inboxDone: item.key, messages: [message(toAsker(item, notice))], audit: [] });
}

/** An entry about a link. @param by null: Leasehold itself */
export function linkEntry(
  kind: 'identity.linked' | 'identity.unlinked',
  link: Link,
  by: Person | null,
  at: EpochMs,
  correlationId: string,
): AuditDraft {
  const { person, acr, signedInAt } = link;
  const how: { readonly endedBy?: UnlinkedBy } = link.state === 'ended' ? { endedBy: link.endedBy } : {};
  return {
    ...{ kind, at, correlationId, resource: null, requestId: null, grantId: null },
    actor: by === null ? systemActor : personActor(by),
    subject: { userId: person.userId, username: person.username },
    data: { link: link.id, state: link.state, slack: slackAttribute(person.slack), acr, signedInAt, ...how },
  };
}
