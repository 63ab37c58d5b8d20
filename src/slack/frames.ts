import type { SocketModeReceiver } from '@slack/bolt';
import type { Log } from '../usecases/ports.ts';

type Client = SocketModeReceiver['client'];
type Listener = (data: unknown, isBinary: boolean) => unknown;

const KINDS = new Set(['hello', 'disconnect', 'slash_commands', 'interactive']);

/**
 * Lets only frames through that look like Slack's. The SDK (socket-mode 3.1.0) reads fields of whatever is JSON, emits
 * an event named by the frame, `error` and its own inner events among them, and does so unhandled: `null` or an event
 * without a payload would end the process.
 */
export function guardFrames(client: Client, log: Log): void {
  const listeners = client.listeners('ws_message') as readonly Listener[];
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    if (isBinary || !isFrame(data)) {
      log.warn('slack.frame_ignored', { binary: isBinary });
      return;
    }
    for (const listener of listeners) {
      Promise.resolve(listener(data, isBinary)).catch((error: unknown) => log.error('slack.frame_failed', { error }));
    }
  });
}

function isFrame(data: unknown): boolean {
  try {
    const frame: unknown = JSON.parse(String(data));
    if (!isObject(frame)) return false;
    if (frame['type'] === 'events_api') return isEvent(frame['payload']);
    return KINDS.has(String(frame['type'])) && (frame['payload'] === undefined || isObject(frame['payload']));
  } catch {
    return false;
  }
}

/** Its type names the event that the SDK emits. */
const isEvent = (payload: unknown): boolean =>
  isObject(payload) &&
  isObject(payload['event']) &&
  typeof payload['event']['type'] === 'string' &&
  payload['event']['type'] !== 'error';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
