import { setTimeout as sleep } from 'node:timers/promises';
import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { CARD_MS } from '../../../usecases/card-click.ts';
import { readWithdrawHint } from '../../hints.ts';
import type { ReviewHint } from '../../hints.ts';
import { plainReview, reviewModal } from '../../render/break-glass.ts';
import { refusalText } from '../../render/refusal-text.ts';
import type { Catalogue } from '../../words/catalogue.ts';
import { readClick } from '../click.ts';
import type { Click } from '../click.ts';
import { openDrawn } from '../dialog.ts';
import { acknowledge, takeClick, whisper, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';

/** How often the record is looked at for a card that Slack has not yet told us of. */
const LOOK_MS = 200;

/** End now and Sign review… on the card of what was taken, or on the latest line of its thread. */
export function register(app: App, door: Door): void {
  for (const actionId of ['taken_end', 'review_sign']) {
    app.action<BlockAction<ButtonAction>>({ action_id: actionId, type: 'block_actions' }, async ({ body, ack }) => {
      const click = readClick(body);
      const hint = readWithdrawHint(click.value);
      const { message } = click;
      if (hint === null || message === null) {
        await acknowledge(door, () => ack());
        const say = await wordsOf(door, click.slack);
        await whisper(door, click.responseUrl, refusalText(say, { refusal: 'old_message', link: null }, null));
        return;
      }
      if (actionId === 'taken_end') {
        await takeClick(door, { ...click, intent: { intent: 'end_taken', requestId: hint.r, message } }, () => ack());
        return;
      }
      await acknowledge(door, () => ack());
      const origin = { r: hint.r, c: message.channel, t: message.ts };
      const say = await wordsOf(door, click.slack);
      await openDrawn(door, say, click, plainReview(say, say.glass.signReading), () => drawn(door, say, click, origin));
    });
  }
}

/** Read from the record; a click that came before its card is on record waits for it. */
async function drawn(door: Door, say: Catalogue, { slack }: Click, hint: ReviewHint) {
  for (let tries = CARD_MS / LOOK_MS; ; tries -= 1) {
    const found = await door.desk.review(hint.r, { channel: hint.c, ts: hint.t }, slack);
    if (found === 'later' && tries > 0) {
      await sleep(LOOK_MS);
      continue;
    }
    if (found === 'later') return plainReview(say, refusalText(say, { refusal: 'old_message', link: hint.r }, null));
    if (!found.ok) return plainReview(say, refusalText(say, found.refusal, null));
    return reviewModal(say, found.grant, found.taken, hint);
  }
}
