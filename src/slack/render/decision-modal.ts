import type { KnownBlock, ModalView } from '@slack/types';
import { sayDuration } from '../../domain/duration.ts';
import { MAX_TEXT_POINTS } from '../../domain/text.ts';
import type { CardView } from '../../usecases/views.ts';
import type { DialogHint } from '../hints.ts';
import { escapeMrkdwn } from './escape.ts';
import { afterTheEnd, approvalsLine, whatItGives, whatItIs, whoAsks } from './facts.ts';
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

const TITLE: Readonly<Record<Dialog, string>> = {
  approve: 'Approve',
  shorter: 'Approve shorter',
  deny: 'Deny',
  question: 'Ask for more',
};
const SHORTER = [300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 172_800, 604_800];

/** Shown at once, because the right to open a dialog is gone after 3 s; filled by `decisionModal` or `closedModal`. */
export const workingModal = (dialog: Dialog): ModalView => plainModal(dialog, 'Reading the request …');

/** The dialog when there is nothing to decide: the reason, a sentence in mrkdwn. */
export const closedModal = (dialog: Dialog, because: string): ModalView => plainModal(dialog, because);

const plainModal = (dialog: Dialog, text: string): ModalView => ({
  type: 'modal',
  title: plain(TITLE[dialog], 24),
  close: plain('Close', 24),
  blocks: [section(text)],
});

/** A decision with all its facts, drawn from the record at this moment. */
export function decisionModal(dialog: Dialog, card: CardView, hint: DialogHint): ModalView {
  const { request } = card;
  const approved = approvalsLine(request);
  return {
    type: 'modal',
    callback_id: dialogView(dialog),
    private_metadata: JSON.stringify(hint),
    title: plain(TITLE[dialog], 24),
    submit: plain(TITLE[dialog], 24),
    close: plain('Cancel', 24),
    blocks: [
      section(`${whoAsks(request)} for ${strong(request.resource.path)}`, whatItIs(request)),
      section(
        `*For*  ${sayDuration(request.askedSeconds)}, from approval`,
        nowLine(card),
        `*Gives*  ${whatItGives(request.roles)}`,
      ),
      section(`*Why*  ${escapeMrkdwn(request.justification, 2900)}`),
      ...questionBlocks(request),
      ...inputs(dialog, request.askedSeconds),
      ...[
        approved ?? '',
        dialog === 'deny' || dialog === 'question' ? '' : afterTheEnd(card.tokenSeconds, request.endSessions),
      ]
        .filter((line) => line !== '')
        .map((line) => context(line)),
    ],
  };
}

function inputs(dialog: Dialog, askedSeconds: number): KnownBlock[] {
  switch (dialog) {
    case 'approve':
      return [];
    case 'shorter': {
      const shorter = SHORTER.filter((seconds) => seconds < askedSeconds);
      const options = (shorter.length > 0 ? shorter : [Math.max(1, Math.floor(askedSeconds / 2))]).map(durationOption);
      return [
        {
          type: 'input',
          block_id: LEASE_BLOCK,
          label: plain('Duration', 2000),
          element: { type: 'static_select', action_id: 'lease', placeholder: plain('A shorter lease', 150), options },
        },
      ];
    }
    case 'deny':
      return [
        {
          type: 'input',
          block_id: COMMENT_BLOCK,
          optional: true,
          label: plain('Comment', 2000),
          hint: plain('What the requester should know or do instead', 2000),
          element: { type: 'plain_text_input', action_id: 'comment', multiline: true, max_length: MAX_TEXT_POINTS },
        },
      ];
    case 'question':
      return [
        {
          type: 'input',
          block_id: QUESTION_BLOCK,
          label: plain('Question', 2000),
          hint: plain('The requester gets it from me in private and can answer; the request waits on', 2000),
          element: { type: 'plain_text_input', action_id: 'question', multiline: true, max_length: MAX_TEXT_POINTS },
        },
      ];
  }
}
