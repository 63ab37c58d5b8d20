import { setTimeout as sleep } from 'node:timers/promises';
import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { DialogHint } from '../../hints.ts';
import { alsoOf, readRequestHint, seenOn } from '../../hints.ts';
import { CARD_MS } from '../../../usecases/card-click.ts';
import { closedModal, decisionModal, workingModal } from '../../render/decision-modal.ts';
import type { Dialog } from '../../render/decision-modal.ts';
import { refusalText } from '../../render/refusal-text.ts';
import type { Catalogue } from '../../words/catalogue.ts';
import { openDrawn } from '../dialog.ts';
import { acknowledge, takeClick, whisper, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';
import { readClick } from '../click.ts';
import type { Click } from '../click.ts';

/** How often the record is looked at for a card that Slack has not yet told us of. */
const LOOK_MS = 200;

const DIALOG_OF: Readonly<Record<string, Dialog>> = {
  request_approve: 'approve',
  request_shorter: 'shorter',
  request_deny: 'deny',
  request_question: 'question',
};

/** Approve, Approve shorter…, Deny… and Ask for more… on a card or on the latest line of its thread. */
export function register(app: App, door: Door): void {
  for (const [actionId, dialog] of Object.entries(DIALOG_OF)) {
    app.action<BlockAction<ButtonAction>>({ action_id: actionId, type: 'block_actions' }, ({ body, ack }) =>
      decide(door, dialog, readClick(body), () => ack()),
    );
  }
}

async function decide(door: Door, dialog: Dialog, click: Click, ack: () => Promise<unknown>): Promise<void> {
  const { message } = click;
  const hint = readRequestHint(click.value);
  if (hint === null || message === null) {
    await acknowledge(door, ack);
    const say = await wordsOf(door, click.slack);
    await whisper(door, click.responseUrl, refusalText(say, { refusal: 'old_message', link: null }, null));
    return;
  }
  if (dialog === 'approve' && hint.d !== 1) {
    const { r: requestId, v: version, s: stage } = hint;
    await takeClick(
      door,
      {
        ...click,
        intent: { intent: 'approve', requestId, version, stage, message, leaseSeconds: null, ...alsoOf(hint) },
      },
      ack,
    );
    return;
  }
  await acknowledge(door, ack);
  const origin: DialogHint = { r: hint.r, v: hint.v, s: hint.s, a: hint.a, c: message.channel, t: message.ts };
  const say = await wordsOf(door, click.slack);
  await openDrawn(door, say, click, workingModal(say, dialog), () => drawn(door, say, dialog, click, origin));
}

/** Read from the record; a click that came before its card is on record waits for it, as a decision does. */
async function facts({ desk }: Door, { slack }: Click, { r, c: channel, t: ts }: DialogHint) {
  for (let tries = CARD_MS / LOOK_MS; ; tries -= 1) {
    const found = await desk.dialog(r, { channel, ts }, slack);
    if (found !== 'later' || tries <= 0) return found;
    await sleep(LOOK_MS);
  }
}

async function drawn(door: Door, say: Catalogue, dialog: Dialog, click: Click, hint: DialogHint) {
  const found = await facts(door, click, hint);
  if (found === 'later')
    return closedModal(say, dialog, refusalText(say, { refusal: 'old_message', link: hint.r }, null));
  if (!found.ok) return closedModal(say, dialog, refusalText(say, found.refusal, null));
  // What is submitted is what is shown here, not what the card showed when it was drawn.
  return decisionModal(say, dialog, found.card, { ...hint, ...seenOn(found.card) });
}
