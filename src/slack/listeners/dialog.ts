import type { ModalView } from '@slack/types';
import type { Catalogue } from '../words/catalogue.ts';
import { isSpentTrigger, reasonOf, whisper } from './door.ts';
import type { Door } from './door.ts';

/** First an empty dialog, because the trigger id lives for 3 s; then its facts, read from the record. */
export async function openDrawn(
  door: Door,
  say: Catalogue,
  asked: { readonly triggerId: string; readonly responseUrl: string | null },
  empty: ModalView,
  draw: () => Promise<ModalView>,
): Promise<void> {
  try {
    const opened = await door.web.call('views.open', (client) =>
      client.views.open({ trigger_id: asked.triggerId, view: empty }),
    );
    const viewId = opened.view?.id;
    if (viewId === undefined) return;
    const view = await draw();
    await door.web.call('views.update', (client) => client.views.update({ view_id: viewId, view }));
  } catch (error) {
    if (isSpentTrigger(error)) return;
    door.log.warn('slack.dialog_not_opened', { reason: reasonOf(error) });
    await whisper(door, asked.responseUrl, say.dialogs.dialogNotOpened);
  }
}
