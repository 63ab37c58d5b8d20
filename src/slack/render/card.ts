import type { KnownBlock } from '@slack/types';
import { sayDuration } from '../../domain/duration.ts';
import { progress } from '../../domain/request.ts';
import type { AccessRequest, ApprovedRequest, PendingRequest } from '../../domain/request.ts';
import type { Grant } from '../../domain/grant.ts';
import type { CardView } from '../../usecases/views.ts';
import { decisionButtons } from './buttons.ts';
import { escapeMrkdwn } from './escape.ts';
import { afterTheEnd, approvalsLine, ENDED, groupName, statusWord, whatItGives, whatItIs, whoAsks } from './facts.ts';
import { nowLine } from './now.ts';
import { context, header, mention, section, strong, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';
import { questionBlocks } from './question.ts';

const WHY_MAX = 2900;

/** The message in the approver channel: always the present state, drawn anew from it. */
export function renderCard(card: CardView): Rendered {
  const { request, grant } = card;
  const blocks: KnownBlock[] = [
    header(`Access request: ${statusWord(request, grant)}`),
    section(headline(request, grant), whatItIs(request)),
    section(...outcomeLines(card)),
    section(`*Why*  ${escapeMrkdwn(request.justification, WHY_MAX)}`),
    ...questionBlocks(request),
    ...standing(card),
    ...decisionButtons(card),
    context(...[remains(card), anchor(card)].filter((part) => part !== '')),
  ];
  return { text: cardSentence(request, grant), blocks };
}

/** Who, what, and how it stands between them now. */
function headline(request: AccessRequest, grant: Grant | null): string {
  const what = strong(request.resource.path);
  if (request.state === 'pending') return `${whoAsks(request)} for ${what}`;
  const who = mention(request.beneficiary.slack);
  if (grant?.state === 'live') return `${who} has ${what}`;
  return grant?.state === 'ended' && grant.liveAt !== null ? `${who} had ${what}` : `${who} asked for ${what}`;
}

/** What stays after the end; nothing where nothing was or will be given. */
const remains = ({ request, tokenSeconds }: CardView): string =>
  request.state === 'pending' || request.state === 'approved' ? afterTheEnd(tokenSeconds, request.endSessions) : '';

/** The whole card in one sentence. */
function cardSentence(request: AccessRequest, grant: Grant | null): string {
  const who = mention(request.beneficiary.slack);
  const what = escapeMrkdwn(request.resource.path, 300);
  switch (request.state) {
    case 'pending':
      return `${whoAsks(request)} for ${what} for ${sayDuration(request.askedSeconds)}: ${escapeMrkdwn(request.justification, 200)}`;
    case 'approved':
      return grant === null || grant.state === 'planned'
        ? `${what} for ${who} is approved and not live yet.`
        : grant.state === 'live'
          ? `${who} has ${what} until ${when(grant.expiresAt)}.`
          : `${what} for ${who} has ended: ${ENDED[grant.endedBy]}.`;
    case 'denied':
      return `${what} for ${who} was denied by ${mention(request.denial.by.slack)}.`;
    case 'expired':
      return `Nobody decided in time about ${what} for ${who}.`;
    case 'withdrawn':
      return `${mention(request.requester.slack)} withdrew the request for ${what}.`;
  }
}

/** How long, what it gives, and what became of it. */
function outcomeLines(card: CardView): string[] {
  const { request, grant } = card;
  const gives = `*Gives*  ${whatItGives(request.roles)}`;
  switch (request.state) {
    case 'pending':
      return [`*For*  ${sayDuration(request.askedSeconds)}, from approval`, nowLine(card), gives];
    case 'approved':
      return [`*For*  ${leaseWords(request)}`, `*Now*  ${grantWords(grant)}`, gives];
    case 'denied': {
      const comment = escapeMrkdwn(request.denial.comment ?? '', 1500);
      const by = `*Denied*  by ${mention(request.denial.by.slack)}, ${when(request.denial.at)}`;
      return [comment === '' ? `${by}.` : `${by}: ${comment}`, gives];
    }
    case 'expired':
      return [`*Expired*  nobody decided before ${when(request.waitsUntil)}; the requester can ask again.`, gives];
    case 'withdrawn':
      return [`*Withdrawn*  by ${mention(request.requester.slack)}, ${when(request.closedAt)}.`, gives];
  }
}

function leaseWords(request: ApprovedRequest): string {
  const shortened = request.leaseSeconds < request.askedSeconds;
  return `${sayDuration(request.leaseSeconds)}${shortened ? `, shortened from ${sayDuration(request.askedSeconds)}` : ''}`;
}

function grantWords(grant: Grant | null): string {
  if (grant === null || grant.state === 'planned') return 'approved, not live in Keycloak yet';
  if (grant.state === 'live') return `live until ${when(grant.expiresAt)}`;
  return `ended ${when(grant.endedAt)}: ${ENDED[grant.endedBy]}`;
}

/** Which stage it is, how many have approved, and who may decide. */
function standing(card: CardView): KnownBlock[] {
  const { request } = card;
  const approved = approvalsLine(request);
  const lines = request.state === 'pending' ? pendingLines(request, card.stage) : [];
  return approved === null && lines.length === 0
    ? []
    : [context([...lines, ...(approved === null ? [] : [approved])].join('\n'))];
}

function pendingLines(request: PendingRequest, cardStage: number): string[] {
  const current = progress(request);
  if (current === null) return [];
  const stages = request.plan.length;
  const counted = `${current.approved} of ${current.stage.required} ${current.stage.required === 1 ? 'approval' : 'approvals'}`;
  const where = stages > 1 ? ` · stage ${current.index + 1} of ${stages}` : '';
  const who = groupName(current.stage.groupPath);
  return [
    `Waiting for ${who}: ${counted}${where} · until ${when(request.waitsUntil)}`,
    cardStage === current.index
      ? `You are asked because this channel is for ${who}; only its members can decide.`
      : `Stage ${cardStage + 1} is done; the next one decides in its own channel.`,
  ];
}

const anchor = (card: CardView): string => `#${card.anchor.seq} ${card.anchor.hash.slice(0, 12)}`;
