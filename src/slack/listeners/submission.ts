import type { SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import type { Intent } from '../../usecases/intent.ts';
import { slackUserOf } from './click.ts';
import { sentence, take } from './door.ts';
import type { Door } from './door.ts';

type Submission = Pick<SlackViewMiddlewareArgs<ViewSubmitAction>, 'body' | 'view' | 'ack'>;

/** Takes what a dialog sends, which then closes; where it could not be recorded the dialog says so and stays. */
export async function takeSubmission(door: Door, { body, view, ack }: Submission, intent: Intent): Promise<void> {
  const key = `view:${view.id}:${view.hash}`;
  const envelope = { key, slack: slackUserOf(body), responseUrl: null, intent };
  const stay = (text: string) =>
    ack({ response_action: 'update', view: { type: 'modal', title: view.title, blocks: sentence(text).blocks } });
  await take(door, envelope, () => ack({ response_action: 'clear' }), stay);
}
