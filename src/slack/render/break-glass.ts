import type { ActionsBlock, KnownBlock, ModalView } from '@slack/types';
import { SIGNATURES, isTaken, takenSeconds } from '../../domain/break-glass.ts';
import type { Entitlement } from '../../domain/entitlement.ts';
import type { Grant } from '../../domain/grant.ts';
import { groupPathOf } from '../../domain/plan.ts';
import type { AccessRequest, TakenRequest } from '../../domain/request.ts';
import { MAX_TEXT_POINTS } from '../../domain/text.ts';
import { accessValue } from '../hints.ts';
import type { ReviewHint } from '../hints.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Ready } from '../words/ready.ts';
import { escapeMrkdwn } from './escape.ts';
import { groupName, whatItGives, whatItIs } from './facts.ts';
import { patternExample } from './pattern-example.ts';
import {
  actions,
  button,
  context,
  header,
  link,
  mention,
  plain,
  section,
  shown,
  shownOrNull,
  strong,
  when,
} from './pieces.ts';
import type { Rendered } from './pieces.ts';

/** callback_id of the form that takes access at once and of a signature's dialog, and the ids of their inputs. */
export const GLASS_VIEW = 'break_glass';
export const GLASS_ACCESS_BLOCK = 'glass_access';
export const GLASS_WHY_BLOCK = 'glass_why';
export const SIGN_VIEW = 'sign_review';
export const VERDICT_BLOCK = 'verdict';
export const REMARK_BLOCK = 'remark';

// ---------------------------------------------------------------- the form

/** Shown at once, and when there is nothing to take: a sentence in mrkdwn. */
export const plainGlass = (say: Catalogue, text: string): ModalView => plainModal(say, say.glass.title, text);

/** What it means to take access at once, and why it is needed. Without an access one is to be chosen. */
export function glassModal(words: Catalogue, entitlement: Entitlement | null): ModalView {
  const { glass: say } = words;
  const what = entitlement === null ? null : strong(entitlement.resource.path);
  const seconds = takenSeconds(entitlement ?? { maxSeconds: Infinity });
  return {
    type: 'modal',
    callback_id: GLASS_VIEW,
    private_metadata: entitlement === null ? '' : accessValue(entitlement.resource),
    title: plain(say.title, 24),
    submit: plain(say.take, 24),
    close: plain(words.dialogs.cancel, 24),
    blocks: [
      section(say.warning(what, seconds), say.whoHears(SIGNATURES), say.sessionsEnd, say.canItWait),
      ...(entitlement === null ? [accessInput(words)] : []),
      {
        type: 'input',
        block_id: GLASS_WHY_BLOCK,
        label: plain(say.justification, 2000),
        hint: plain(whyHint(words, entitlement?.justificationPattern ?? null), 2000),
        element: { type: 'plain_text_input', action_id: 'why', multiline: true, max_length: MAX_TEXT_POINTS },
      },
    ],
  };
}

const accessInput = ({ glass: say }: Catalogue): KnownBlock => ({
  type: 'input',
  block_id: GLASS_ACCESS_BLOCK,
  label: plain(say.access, 2000),
  element: {
    type: 'external_select',
    action_id: 'glass_access',
    min_query_length: 0,
    placeholder: plain(say.accessPlaceholder, 150),
  },
});

const whyHint = ({ glass: say }: Catalogue, pattern: string | null): string =>
  pattern === null ? say.justificationHint : say.justificationPattern(patternExample(pattern) ?? pattern);

// ---------------------------------------------------------------- the card

/** What was taken, in the approver channel: always the present state. @param footer what every card ends with */
export function takenCard(words: Catalogue, grant: Grant | null, taken: TakenRequest, footer: KnownBlock): Rendered {
  const { glass: say } = words;
  const { requester, resource, leaseSeconds, justification, review } = taken;
  const [who, what] = [mention(requester.slack), strong(resource.path)];
  const status = grant === null || grant.state === 'planned' ? say.taken : words.facts.status[grant.state];
  return {
    text: say.inOne(who, escapeMrkdwn(resource.path, 300), leaseSeconds, escapeMrkdwn(justification, 200)),
    blocks: [
      header(say.cardTitle(status, review.closedAt === null)),
      section(say.took(who, what, when(words, taken.decidedAt)), whatItIs(words, taken)),
      section(say.lease(leaseSeconds), grantLine(words, grant), whatItGives(words, taken.roles)),
      section(words.card.why(escapeMrkdwn(justification, 2900))),
      section(...reviewLines(words, taken)),
      ...takenButtons(words, taken, grant),
      context(say.whyYou(reviewers(taken))),
      footer,
    ],
  };
}

function grantLine(words: Catalogue, grant: Grant | null): string {
  const { glass: say, card } = words;
  if (grant === null || grant.state === 'planned') return say.notLiveYet;
  if (grant.state === 'ended') return card.ended(when(words, grant.endedAt), grant.endedBy);
  return grant.endAsked === null ? card.live(when(words, grant.expiresAt)) : say.beingTaken;
}

