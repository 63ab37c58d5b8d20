import type { App, ViewSubmitAction } from '@slack/bolt';
import { keptText } from '../../../domain/text.ts';
import { readQuestionHint } from '../../hints.ts';
import { ANSWER_BLOCK, ANSWER_VIEW } from '../../render/question.ts';
import { refusalText } from '../../render/refusal-text.ts';
import { slackUserOf } from '../click.ts';
import { acknowledge, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';
import { takeSubmission } from '../submission.ts';

/** The requester's answer to an approver's question. */
export function register(app: App, door: Door): void {
  app.view<ViewSubmitAction>({ callback_id: ANSWER_VIEW, type: 'view_submission' }, async ({ body, view, ack }) => {
    const hint = readQuestionHint(view.private_metadata);
    if (hint === null) return acknowledge(door, () => ack({ response_action: 'clear' }));
    const text = view.state.values[ANSWER_BLOCK]?.['answer']?.value ?? '';
    if (keptText(text) === null) {
      const say = await wordsOf(door, slackUserOf(body));
      const errors = { [ANSWER_BLOCK]: refusalText(say, { refusal: 'nothing_written' }, null) };
      return acknowledge(door, () => ack({ response_action: 'errors', errors }));
    }
    await takeSubmission(door, { body, view, ack }, { intent: 'answer', requestId: hint.r, question: hint.q, text });
  });
}
