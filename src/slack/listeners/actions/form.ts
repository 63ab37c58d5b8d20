import type { App, BlockAction } from '@slack/bolt';
import { MAX_PARTS } from '../../../domain/bundle.ts';
import type { Outcome } from '../../../domain/refusal.ts';
import type { AccessPreview } from '../../../usecases/views.ts';
import { readAccessValue } from '../../hints.ts';
import { refusalText } from '../../render/refusal-text.ts';
import { requestModal } from '../../render/request-modal.ts';
import type { Catalogue } from '../../words/catalogue.ts';
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

/** The facts of all that is chosen, or why one of it cannot be asked for. */
function shownOf(say: Catalogue, found: readonly Outcome<{ readonly preview: AccessPreview }>[]) {
  const previews: AccessPreview[] = [];
  for (const one of found) {
    if (!one.ok) return { problem: refusalText(say, one.refusal, null) };
    previews.push(one.preview);
  }
  const [preview, ...others] = previews;
  return preview === undefined ? null : { preview, others };
}

/** What is chosen in the form has changed: shows its durations, who will be asked and how long it may last. */
export function register(app: App, door: Door): void {
  registerOpening(app, door);
  /** The newest choice in each open form, so that a slow look-up does not overwrite a later one. */
  const newest = new Map<string, string>();
  app.action({ action_id: 'access', type: 'block_actions' }, async ({ body, action, ack }) => {
    await acknowledge(door, () => ack());
    const viewId = body.view?.id;
    if (action.type !== 'multi_external_select' || viewId === undefined || !('action_ts' in action)) return;
    const options = action.selected_options ?? [];
    const accesses = options.slice(0, MAX_PARTS).flatMap(({ value = '' }) => readAccessValue(value) ?? []);
    newest.set(viewId, action.action_ts);
    try {
      const slack = slackUserOf(body);
      const [say, found] = await Promise.all([
        wordsOf(door, slack),
        Promise.all(accesses.map((access) => door.desk.preview(access, slack))),
      ]);
      if (newest.get(viewId) !== action.action_ts) return;
      const chosen = shownOf(say, found);
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
