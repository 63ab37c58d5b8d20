import type { App } from '@slack/bolt';
import { requestModal } from '../../render/request-modal.ts';
import { acknowledge, isSpentTrigger, reasonOf, whisper } from '../door.ts';
import type { Door } from '../door.ts';

/** The global shortcut that opens the form. */
export function register(app: App, door: Door): void {
  app.shortcut({ callback_id: 'request_access', type: 'shortcut' }, async ({ shortcut, ack }) => {
    await acknowledge(door, () => ack());
    await openRequestModal(door, shortcut.trigger_id, null);
  });
}

/** Opens the form at once: nothing is looked up before, because the trigger id lives for 3 s. */
export async function openRequestModal(door: Door, triggerId: string, responseUrl: string | null): Promise<void> {
  try {
    await door.web.call('views.open', (client) =>
      client.views.open({ trigger_id: triggerId, view: requestModal(null) }),
    );
    door.desk.formOpened();
  } catch (error) {
    if (isSpentTrigger(error)) return;
    door.log.warn('slack.form_not_opened', { reason: reasonOf(error) });
    await whisper(
      door,
      responseUrl,
      'Slack did not let me open the form in time, so nothing was asked. Please try again.',
    );
  }
}
