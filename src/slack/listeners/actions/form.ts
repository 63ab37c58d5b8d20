import type { App, BlockAction } from '@slack/bolt';
import { readAccessValue } from '../../hints.ts';
import { refusalText } from '../../render/refusal-text.ts';
import { requestModal } from '../../render/request-modal.ts';
import { slackUserOf } from '../click.ts';
import { acknowledge, reasonOf, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';
import { openRequestModal } from '../shortcuts/request-access.ts';

/** The form is opened from the App Home. */
function registerOpening(app: App, door: Door): void {
  app.action<BlockAction>({ action_id: 'request_form', type: 'block_actions' }, async ({ body, ack }) => {
    await acknowledge(door, () => ack());
    await openRequestModal(door, { slack: slackUserOf(body), triggerId: body.trigger_id, responseUrl: null });
  });
}

/** An access was chosen in the form: shows its durations, who will be asked and how long it may last. */
export function register(app: App, door: Door): void {
  registerOpening(app, door);
  /** The newest choice in each open form, so that a slow look-up does not overwrite a later one. */
  const newest = new Map<string, string>();
  app.action({ action_id: 'access', type: 'block_actions' }, async ({ body, action, ack }) => {
    await acknowledge(door, () => ack());
    const access = action.type === 'external_select' ? readAccessValue(action.selected_option?.value ?? '') : null;
    const viewId = body.view?.id;
    if (access === null || viewId === undefined || !('action_ts' in action)) return;
    newest.set(viewId, action.action_ts);
    try {
      const slack = slackUserOf(body);
      const [say, found] = await Promise.all([wordsOf(door, slack), door.desk.preview(access, slack)]);
      if (newest.get(viewId) !== action.action_ts) return;
      const chosen = found.ok ? { preview: found.preview } : { problem: refusalText(say, found.refusal, null) };
      await door.web.call('views.update', (client) =>
        client.views.update({ view_id: viewId, view: requestModal(say, chosen) }),
      );
    } catch (error) {
      // The form works without its facts; the submission is checked in full.
      door.log.warn('slack.no_preview', { reason: reasonOf(error) });
    } finally {
      if (newest.get(viewId) === action.action_ts) newest.delete(viewId);
    }
  });
}
