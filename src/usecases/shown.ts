import { audienceOf } from '../domain/break-glass.ts';
import { holdingKey } from '../domain/grant.ts';
import type { EpochMs, RequestId } from '../domain/ids.ts';
import type { Posted, PostedMessage } from '../domain/message.ts';
import type { SlackUser } from '../domain/people.ts';
import { groupPathOf } from '../domain/plan.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome, Refusal } from '../domain/refusal.ts';
import { progress } from '../domain/request.ts';
import type { AccessRequest } from '../domain/request.ts';
import { partsOf } from './parts.ts';
import type { Ports } from './ports.ts';
import type { CardView } from './views.ts';

/** So many of those who hold the same are named on a card. */
const NAMED_MAX = 3;

/**
 * The recorded message behind a click, or null when this message was never recorded for this request (I13). 'later' while
 * a card of the request's current stage is not on record: a click may come before Slack's answer has told us which message
 * the new card is.
 */
export async function shownBy(
  ports: Pick<Ports, 'store'>,
  request: AccessRequest,
  message: Posted,
): Promise<PostedMessage | 'later' | null> {
  const shown = (await ports.store.postedAt(message.channel, message.ts)).find((one) => one.requestId === request.id);
  if (shown !== undefined) return shown;
  const current = audienceOf(request);
  if (current === null) return null;
  const here = (await ports.store.posted(request.id)).filter(({ stage }) => stage === current.index);
  const roles = request.escalatedTo === null ? ['card'] : ['card', 'escalation_card'];
  return roles.every((wanted) => here.some(({ role }) => role === wanted)) ? null : 'later';
}

/** Tells somebody who came too late what happened instead. */
export function settledRefusal(request: Exclude<AccessRequest, { state: 'pending' }>): Refusal {
  switch (request.state) {
    case 'approved':
      return { refusal: 'settled', state: 'approved', by: request.approvals.at(-1)?.by ?? null, at: request.decidedAt };
    case 'denied':
      return { refusal: 'settled', state: 'denied', by: request.denial.by, at: request.denial.at };
    case 'expired':
      return { refusal: 'settled', state: 'expired', by: null, at: request.closedAt };
    case 'withdrawn':
      return {
        refusal: 'settled',
        state: 'withdrawn',
        by: request.leaver === undefined ? request.requester : null,
        at: request.closedAt,
      };
  }
}

/** The same of a request whose waiting may have run out a moment ago, before it was ended for it. */
export const settledOrOver = (request: AccessRequest): Refusal =>
  request.state === 'pending'
    ? { refusal: 'settled', state: 'expired', by: null, at: request.waitsUntil }
    : settledRefusal(request);

/** Everything the card of one stage shows now. */
export async function viewCard(
  ports: Pick<Ports, 'store' | 'access'>,
  request: AccessRequest,
  stage: number,
): Promise<CardView> {
  const { beneficiary, resource } = request;
  const waits = request.state === 'pending';
  const [grant, heldUntil, others, lastLease, tokenSeconds, anchor] = await Promise.all([
    ports.store.grantOfRequest(request.id),
    waits ? heldUntilNow(ports, request) : null,
    waits ? ports.store.leaseholders(resource, beneficiary.userId, NAMED_MAX) : null,
    waits ? ports.store.lastLease(beneficiary.userId, resource) : null,
    ports.access.tokenSeconds(),
    ports.store.auditHead(),
  ]);
  return { request, grant, heldUntil, others, lastLease, stage, tokenSeconds, anchor, bundle: null };
}

/**
 * Everything that one message about a bundle shows now. `rows`: for which parts and stages it is on record; of a part whose
 * card is elsewhere by now the row is left out.
 */
export async function viewBundle(
  ports: Pick<Ports, 'store' | 'access'>,
  parts: readonly AccessRequest[],
  rows: readonly { readonly requestId: RequestId; readonly stage: number }[],
): Promise<CardView> {
  const shown = parts.flatMap((request) => {
    // The newest stage that the message was posted for.
    const stages = rows.filter(({ requestId }) => requestId === request.id).map(({ stage }) => stage);
    return stages.length === 0 ? [] : [{ request, stage: Math.max(...stages) }];
  });
  const [first, ...others] = await Promise.all(shown.map(({ request, stage }) => viewCard(ports, request, stage)));
  if (first === undefined) throw new Error('a message that shows no part of its bundle');
  const elsewhere = parts.filter((part) => !shown.some(({ request }) => request === part));
  return { ...first, bundle: { shown: others, elsewhere } };
}

/** When the last live lease of the beneficiary on what is asked for ends. */
async function heldUntilNow(ports: Pick<Ports, 'store'>, request: AccessRequest): Promise<EpochMs | null> {
  const { realm, beneficiary, resource } = request;
  const known = await ports.store.holding(holdingKey(realm, beneficiary.userId, resource));
  const ends = (known?.grants ?? []).flatMap((grant) =>
    grant.state === 'live' && grant.endAsked === null ? [grant.expiresAt] : [],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}

/**
 * The facts of a decision dialog, drawn afresh from the database. Who may decide is checked at the decision. 'later' as
 * with `shownBy`.
 */
export async function openDialog(
  ports: Pick<Ports, 'store' | 'access'>,
  id: RequestId,
  message: Posted,
  slack: SlackUser,
): Promise<Outcome<{ readonly card: CardView }> | 'later'> {
  const request = await ports.store.request(id);
  if (request === null) return refuse({ refusal: 'old_message', link: null });
  const shown = await shownBy(ports, request, message);
  if (shown === 'later') return shown;
  if (shown === null) return refuse({ refusal: 'old_message', link: id });
  if (request.state !== 'pending') return refuse(settledRefusal(request));
  const rows = request.bundle === null ? [shown] : await ports.store.postedAt(message.channel, message.ts);
  const asked = (await partsOf(ports, request)).flatMap((part) => {
    const current = part.state === 'pending' ? progress(part) : null;
    const isAsked = rows.some((row) => row.requestId === part.id && row.stage === current?.index);
    return current === null || !isAsked ? [] : [current];
  });
  const [current] = asked;
  if (current === undefined) return refuse({ refusal: 'changed_meanwhile' });
  const { requester } = request;
  if (requester.slack.teamId === slack.teamId && requester.slack.userId === slack.userId) {
    return refuse({
      refusal: 'self_approval',
      groupPath: groupPathOf(current.stage),
      maxSeconds: request.askedSeconds,
    });
  }
  if (request.bundle === null) return { ok: true, card: await viewCard(ports, request, shown.stage) };
  return { ok: true, card: await viewBundle(ports, await ports.store.bundle(request.bundle.id), rows) };
}
