import type { App, ViewOutput, ViewSubmitAction } from '@slack/bolt';
import { parseDuration } from '../../../domain/duration.ts';
import { keptText } from '../../../domain/text.ts';
import type { Intent } from '../../../usecases/intent.ts';
import { alsoOf, readDialogHint } from '../../hints.ts';
import type { DialogHint } from '../../hints.ts';
import { COMMENT_BLOCK, dialogView, LEASE_BLOCK, QUESTION_BLOCK } from '../../render/decision-modal.ts';
import type { Dialog } from '../../render/decision-modal.ts';
import { refusalText } from '../../render/refusal-text.ts';
import type { Catalogue } from '../../words/catalogue.ts';
import { slackUserOf } from '../click.ts';
import { acknowledge, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';
import { takeSubmission } from '../submission.ts';

const DIALOGS: readonly Dialog[] = ['approve', 'shorter', 'deny', 'question'];

/** The submission of a decision's dialog is the decision, that of a question's the question. */
export function register(app: App, door: Door): void {
  for (const dialog of DIALOGS) {
    app.view<ViewSubmitAction>(
      { callback_id: dialogView(dialog), type: 'view_submission' },
      async ({ body, view, ack }) => {
        const hint = readDialogHint(view.private_metadata);
        if (hint === null) return acknowledge(door, () => ack({ response_action: 'clear' }));
        const intent = intentOf(dialog, hint, view);
        if (intent === null) {
          const errors = problem(await wordsOf(door, slackUserOf(body)), dialog, view);
          return acknowledge(door, () => ack({ response_action: 'errors', errors }));
        }
        await takeSubmission(door, { body, view, ack }, intent);
      },
    );
  }
}

/** null when the question is empty, or the shorter time cannot be read: taken for none, it would approve the whole. */
function intentOf(dialog: Dialog, hint: DialogHint, view: ViewOutput): Intent | null {
  const decision = { requestId: hint.r, version: hint.v, stage: hint.s, message: { channel: hint.c, ts: hint.t } };
  const { values } = view.state;
  switch (dialog) {
    case 'approve':
      return { intent: 'approve', ...decision, ...alsoOf(hint), leaseSeconds: null };
    case 'shorter': {
      const leaseSeconds = parseDuration(leaseText(view));
      return leaseSeconds === null ? null : { intent: 'approve', ...decision, ...alsoOf(hint), leaseSeconds };
    }
    case 'question': {
      const text = questionText(view);
      return keptText(text) === null ? null : { intent: 'question', ...decision, text };
    }
    case 'deny':
      return { intent: 'deny', ...decision, ...alsoOf(hint), comment: values[COMMENT_BLOCK]?.['comment']?.value ?? '' };
  }
}

const leaseText = ({ state }: ViewOutput): string => state.values[LEASE_BLOCK]?.['lease']?.selected_option?.value ?? '';
const questionText = ({ state }: ViewOutput): string => state.values[QUESTION_BLOCK]?.['question']?.value ?? '';

/** What is wrong with a field, below it. */
const problem = (say: Catalogue, dialog: Dialog, view: ViewOutput): Record<string, string> =>
  dialog === 'question'
    ? { [QUESTION_BLOCK]: refusalText(say, { refusal: 'nothing_written' }, null) }
    : { [LEASE_BLOCK]: refusalText(say, { refusal: 'bad_duration', asked: leaseText(view) }, null) };
