import { personActor, requestEntry } from '../domain/audit-drafts.ts';
import { mayDecide } from '../domain/authority.ts';
import { barredFromReview, isTaken, nextReviewReminder, sign } from '../domain/break-glass.ts';
import type { SignRefusal } from '../domain/break-glass.ts';
import { holdingKey } from '../domain/grant.ts';
import type { Grant } from '../domain/grant.ts';
import type { RequestId } from '../domain/ids.ts';
import type { Posted } from '../domain/message.ts';
import type { Person, SlackUser } from '../domain/people.ts';
import { slackAttribute } from '../domain/people.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome, Refusal } from '../domain/refusal.ts';
import type { TakenRequest } from '../domain/request.ts';
import { keptText } from '../domain/text.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, tellThread, toAsker } from './answer.ts';
import { CARD_MS } from './card-click.ts';
import { askedToEnd } from './end-grants.ts';
import { identify, isAdmin } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';
import { approves } from './revoke-access.ts';
import { notAsked, readSeat } from './seats.ts';
import { shownBy } from './shown.ts';

const BATCH = 50;

type Signing = Extract<Intent, { intent: 'sign_review' }>;
type Ending = Extract<Intent, { intent: 'end_taken' }>;

/** What was taken, as it stands on the recorded message that was clicked (I13); 'later' as with `shownBy`. */
async function takenOn(
  ports: Pick<Ports, 'store'>,
  id: RequestId,
  message: Posted,
): Promise<Outcome<{ readonly request: TakenRequest }> | 'later'> {
  const request = await ports.store.request(id);
  if (request === null || !isTaken(request)) return refuse({ refusal: 'old_message', link: null });
  const shown = await shownBy(ports, request, message);
  if (shown === 'later') return shown;
  return shown === null ? refuse({ refusal: 'old_message', link: id }) : { ok: true, request };
}

/** The dialog of a signature, drawn afresh. Who may sign is checked at the signature. */
export async function openReview(
  ports: Pick<Ports, 'store'>,
  id: RequestId,
  message: Posted,
  slack: SlackUser,
): Promise<Outcome<{ readonly taken: TakenRequest; readonly grant: Grant | null }> | 'later'> {
  const found = await takenOn(ports, id, message);
  if (found === 'later' || !found.ok) return found;
  const { request } = found;
  if (slackAttribute(request.beneficiary.slack) === slackAttribute(slack)) return refuse({ refusal: 'own_review' });
  if (request.review.closedAt !== null) return refuse({ refusal: 'review_closed' });
  return { ok: true, taken: request, grant: await ports.store.grantOfRequest(id) };
}

/** One of those who approve signs what was taken: whether it was right. The second signature closes the review. */
export async function signReview(ports: Ports, item: InboxItem, intent: Signing): Promise<CarriedOut> {
  const taken = await takenOn(ports, intent.requestId, intent.message);
  if (taken === 'later') return waitsForCard(ports, item, intent.requestId);
  if (!taken.ok) return noDecision(ports, item, taken.refusal);
  const { request } = taken;
  const who = await identify(ports, item.slack, 'linked');
  const no = (refusal: Refusal): Promise<CarriedOut> => noDecision(ports, item, refusal, request);
  if (!who.ok) return no(who.refusal);
  const { person: by } = who;
  const barred = barredFromReview(request, by);
  if (barred !== null) return no({ refusal: barred });
  const [stage] = request.plan;
  // Something that was taken has a first stage, and that names a group.
  if (stage === undefined) return no({ refusal: 'not_an_approver', groupPath: '' });
  if (!mayDecide(await readSeat(ports, request, stage), by, false)) return no(notAsked(request, stage));
  return commitSignature(ports, item, request, { by, right: intent.right, comment: keptText(intent.comment) });
}

async function commitSignature(
  ports: Ports,
  item: InboxItem,
  taken: TakenRequest,
  what: { readonly by: Person; readonly right: boolean; readonly comment: string | null },
): Promise<CarriedOut> {
  const at = ports.clock.now();
  const signed = sign(taken, { ...what, at });
  if (!signed.ok) return noDecision(ports, item, { refusal: signed.refusal satisfies SignRefusal }, taken);
  const { request } = signed;
  const message = messagesOf(item.key, at, item.correlationId);
  const kind = request.review.closedAt === null ? 'review.signed' : 'review.closed';
  return ports.store.commit({
    requests: [request],
    inboxDone: item.key,
    messages: [
      ...tellThread(request, { line: 'signed', ...what, count: request.review.signatures.length }),
      toAsker(item, { notice: 'your_signature', requestId: request.id }),
    ].map(message),
    audit: [requestEntry(kind, request, personActor(what.by), at)],
  });
}

/** One of those who approve, or an admin, ends what was taken, from its card. */
export async function endTaken(ports: Ports, item: InboxItem, intent: Ending): Promise<CarriedOut> {
  const taken = await takenOn(ports, intent.requestId, intent.message);
  if (taken === 'later') return waitsForCard(ports, item, intent.requestId);
  if (!taken.ok) return noDecision(ports, item, taken.refusal);
  const { request } = taken;
  const who = await identify(ports, item.slack, 'email');
  if (!who.ok) return noDecision(ports, item, who.refusal, request);
  const { adminGroup } = ports.settings;
  if (!(await approves(ports, who.person, request.resource)) && !(await isAdmin(ports, who.person)))
    return noDecision(ports, item, { refusal: 'may_not_revoke', adminGroup }, request);
  const { realm, beneficiary, resource } = request;
  const known = await ports.store.holding(holdingKey(realm, beneficiary.userId, resource));
  const grants = (known?.grants ?? []).filter((grant) => grant.requestId === request.id && grant.endAsked === null);
  if (known === null || grants.length === 0)
    return noDecision(ports, item, { refusal: 'nothing_live', path: resource.path }, request);
  const asked = askedToEnd(ports, item, [{ ...known, grants }], { endedBy: 'revocation', by: who.person });
  const message = messagesOf(item.key, ports.clock.now(), item.correlationId);
  const answer = toAsker(item, { notice: 'ending', resource, count: grants.length });
  return ports.store.commit({
    ...asked,
    inboxDone: item.key,
    messages: [...(asked.messages ?? []), ...[answer, { to: 'card', requestId: request.id } as const].map(message)],
  });
}

const noDecision = (
  ports: Ports,
  item: InboxItem,
  refusal: Refusal,
  request: TakenRequest | null = null,
): Promise<CarriedOut> => answerNo(ports, item, refusal, { kind: 'decision.refused', request });

/** A click may come before it is on record which message the card is. */
const waitsForCard = (ports: Ports, item: InboxItem, link: RequestId): Promise<CarriedOut> =>
  ports.clock.now() - item.receivedAt < CARD_MS
    ? Promise.resolve('later')
    : noDecision(ports, item, { refusal: 'old_message', link });

/** Reminds of reviews that nobody has finished, ever more rarely, for as long as they are open. @returns how many */
export async function remindReviewers(ports: Pick<Ports, 'store' | 'clock'>): Promise<number> {
  const at = ports.clock.now();
  const due = await ports.store.reviewsToRemind(at, BATCH);
  for (const request of due) {
    const message = messagesOf(`review:${request.id}:${at}`, at, request.correlationId);
    const count = request.review.signatures.length;
    await ports.store.commit({
      requests: [{ ...request, remindAt: nextReviewReminder(request.decidedAt, at), revision: request.revision + 1 }],
      messages: tellThread(request, { line: 'review_waits', at, count }).map(message),
      audit: [],
    });
  }
  return due.length;
}
