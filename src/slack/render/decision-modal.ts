import type { KnownBlock, ModalView } from '@slack/types';
import { MAX_TEXT_POINTS } from '../../domain/text.ts';
import { openParts } from '../../usecases/views.ts';
import type { CardView } from '../../usecases/views.ts';
import type { DialogHint } from '../hints.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { bundleFacts } from './bundle-card.ts';
import { escapeMrkdwn } from './escape.ts';
import { afterTheEnd, approvalsLine, askedLine, whatItGives, whatItIs, whoAsks } from './facts.ts';
import { nowLine } from './now.ts';
import { context, plain, section, strong } from './pieces.ts';
import { questionBlocks } from './question.ts';
import { durationOption } from './request-modal.ts';

export type Dialog = 'approve' | 'shorter' | 'deny' | 'question';

/** callback_id of a dialog, and the ids of its inputs. */
export const dialogView = (dialog: Dialog): string => `decide_${dialog}`;
export const LEASE_BLOCK = 'lease';
export const COMMENT_BLOCK = 'comment';
export const QUESTION_BLOCK = 'question';

const SHORTER = [300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 172_800, 604_800];

/** Shown at once, because the right to open a dialog is gone after 3 s; filled by `decisionModal` or `closedModal`. */
export const workingModal = (say: Catalogue, dialog: Dialog): ModalView =>
  closedModal(say, dialog, say.dialogs.readingRequest);

/** The dialog when there is nothing to decide: the reason, a sentence in mrkdwn. */
export const closedModal = ({ dialogs: say }: Catalogue, dialog: Dialog, because: string): ModalView => ({
  type: 'modal',
  title: plain(say.title[dialog], 24),
  close: plain(say.close, 24),
  blocks: [section(because)],
});

/** A decision with all its facts, drawn from the record at this moment. */
export function decisionModal(say: Catalogue, dialog: Dialog, card: CardView, hint: DialogHint): ModalView {
  const { request } = card;
  const title = say.dialogs.title[dialog];
  const approved = card.bundle === null ? approvalsLine(say, request) : null;
  return {
    type: 'modal',
    callback_id: dialogView(dialog),
    private_metadata: JSON.stringify(hint),
    title: plain(title, 24),
    submit: plain(title, 24),
    close: plain(say.dialogs.cancel, 24),
    blocks: [
      ...(card.bundle === null ? requestFacts(say, card) : bundleFacts(say, card)),
      ...inputs(say, dialog, Math.min(...openParts(card).map((part) => part.request.askedSeconds))),
      ...[
        approved ?? '',
        dialog === 'deny' || dialog === 'question' ? '' : afterTheEnd(say, card.tokenSeconds, [request]),
      ]
        .filter((line) => line !== '')
        .map((line) => context(line)),
    ],
  };
}

function requestFacts(say: Catalogue, card: CardView): KnownBlock[] {
  const { request } = card;
  return [
    section(whoAsks(say, request, strong(request.resource.path), null), whatItIs(say, request)),
    section(askedLine(say, request), nowLine(say, card), whatItGives(say, request.roles)),
    section(say.card.why(escapeMrkdwn(request.justification, 2900))),
    ...questionBlocks(say, request),
  ];
}

function inputs(say: Catalogue, dialog: Dialog, askedSeconds: number): KnownBlock[] {
  const { dialogs } = say;
  switch (dialog) {
    case 'approve':
      return [];
    case 'shorter': {
      const shorter = SHORTER.filter((seconds) => seconds < askedSeconds);
      const offered = shorter.length > 0 ? shorter : [Math.max(1, Math.floor(askedSeconds / 2))];
      const options = offered.map((seconds) => durationOption(say, seconds));
      return [
        {
          type: 'input',
          block_id: LEASE_BLOCK,
          label: plain(dialogs.duration, 2000),
          element: {
            type: 'static_select',
            action_id: 'lease',
            placeholder: plain(dialogs.durationPlaceholder, 150),
            options,
          },
        },
      ];
    }
    case 'deny':
      return [
        {
          type: 'input',
          block_id: COMMENT_BLOCK,
          optional: true,
          label: plain(dialogs.comment, 2000),
          hint: plain(dialogs.commentHint, 2000),
          element: { type: 'plain_text_input', action_id: 'comment', multiline: true, max_length: MAX_TEXT_POINTS },
        },
      ];
    case 'question':
      return [
        {
          type: 'input',
          block_id: QUESTION_BLOCK,
          label: plain(dialogs.question, 2000),
          hint: plain(dialogs.questionHint, 2000),
          element: { type: 'plain_text_input', action_id: 'question', multiline: true, max_length: MAX_TEXT_POINTS },
        },
      ];
  }
}
