import type { App, ViewOutput } from '@slack/bolt';
import { parseDuration } from '../../../domain/duration.ts';
import type { Intent } from '../../../usecases/intent.ts';
import { readDialogHint } from '../../hints.ts';
import type { DialogHint } from '../../hints.ts';
import { COMMENT_BLOCK, dialogView, LEASE_BLOCK } from '../../render/decision-modal.ts';
import type { Dialog } from '../../render/decision-modal.ts';
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
      const slack = slackUserOf(body);
      const envelope = {
        key: `view:${view.id}:${view.hash}`,
        slack,
        responseUrl: null,
        intent: intentOf(dialog, hint, view),
      };
      const stay = (text: string) =>
        ack({ response_action: 'update', view: { type: 'modal', title: view.title, blocks: sentence(text).blocks } });
      await take(door, envelope, clear, stay);
    });
  }
}

function intentOf(dialog: Dialog, hint: DialogHint, view: ViewOutput): Intent {
  const decision = { requestId: hint.r, version: hint.v, stage: hint.s, message: { channel: hint.c, ts: hint.t } };
  const { values } = view.state;
  switch (dialog) {
    case 'approve':
      return { intent: 'approve', ...decision, leaseSeconds: null };
    case 'shorter':
      return {
        intent: 'approve',
        ...decision,
        leaseSeconds: parseDuration(values[LEASE_BLOCK]?.['lease']?.selected_option?.value ?? ''),
      };
    case 'deny':
      return { intent: 'deny', ...decision, comment: values[COMMENT_BLOCK]?.['comment']?.value ?? '' };
  }
}
