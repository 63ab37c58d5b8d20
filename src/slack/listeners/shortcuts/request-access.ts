import type { App } from '@slack/bolt';
import type { SlackUser } from '../../../domain/people.ts';
import { requestModal } from '../../render/request-modal.ts';
import { slackUserOf } from '../click.ts';
import { acknowledge, isSpentTrigger, reasonOf, whisper, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';

/** The global shortcut that opens the form. */
export function register(app: App, door: Door): void {
  app.shortcut({ callback_id: 'request_access', type: 'shortcut' }, async ({ shortcut, body, ack }) => {
    await acknowledge(door, () => ack());
    await openRequestModal(door, { slack: slackUserOf(body), triggerId: shortcut.trigger_id, responseUrl: null });
  });
}

/** Opens the form at once: nothing but the person's language is looked up before, because the trigger id lives for 3 s. */
export async function openRequestModal(
  door: Door,
  asked: { readonly slack: SlackUser; readonly triggerId: string; readonly responseUrl: string | null },
): Promise<void> {
  const say = await wordsOf(door, asked.slack);
  try {
    await door.web.call('views.open', (client) =>
      client.views.open({ trigger_id: asked.triggerId, view: requestModal(say, null) }),
    );
    door.desk.formOpened(asked.slack);
  } catch (error) {
    if (isSpentTrigger(error)) return;
    door.log.warn('slack.form_not_opened', { reason: reasonOf(error) });
    await whisper(door, asked.responseUrl, say.dialogs.formNotOpened);
  }
}
