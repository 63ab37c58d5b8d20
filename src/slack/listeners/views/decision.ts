import type { App, ViewOutput } from '@slack/bolt';
import { parseDuration } from '../../../domain/duration.ts';
import type { Intent } from '../../../usecases/intent.ts';
import { readDialogHint } from '../../hints.ts';
import type { DialogHint } from '../../hints.ts';
import { COMMENT_BLOCK, dialogView, LEASE_BLOCK } from '../../render/decision-modal.ts';
import type { Dialog } from '../../render/decision-modal.ts';
import { refusalText } from '../../render/refusal-text.ts';
import { slackUserOf } from '../click.ts';
import { acknowledge, sentence, take } from '../door.ts';
import type { Door } from '../door.ts';

const DIALOGS: readonly Dialog[] = ['approve', 'shorter', 'deny'];

/** The submission of a decision's dialog is the decision. */
export function register(app: App, door: Door): void {
  for (const dialog of DIALOGS) {
    app.view({ callback_id: dialogView(dialog), type: 'view_submission' }, async ({ body, view, ack }) => {
      const hint = readDialogHint(view.private_metadata);
      const clear = () => ack({ response_action: 'clear' });
      if (hint === null) return acknowledge(door, clear);
      const intent = intentOf(dialog, hint, view);
      if (intent === null) {
        const errors = { [LEASE_BLOCK]: refusalText({ refusal: 'bad_duration', asked: leaseText(view) }, null) };
        return acknowledge(door, () => ack({ response_action: 'errors', errors }));
      }
      const key = `view:${view.id}:${view.hash}`;
      const envelope = { key, slack: slackUserOf(body), responseUrl: null, intent };
      const stay = (text: string) =>
        ack({ response_action: 'update', view: { type: 'modal', title: view.title, blocks: sentence(text).blocks } });
      await take(door, envelope, clear, stay);
    });
  }
}

/** null when the shorter time cannot be read: taken for none, it would approve the whole. */
function intentOf(dialog: Dialog, hint: DialogHint, view: ViewOutput): Intent | null {
  const decision = { requestId: hint.r, version: hint.v, stage: hint.s, message: { channel: hint.c, ts: hint.t } };
  const { values } = view.state;
  switch (dialog) {
    case 'approve':
      return { intent: 'approve', ...decision, leaseSeconds: null };
    case 'shorter': {
      const leaseSeconds = parseDuration(leaseText(view));
      return leaseSeconds === null ? null : { intent: 'approve', ...decision, leaseSeconds };
    }
    case 'deny':
      return { intent: 'deny', ...decision, comment: values[COMMENT_BLOCK]?.['comment']?.value ?? '' };
  }
}

const leaseText = ({ state }: ViewOutput): string => state.values[LEASE_BLOCK]?.['lease']?.selected_option?.value ?? '';
