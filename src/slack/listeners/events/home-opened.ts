import type { App } from '@slack/bolt';
import { CodedError } from '../../../lib/errors.ts';
import { take } from '../door.ts';
import type { Door } from '../door.ts';

type Ack = () => Promise<unknown>;

/** Somebody opens the app: its Home tab, or the messages, which need nothing. */
export function register(app: App, door: Door): void {
  app.event('app_home_opened', async ({ event, body, context }) => {
    const ack = context['acknowledge'] as Ack;
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

/**
 * Bolt acknowledges an event before any listener hears of it. Of this one the acknowledgement is handed to the listener
 * instead, in `context.acknowledge`; where that does not come, Slack is told that the event was not taken.
 */
export function acknowledgeWhenTaken(app: App): void {
  const processEvent = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    if (!isHomeOpened(event.body)) return processEvent(event);
    const taken = new Set<typeof event>();
    const acknowledge: Ack = async () => {
      taken.add(event);
      await event.ack();
    };
    await processEvent({
      ...event,
      ack: () => Promise.resolve(),
      customProperties: { ...event.customProperties, acknowledge },
    });
    if (taken.size === 0) throw new CodedError('store_unavailable', 'the event was not recorded');
  };
}

/** Of others, which nobody here listens to, Bolt shall answer as always. */
function isHomeOpened(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('event' in body)) return false;
  const { event } = body;
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'app_home_opened';
}
