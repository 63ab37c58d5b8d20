import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { readGateHint } from '../../hints.ts';
import { refusalText } from '../../render/refusal-text.ts';
import { readClick } from '../click.ts';
import { acknowledge, takeClick, whisper, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';

/** Approve and Deny on the card of a sign-in that waits: at once, because somebody waits on a page. */
export function register(app: App, door: Door): void {
  for (const intent of ['gate_approve', 'gate_deny'] as const) {
    app.action<BlockAction<ButtonAction>>({ action_id: intent, type: 'block_actions' }, async ({ body, ack }) => {
      const click = readClick(body);
      const gateId = readGateHint(click.value);
      const { message } = click;
      if (gateId === null || message === null) {
        await acknowledge(door, () => ack());
        const say = await wordsOf(door, click.slack);
        await whisper(door, click.responseUrl, refusalText(say, { refusal: 'old_message', link: null }, null));
        return;
      }
      await takeClick(door, { ...click, intent: { intent, gateId, message } }, () => ack());
    });
  }
}
