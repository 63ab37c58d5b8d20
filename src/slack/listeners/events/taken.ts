import type { App, Context } from '@slack/bolt';
import { CodedError } from '../../../lib/errors.ts';

type Ack = () => Promise<unknown>;

/** Events of which Slack is told only when they are on record. */
const KEPT: ReadonlySet<unknown> = new Set(['app_home_opened', 'user_change']);

/** What a person writes to us directly: no edit, no file, and nothing that a bot said, ourselves among them. */
const isSaid = (event: object): boolean =>
  'channel_type' in event && event.channel_type === 'im' && !('subtype' in event) && !('bot_id' in event);

/** How a listener acknowledges one of these events. */
export const acknowledgementOf = (context: Context): Ack => context['acknowledge'] as Ack;

/**
 * Bolt acknowledges an event before any listener hears of it. Of these the acknowledgement is handed to the listener
 * instead, in `context.acknowledge`; where that does not come, Slack is told that the event was not taken.
 */
export function acknowledgeWhenTaken(app: App): void {
  const processEvent = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    if (!isKept(event.body)) return processEvent(event);
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
function isKept(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('event' in body)) return false;
  const { event } = body;
  if (typeof event !== 'object' || event === null || !('type' in event)) return false;
  return event.type === 'message' ? isSaid(event) : KEPT.has(event.type);
}
