import type { KnownBlock } from '@slack/types';
import { isReady, waiting } from '../../domain/bundle.ts';
import { progress } from '../../domain/request.ts';
import type { AccessRequest } from '../../domain/request.ts';
import { openParts, partsShown } from '../../usecases/views.ts';
import type { CardView } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { decisionButtons } from './buttons.ts';
import { escapeMrkdwn } from './escape.ts';
import {
  afterTheEnd,
  anchorText,
  approvalsLine,
  forWhom,
  isToBegin,
  statusWord,
  whatItGives,
  whatItIs,
  whoDecides,
  whyAsked,
} from './facts.ts';
import { nowLine } from './now.ts';
import { bold, context, header, mention, section, shownOrNull, strong, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';
import { questionBlocks } from './question.ts';

const WHY_MAX = 2900;
/** UTF-16 units of a path where several stand in one line. */
const PATH_MAX = 120;

/** The message that shows parts of a bundle in one approver channel: always the present state of all of them. */
export function renderBundle(say: Catalogue, card: CardView): Rendered {
  const { request, anchor } = card;
  const blocks: KnownBlock[] = [
    header(say.card.title(standing(say, partsShown(card)))),
    section(asked(say, card)),
    ...partsShown(card).flatMap((part) => partBlocks(say, part)),
    ...outcome(say, request),
    ...whyAndRule(say, card),
    ...decisionButtons(say, card),
    context(...[remains(say, card), anchorText(anchor)].filter((part) => part !== '')),
  ];
  return { text: inOneSentence(say, card), blocks };
}

/** What a dialog says of the parts that it decides. */
export const bundleFacts = (say: Catalogue, card: CardView): KnownBlock[] => [
  section(asked(say, card)),
  ...openParts(card).flatMap((part) => partBlocks(say, part)),
  ...whyAndRule(say, card),
];

const whyAndRule = (say: Catalogue, card: CardView): KnownBlock[] => [
  section(say.card.why(escapeMrkdwn(card.request.justification, WHY_MAX))),
  ...questionBlocks(say, withAllQuestions(card)),
  ...rule(say, card),
];

const countOf = (request: AccessRequest): number => request.bundle?.parts ?? 1;

/** Who asks for how many, and for how long. */
function asked(say: Catalogue, card: CardView): string {
  const { request } = card;
  const [seconds = 0, ...others] = new Set(partsShown(card).map((part) => part.request.askedSeconds));
  const line = say.bundle.asked({
    by: mention(request.requester.slack),
    onBehalfOf: forWhom(request),
    count: countOf(request),
    seconds: others.length === 0 ? seconds : null,
    isPending: request.state === 'pending',
  });
  return `${line}${isToBegin(say, request)}`;
}

/** One part: what it is, what it gives, who holds it, and how it stands. */
function partBlocks(say: Catalogue, card: CardView): KnownBlock[] {
  const { request } = card;
  const approved = approvalsLine(say, request);
  return [
    section(strong(request.resource.path), whatItIs(say, request)),
    section(...(request.state === 'pending' ? [nowLine(say, card)] : []), whatItGives(say, request.roles)),
    context([partStanding(say, card), ...(approved === null ? [] : [approved])].join('\n')),
  ];
}

/** How one part stands. */
function partStanding(say: Catalogue, { request, grant, stage }: CardView): string {
  if (grant?.state === 'live') return say.bundle.live(when(say, grant.expiresAt));
  if (grant?.state === 'ended') return say.bundle.ended(when(say, grant.endedAt), grant.endedBy);
  if (request.state === 'approved') return say.bundle.notLiveYet;
  if (request.state !== 'pending') return say.bundle.over[request.state];
  const current = progress(request);
  if (current === null) return say.bundle.waitsForRest;
  const group = whoDecides(say, request, current.stage, PATH_MAX);
  const stages = request.plan.length;
  const waits = say.bundle.waiting({
    ...{ group, approved: current.approved, required: current.stage.required, stages },
    stage: stages > 1 ? current.index + 1 : null,
  });
  return `${waits} ${stage === current.index ? whyAsked(say, request, current.stage) : say.bundle.elsewhere}`;
}

/** One word for all parts that are shown, or how many of each. */
function standing(say: Catalogue, parts: readonly CardView[]): string {
  const words = parts.map(({ request, grant }) => statusWord(say, request, grant));
  const [first = '', ...others] = new Set(words);
  if (others.length === 0) return first;
  return [first, ...others].map((word) => `${words.filter((one) => one === word).length} ${word}`).join(', ');
}

/** Why it came to nothing. */
function outcome(say: Catalogue, request: AccessRequest): KnownBlock[] {
  switch (request.state) {
    case 'pending':
    case 'approved':
      return [];
    case 'denied': {
      const { by, at, comment } = request.denial;
      return [section(say.card.denied(mention(by.slack), when(say, at), shownOrNull(comment ?? '', 1500)))];
    }
    case 'expired':
      return [section(say.card.expired(when(say, request.waitsUntil)))];
    case 'withdrawn':
      return [
        section(
          request.leaver === undefined
            ? say.card.withdrawn(mention(request.requester.slack), when(say, request.closedAt))
            : say.left.onCard(mention(request.leaver.slack), when(say, request.closedAt)),
        ),
      ];
  }
}

/** What else belongs to it, and that it is all or nothing. */
function rule(say: Catalogue, card: CardView): KnownBlock[] {
  const { request, bundle } = card;
  const others = (bundle?.elsewhere ?? []).map((part) => ({
    what: bold(part.resource.path, PATH_MAX),
    word: elsewhereWord(say, part),
  }));
  const all =
    request.state === 'pending'
      ? say.bundle.rule(countOf(request), when(say, request.waitsUntil))
      : say.bundle.belongs(countOf(request));
  return [context(...(others.length === 0 ? [] : [say.bundle.alsoAsked(others)]), all)];
}

function elsewhereWord(say: Catalogue, part: AccessRequest): string {
  if (part.state !== 'pending') return statusWord(say, part, null);
  const current = progress(part);
  return current === null
    ? say.bundle.approvedWord
    : say.bundle.waitingFor(whoDecides(say, part, current.stage, PATH_MAX));
}

/** Questions are asked about one part and answered for all. */
function withAllQuestions(card: CardView): AccessRequest {
  const all = [...partsShown(card).map(({ request }) => request), ...(card.bundle?.elsewhere ?? [])];
  return { ...card.request, questions: all.flatMap((part) => part.questions).sort((a, b) => a.at - b.at) };
}

function remains(say: Catalogue, card: CardView): string {
  const { request, tokenSeconds } = card;
  if (request.state !== 'pending' && request.state !== 'approved') return '';
  return afterTheEnd(
    say,
    tokenSeconds,
    partsShown(card).map((part) => part.request),
  );
}

/** The whole message in one sentence. */
function inOneSentence(say: Catalogue, card: CardView): string {
  const { request } = card;
  const { inOne } = say.bundle;
  const shown = partsShown(card);
  const parts = inOne.parts(
    shown.map((part) => escapeMrkdwn(part.request.resource.path, PATH_MAX)),
    shown.length === countOf(request),
  );
  const who = mention(request.beneficiary.slack);
  switch (request.state) {
    case 'pending': {
      if (isReady(waiting(shown.map((part) => part.request)))) return inOne.ready(parts, who);
      const why = escapeMrkdwn(request.justification, 200);
      return inOne.pending(mention(request.requester.slack), parts, request.askedSeconds, why);
    }
    case 'approved':
      return inOne.approved(parts, who, standing(say, shown));
    case 'denied':
      return inOne.denied(parts, who, mention(request.denial.by.slack));
    case 'expired':
      return inOne.expired(parts, who);
    case 'withdrawn':
      return request.leaver === undefined
        ? inOne.withdrawn(parts, mention(request.requester.slack))
        : say.left.line(mention(request.leaver.slack));
  }
}
