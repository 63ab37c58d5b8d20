import { setTimeout as sleep } from 'node:timers/promises';
import { SocketModeReceiver } from '@slack/bolt';
import type { webApi } from '@slack/bolt';
import type { Log } from '../usecases/ports.ts';
import type { BoltLogger } from './bolt-log.ts';
import { guardFrames } from './frames.ts';

/** How long a connection may take until Slack says hello, and a closing one until it is cut. */
const HELLO_MS = 15_000;
const FAREWELL_MS = 2000;
const MAX_WAIT_MS = 30_000;
/** A connection that lived shorter than this counts as failed, so that a Slack that keeps hanging up is not stormed. */
const SHORT_LIFE_MS = 5000;

/** One Socket Mode connection that is kept up until it is stopped. */
export interface Socket {
  readonly receiver: SocketModeReceiver;
  ready(): boolean;
  /** Connects and stays connected; resolves at the first hello, or when stopped. Never rejects. */
  start(): Promise<void>;
  /** Resolves when the connection is closed. */
  stop(): Promise<void>;
}

/**
 * The SDK's own reconnect (socket-mode 3.1.0) waits 5 s and more after each drop, and rejects unhandled, which ends the
 * process, when Slack answers a reconnect with invalid_auth, a 5xx or not at all. So it is switched off, and this loop
 * connects again: at once after a drop, then with a growing, jittered wait, for ever.
 */
export function createSocket(
  appToken: string,
  options: webApi.WebClientOptions,
  logger: BoltLogger,
  log: Log,
  name: string,
): Socket {
  const stopping = new AbortController();
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    autoReconnectEnabled: false,
    // An object of its own: the socket client writes into it.
    installerOptions: { clientOptions: { ...options, fetch: abortable(stopping.signal) } },
  });
  const { client } = receiver;
  guardFrames(client, log);
  let connected = false;
  let running: Promise<void> | null = null;

  async function connectOnce(hello: () => void): Promise<void> {
    let drop = (): void => undefined;
    const dropped = new Promise<void>((resolve) => client.once('disconnected', (drop = resolve)));
    const late = setTimeout(() => void client.disconnect(), HELLO_MS);
    try {
      await client.start();
    } catch (error) {
      client.off('disconnected', drop);
      throw error;
    } finally {
      clearTimeout(late);
    }
    connected = !stopping.signal.aborted;
    log.info('slack.connected', { socket: name });
    hello();
    if (stopping.signal.aborted) await client.disconnect();
    await dropped;
  }

  async function keep(hello: () => void): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const since = performance.now();
      try {
        await connectOnce(hello);
      } catch (error) {
        log.warn('slack.connect_failed', {
          socket: name,
          reason: error instanceof Error ? error.message : 'closed before hello',
        });
      }
      const lived = connected && performance.now() - since >= SHORT_LIFE_MS;
      if (connected) log.info('slack.disconnected', { socket: name });
      connected = false;
      failures = lived ? 0 : failures + 1;
      await pause(failures, stopping.signal);
    }
    hello();
  }

  return {
    receiver,
    ready: () => connected,
    start: () =>
      new Promise((resolve) => {
        running ??= keep(resolve);
      }),
    async stop() {
      stopping.abort();
      const isUp = connected;
      connected = false;
      // The SDK would wait for 30 s where Slack does not answer the farewell; the second call cuts the line. A line that
      // is only coming up says farewell by itself: closed earlier, the SDK leaves a timer behind.
      const cut = setTimeout(() => void client.disconnect(), FAREWELL_MS);
      if (isUp) await client.disconnect();
      await running;
      clearTimeout(cut);
    },
  };
}

/** The first reconnect after a drop is immediate; then 250 ms, doubling, with up to a half taken off by chance. */
async function pause(failures: number, signal: AbortSignal): Promise<void> {
  if (failures < 2 || signal.aborted) return;
  const waitMs = Math.min(250 * 2 ** (failures - 2), MAX_WAIT_MS) * (0.5 + Math.random() / 2);
  await sleep(waitMs, undefined, { signal }).catch(() => undefined);
}

const abortable =
  (stopped: AbortSignal): typeof fetch =>
  (input, init) =>
    fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, stopped]) : stopped });
