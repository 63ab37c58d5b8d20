import type { App } from '@slack/bolt';
import { z } from 'zod';
import { take } from '../door.ts';
import type { Door } from '../door.ts';
import { acknowledgementOf } from './taken.ts';

/** Of `message.im` (docs.slack.dev/reference/events/message.im) what a person wrote. */
const written = z.object({ user: z.string().min(1).max(50), text: z.string().max(4000).catch('') });

/** Somebody wrote to us in our direct messages. */
export function register(app: App, door: Door): void {
  app.event('message', async ({ event, body, context }) => {
    const ack = acknowledgementOf(context) as (() => Promise<unknown>) | undefined;
    // Others were acknowledged before, and are nothing to us.
    if (ack === undefined) return;
    const said = written.safeParse(event).data;
    if (said === undefined) {
      await ack();
      return;
    }
    const slack = { teamId: body.team_id, userId: said.user };
    const intent = { intent: 'said', text: said.text } as const;
    const envelope = { key: `event:${body.event_id}`, slack, responseUrl: null, intent };
    await take(door, envelope, ack, () => Promise.resolve());
  });
}
