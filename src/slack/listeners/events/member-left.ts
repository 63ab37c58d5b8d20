import type { App } from '@slack/bolt';
import { z } from 'zod';
import { take } from '../door.ts';
import type { Door } from '../door.ts';
import { acknowledgementOf } from './taken.ts';

/** Of `user_change` (docs.slack.dev/reference/events/user_change) the part that says whether somebody left. */
const member = z.object({
  id: z.string().min(1).max(50),
  team_id: z.string().min(1).max(50).optional(),
  deleted: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
});

/** A member changed: deactivated or made a guest he has left. What else changes about people is nothing to us. */
export function register(app: App, door: Door): void {
  app.event('user_change', async ({ event, body, context }) => {
    const ack = acknowledgementOf(context);
    const user = member.safeParse(event.user).data;
    const hasLeft = user?.deleted === true || user?.is_restricted === true || user?.is_ultra_restricted === true;
    if (user === undefined || !hasLeft) {
      await ack();
      return;
    }
    const slack = { teamId: user.team_id ?? body.team_id, userId: user.id };
    const envelope = { key: `event:${body.event_id}`, slack, responseUrl: null, intent: { intent: 'left' } } as const;
    // Nobody is told when it cannot be recorded: it stays unacknowledged, and Slack delivers it again.
    await take(door, envelope, ack, () => Promise.resolve());
  });
}
