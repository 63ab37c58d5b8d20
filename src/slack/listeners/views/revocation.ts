import type { App } from '@slack/bolt';
import { REALM_BLOCK, REVOCATION_VIEW } from '../../render/revocation-modal.ts';
import { refusalText } from '../../render/refusal-text.ts';
import { slackUserOf } from '../click.ts';
import { acknowledge, sentence, take, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';

/** The end of every lease, once the realm's name is typed. */
export function register(app: App, door: Door): void {
  app.view({ callback_id: REVOCATION_VIEW, type: 'view_submission' }, async ({ body, view, ack }) => {
    const confirmation = (view.state.values[REALM_BLOCK]?.['realm']?.value ?? '').trim();
    const realm = view.private_metadata;
    if (confirmation !== realm) {
      const say = await wordsOf(door, slackUserOf(body));
      const errors = { [REALM_BLOCK]: refusalText(say, { refusal: 'not_confirmed', realm }, null) };
      return acknowledge(door, () => ack({ response_action: 'errors', errors }));
    }
    const intent = { intent: 'revoke', person: null, access: null, confirmation } as const;
    const envelope = { key: `view:${view.id}:${view.hash}`, slack: slackUserOf(body), responseUrl: null, intent };
    const stay = (text: string) =>
      ack({ response_action: 'update', view: { type: 'modal', title: view.title, blocks: sentence(text).blocks } });
    await take(door, envelope, () => ack({ response_action: 'clear' }), stay);
  });
}
