import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { Intent } from '../../../usecases/intent.ts';
import { readGrantHint, readPageHint, readWithdrawHint } from '../../hints.ts';
import { acknowledge, takeClick } from '../door.ts';
import type { Door } from '../door.ts';
import { readClick } from '../click.ts';

/** Each button of one's own list, and what its value means; null when the value is none of ours. */
const INTENT_OF: Readonly<Record<string, (value: string | undefined) => Intent | null>> = {
  grant_release(value) {
    const hint = readGrantHint(value);
    return hint === null ? null : { intent: 'release', grantId: hint.g };
  },
  grant_extend(value) {
    const hint = readGrantHint(value);
    return hint === null ? null : { intent: 'extend', grantId: hint.g };
  },
  request_withdraw(value) {
    const hint = readWithdrawHint(value);
    return hint === null ? null : { intent: 'withdraw', requestId: hint.r };
  },
  audit_older(value) {
    const hint = readPageHint(value);
    return hint === null ? null : { intent: 'audit', words: hint.w, page: hint.p };
  },
};

/** Release, Extend, Withdraw, and the next page of the audit. */
export function register(app: App, door: Door): void {
  for (const [actionId, intentOf] of Object.entries(INTENT_OF)) {
    app.action<BlockAction<ButtonAction>>({ action_id: actionId, type: 'block_actions' }, async ({ body, ack }) => {
      const click = readClick(body);
      const intent = intentOf(click.value);
      if (intent === null) await acknowledge(door, () => ack());
      else await takeClick(door, { ...click, intent }, () => ack());
    });
  }
}
