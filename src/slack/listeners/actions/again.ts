import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { readAgainHint } from '../../hints.ts';
import { refusalText } from '../../render/refusal-text.ts';
import { closedRequestModal, requestModal } from '../../render/request-modal.ts';
import { readClick } from '../click.ts';
import { openDrawn } from '../dialog.ts';
import { acknowledge, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';

/** Ask again below what was denied, came to nothing or ended: the form, filled in as it was then. */
export function register(app: App, door: Door): void {
  app.action<BlockAction<ButtonAction>>(
    { action_id: 'request_again', type: 'block_actions' },
    async ({ body, ack }) => {
      const click = readClick(body);
      const hint = readAgainHint(click.value);
      await acknowledge(door, () => ack());
      if (hint === null) return;
      const say = await wordsOf(door, click.slack);
      await openDrawn(door, say, click, closedRequestModal(say, say.form.lookingUp), async () => {
        const found = await door.desk.again([hint.r, ...(hint.a ?? [])], click.slack);
        if (!found.ok) return closedRequestModal(say, refusalText(say, found.refusal, null));
        door.desk.formOpened(click.slack);
        return requestModal(say, found);
      });
    },
  );
}