/** The group of the first stage, whose people sign. */
const reviewers = ({ plan: [first] }: Pick<TakenRequest, 'plan'>): Ready =>
  groupName(first === undefined ? '' : (groupPathOf(first) ?? ''));

/** How far the review is, and what each signature says. */
function reviewLines(words: Catalogue, { review, plan }: TakenRequest): readonly string[] {
  const { glass: say } = words;
  const missing = SIGNATURES - review.signatures.length;
  return [
    missing <= 0 ? say.reviewClosed(SIGNATURES) : say.reviewOpen(missing, reviewers({ plan })),
    ...review.signatures.map(({ by, at, right, comment }) =>
      say.remark(mention(by.slack), when(words, at), right, shownOrNull(comment ?? '', 800)),
    ),
  ];
}

/** End now while it lasts, Sign review… while it is open. */
export function takenButtons(
  { glass: say }: Catalogue,
  { id, review, resource }: TakenRequest,
  grant: Grant | null,
): ActionsBlock[] {
  const value = JSON.stringify({ r: id });
  const what = resource.path.slice(-50);
  const isOpen = grant !== null && grant.state !== 'ended' && grant.endAsked === null;
  const end = button('taken_end', say.endNow, value, { style: 'danger', label: say.endNowLabel(what) });
  const signing = button('review_sign', say.sign, value, { label: say.signLabel(what) });
  const offered = [...(isOpen ? [end] : []), ...(review.closedAt === null ? [signing] : [])];
  return offered.length === 0 ? [] : [actions(offered)];
}

// ---------------------------------------------------------------- the review

/** Shown at once, and when there is nothing to sign: a sentence in mrkdwn. */
export const plainReview = (say: Catalogue, text: string): ModalView => plainModal(say, say.glass.signTitle, text);

/** What was taken and why, with the question whether it was right. */
export function reviewModal(words: Catalogue, grant: Grant | null, taken: TakenRequest, hint: ReviewHint): ModalView {
  const { glass: say } = words;
  const option = (text: string, value: string) => ({ text: plain(text, 75), value });
  return {
    type: 'modal',
    callback_id: SIGN_VIEW,
    private_metadata: JSON.stringify(hint),
    title: plain(say.signTitle, 24),
    submit: plain(say.submitSign, 24),
    close: plain(words.dialogs.cancel, 24),
    blocks: [
      section(
        say.took(mention(taken.requester.slack), strong(taken.resource.path), when(words, taken.decidedAt)),
        say.lease(taken.leaseSeconds),
        grantLine(words, grant),
      ),
      section(words.card.why(escapeMrkdwn(taken.justification, 2900))),
      section(...reviewLines(words, taken)),
      {
        type: 'input',
        block_id: VERDICT_BLOCK,
        label: plain(say.wasItRight, 2000),
        element: {
          type: 'radio_buttons',
          action_id: 'verdict',
          options: [option(say.right, 'right'), option(say.wrong, 'wrong')],
        },
      },
      {
        type: 'input',
        block_id: REMARK_BLOCK,
        optional: true,
        label: plain(say.comment, 2000),
        hint: plain(say.commentHint, 2000),
        element: { type: 'plain_text_input', action_id: 'remark', multiline: true, max_length: MAX_TEXT_POINTS },
      },
    ],
  };
}

const plainModal = (say: Catalogue, title: string, text: string): ModalView => ({
  type: 'modal',
  title: plain(title, 24),
  close: plain(say.dialogs.close, 24),
  blocks: [section(text)],
});

// ---------------------------------------------------------------- words elsewhere

/** To the one who took it. */
export const tookIt = ({ glass: say }: Catalogue, { resource, leaseSeconds }: TakenRequest): string =>
  say.youTook(strong(resource.path), leaseSeconds, SIGNATURES);

/** To the one who signed. */
export function signedIt({ glass: say }: Catalogue, request: AccessRequest): string {
  const isClosed = isTaken(request) && request.review.closedAt !== null;
  return say.youSigned(strong(request.resource.path), mention(request.requester.slack), isClosed);
}

/** A review that waits for somebody, in his Home. @param address of its card */
export function reviewBlock(words: Catalogue, taken: TakenRequest, address: string | null) {
  const { glass: say, facts } = words;
  const { requester, resource, leaseSeconds, decidedAt, review, justification, risk } = taken;
  return section(
    say.homeTook(mention(requester.slack), strong(resource.path), leaseSeconds, when(words, decidedAt)),
    [facts.kind[resource.kind], facts.risk(risk), say.homeSigned(review.signatures.length, SIGNATURES)].join(' · '),
    words.home.why(shown(justification, 200)),
    ...(address === null ? [] : [link(address, say.openCard)]),
  );
}
