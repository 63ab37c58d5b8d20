import type { App, ViewOutput, ViewSubmitAction } from '@slack/bolt';
import type { SlackUser } from '../../../domain/people.ts';
import type { AccessWord, Intent } from '../../../usecases/intent.ts';
import { readAccessValue, readReviewHint } from '../../hints.ts';
import {
  GLASS_ACCESS_BLOCK,
  GLASS_VIEW,
  GLASS_WHY_BLOCK,
  REMARK_BLOCK,
  SIGN_VIEW,
  VERDICT_BLOCK,
} from '../../render/break-glass.ts';
import { refusalText } from '../../render/refusal-text.ts';
import { slackUserOf } from '../click.ts';
import { acknowledge, reasonOf, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';
import { takeSubmission } from '../submission.ts';

/** The form that takes access at once, and the dialog of a signature. */
export function register(app: App, door: Door): void {
  app.view<ViewSubmitAction>({ callback_id: GLASS_VIEW, type: 'view_submission' }, async ({ body, view, ack }) => {
    const intent = readTaking(view);
    const problem = await whyProblem(door, slackUserOf(body), intent);
    if (problem !== null) {
      const errors = { [GLASS_WHY_BLOCK]: problem };
      return acknowledge(door, () => ack({ response_action: 'errors', errors }));
    }
    await takeSubmission(door, { body, view, ack }, intent);
  });
  app.view<ViewSubmitAction>({ callback_id: SIGN_VIEW, type: 'view_submission' }, async ({ body, view, ack }) => {
    const hint = readReviewHint(view.private_metadata);
    const { values } = view.state;
    const verdict = values[VERDICT_BLOCK]?.['verdict']?.selected_option?.value;
    // Slack sends no dialog in which nothing is chosen.
    if (hint === null || (verdict !== 'right' && verdict !== 'wrong'))
      return acknowledge(door, () => ack({ response_action: 'clear' }));
    await takeSubmission(
      door,
      { body, view, ack },
      {
        intent: 'sign_review',
        requestId: hint.r,
        message: { channel: hint.c, ts: hint.t },
        right: verdict === 'right',
        comment: values[REMARK_BLOCK]?.['remark']?.value ?? '',
      },
    );
  });
}

type Taking = Extract<Intent, { intent: 'break_glass' }>;

function readTaking({ private_metadata: known, state }: ViewOutput): Taking {
  const chosen = known || (state.values[GLASS_ACCESS_BLOCK]?.['glass_access']?.selected_option?.value ?? '');
  const access: AccessWord = readAccessValue(chosen) ?? { by: 'text', text: chosen };
  return { intent: 'break_glass', access, justification: state.values[GLASS_WHY_BLOCK]?.['why']?.value ?? '' };
}

/** What is wrong with the justification, as far as that can be told at once; the rest is told in private. */
async function whyProblem(door: Door, slack: SlackUser, { access, justification }: Taking): Promise<string | null> {
  try {
    const problems = await door.desk.check({ access, duration: '', justification });
    const found = problems.find(({ field }) => field === 'justification');
    return found === undefined ? null : refusalText(await wordsOf(door, slack), found.refusal, null);
  } catch (error) {
    door.log.warn('slack.form_not_checked', { reason: reasonOf(error) });
    return null;
  }
}
