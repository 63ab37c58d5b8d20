import type { KnownBlock } from '@slack/types';
import { isTaken } from '../../domain/break-glass.ts';
import { progress } from '../../domain/request.ts';
import type { AccessRequest, PendingRequest } from '../../domain/request.ts';
import type { Grant } from '../../domain/grant.ts';
import type { CardView } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { takenCard } from './break-glass.ts';
import { renderBundle } from './bundle-card.ts';
import { decisionButtons } from './buttons.ts';
import { escapeMrkdwn } from './escape.ts';
import {
  GROUP_MAX,
  afterTheEnd,
  anchorText,
  approvalsLine,
  askedLine,
  isToBegin,
  statusWord,
  whatItGives,
  whatItIs,
  whoAsks,
  whoDecides,
  whyAsked,
} from './facts.ts';
import { nowLine } from './now.ts';
import { context, header, mention, section, shownOrNull, strong, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';
import { questionBlocks } from './question.ts';

const WHY_MAX = 2900;

/** The message in the approver channel: always the present state, drawn anew from it. */
export function renderCard(say: Catalogue, card: CardView): Rendered {
  if (card.bundle !== null) return renderBundle(say, card);
  const { request, grant } = card;
  const footer = context(...[remains(say, card), anchorText(card.anchor)].filter((part) => part !== ''));
  if (isTaken(request)) return takenCard(say, grant, request, footer);
  const blocks: KnownBlock[] = [
    header(say.card.title(statusWord(say, request, grant))),
    section(headline(say, request, grant), whatItIs(say, request)),
    section(...outcomeLines(say, card), whatItGives(say, request.roles)),
    section(say.card.why(escapeMrkdwn(request.justification, WHY_MAX))),
    ...questionBlocks(say, request),
    ...standing(say, card),
    ...decisionButtons(say, card),
    footer,
  ];
  return { text: cardSentence(say, request, grant), blocks };
}

/** Who, what, and how it stands between them now. */
function headline(say: Catalogue, request: AccessRequest, grant: Grant | null): string {
  const what = strong(request.resource.path);
  if (request.state === 'pending') return whoAsks(say, request, what, null);
  const who = mention(request.beneficiary.slack);
  if (grant?.state === 'live') return say.card.has(who, what);
  return grant?.state === 'ended' && grant.liveAt !== null ? say.card.had(who, what) : say.card.askedFor(who, what);
}

/** What stays after the end; nothing where nothing was or will be given. */
const remains = (say: Catalogue, { request, tokenSeconds }: CardView): string =>
  request.state === 'pending' || request.state === 'approved' ? afterTheEnd(say, tokenSeconds, [request]) : '';

/** The whole card in one sentence. */
function cardSentence(say: Catalogue, request: AccessRequest, grant: Grant | null): string {
  const { inOne } = say.card;
  const who = mention(request.beneficiary.slack);
  const what = escapeMrkdwn(request.resource.path, 300);
  switch (request.state) {
    case 'pending':
      return `${whoAsks(say, request, what, request.askedSeconds)}: ${escapeMrkdwn(request.justification, 200)}${isToBegin(say, request)}`;
    case 'approved':
      if (grant === null || grant.state === 'planned') return inOne.approved(what, who);
      return grant.state === 'live'
        ? inOne.live(what, who, when(say, grant.expiresAt))
        : inOne.ended(what, who, grant.endedBy);
    case 'denied':
      return inOne.denied(what, who, mention(request.denial.by.slack));
    case 'expired':
      return inOne.expired(what, who);
    case 'withdrawn':
      return request.leaver === undefined
        ? inOne.withdrawn(what, mention(request.requester.slack))
        : say.left.inOne(what, mention(request.leaver.slack));
  }
}

/** How long, and what became of it. */
function outcomeLines(say: Catalogue, card: CardView): string[] {
  const { request, grant } = card;
  switch (request.state) {
    case 'pending':
      return [askedLine(say, request), nowLine(say, card)];
    case 'approved':
      return [say.card.approved(request.leaseSeconds, request.askedSeconds), grantLine(say, grant)];
    case 'denied': {
      const { by, at, comment } = request.denial;
      return [say.card.denied(mention(by.slack), when(say, at), shownOrNull(comment ?? '', 1500))];
    }
    case 'expired':
      return [say.card.expired(when(say, request.waitsUntil))];
    case 'withdrawn':
      return [
        request.leaver === undefined
          ? say.card.withdrawn(mention(request.requester.slack), when(say, request.closedAt))
          : say.left.onCard(mention(request.leaver.slack), when(say, request.closedAt)),
      ];
  }
}

function grantLine(say: Catalogue, grant: Grant | null): string {
  if (grant === null || grant.state === 'planned')
    return typeof grant?.startsAt === 'number' ? say.card.ahead(when(say, grant.startsAt)) : say.card.notLiveYet;
  return grant.state === 'live'
    ? say.card.live(when(say, grant.expiresAt))
    : say.card.ended(when(say, grant.endedAt), grant.endedBy);
}

/** Which stage it is, how many have approved, and who may decide. */
function standing(say: Catalogue, card: CardView): KnownBlock[] {
  const { request } = card;
  const approved = approvalsLine(say, request);
  const lines = request.state === 'pending' ? pendingLines(say, request, card.stage) : [];
  return approved === null && lines.length === 0
    ? []
    : [context([...lines, ...(approved === null ? [] : [approved])].join('\n'))];
}

function pendingLines(say: Catalogue, request: PendingRequest, cardStage: number): string[] {
  const current = progress(request);
  if (current === null) return [];
  const { index, stage, approved } = current;
  const stages = request.plan.length;
  const group = whoDecides(say, request, stage, GROUP_MAX);
  const waiting = say.card.waiting({
    ...{ group, approved, required: stage.required, stages },
    stage: stages > 1 ? index + 1 : null,
    until: when(say, request.waitsUntil),
  });
  return [waiting, cardStage === index ? whyAsked(say, request, stage) : say.card.stageDone(cardStage + 1)];
}
