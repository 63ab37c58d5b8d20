import type { ModalView } from '@slack/types';
import type { Click } from './click.ts';
import { isSpentTrigger, reasonOf, whisper } from './door.ts';
import type { Door } from './door.ts';

/** First an empty dialog, because the trigger id lives for 3 s; then its facts, read from the record. */
export async function openDialog(
  door: Door,
  click: Click,
  working: ModalView,
  draw: () => Promise<ModalView>,
): Promise<void> {
  try {
    const opened = await door.web.call('views.open', (client) =>
      client.views.open({ trigger_id: click.triggerId, view: working }),
    );
    const viewId = opened.view?.id;
    if (viewId === undefined) return;
    const view = await draw();
    await door.web.call('views.update', (client) => client.views.update({ view_id: viewId, view }));
  } catch (error) {
    if (isSpentTrigger(error)) return;
    door.log.warn('slack.dialog_not_opened', { reason: reasonOf(error) });
    await whisper(
      door,
      click.responseUrl,
      'I could not open the dialog in time, so nothing was done. Please click again.',
    );
  }
}
