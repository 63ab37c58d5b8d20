import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { readQuestionHint } from '../../hints.ts';
import { answerModal, closedAnswerModal, workingAnswerModal } from '../../render/question.ts';
import { refusalText } from '../../render/refusal-text.ts';
import { readClick } from '../click.ts';
import { openDrawn } from '../dialog.ts';
import { acknowledge, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';

/** Answer… below an approver's question. */
export function register(app: App, door: Door): void {
  app.action<BlockAction<ButtonAction>>(
    { action_id: 'question_answer', type: 'block_actions' },
    async ({ body, ack }) => {
      const click = readClick(body);
      const hint = readQuestionHint(click.value);
      await acknowledge(door, () => ack());
      if (hint === null) return;
      const say = await wordsOf(door, click.slack);
      await openDrawn(door, say, click, workingAnswerModal(say), async () => {
        const open = await door.desk.question(hint.r, hint.q, click.slack);
        if (!open.ok) return closedAnswerModal(say, refusalText(say, open.refusal, null));
        return answerModal(say, open.request, hint.q, open.question);
      });
    },
  );
}
