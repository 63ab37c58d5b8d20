import type { App } from '@slack/bolt';
import { take } from '../door.ts';
import type { Door } from '../door.ts';
import { acknowledgementOf } from './taken.ts';

/** Somebody opens the app: its Home tab, or the messages, which need nothing. */
export function register(app: App, door: Door): void {
  app.event('app_home_opened', async ({ event, body, context }) => {
    const ack = acknowledgementOf(context);
    if (event.tab !== 'home') {
      await ack();
      return;
    }
    const slack = { teamId: body.team_id, userId: event.user };
    const envelope = {
      key: `event:${body.event_id}`,
      slack,
      responseUrl: null,
      intent: { intent: 'home_opened' },
    } as const;
    // Nobody is told when it cannot be recorded: it stays unacknowledged, and Slack delivers it again.
    await take(door, envelope, ack, () => Promise.resolve());
  });
}
