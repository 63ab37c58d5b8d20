import type { RequestListener } from 'node:http';
import { App } from '@slack/bolt';
import { CodedError } from '../lib/errors.ts';
import type { Desk } from '../usecases/desk.ts';
import type { Metrics } from '../usecases/metrics.ts';
import type { Clock, Ids, Log } from '../usecases/ports.ts';
import type { Conversation, SlackPeople } from '../usecases/slack-port.ts';
import { boltLogger } from './bolt-log.ts';
import type { BoltLogger } from './bolt-log.ts';
import { createConversation } from './conversation.ts';
import { createHttp, guarded } from './http.ts';
import { ANSWER_WITHIN_MS, createLocales } from './locales.ts';
import { reasonOf } from './listeners/door.ts';
import { acknowledgeWhenTaken } from './listeners/events/taken.ts';
import { registerListeners } from './listeners/register.ts';
import { slackPeople } from './people.ts';
import { createSelf } from './self.ts';
import { createSocket } from './socket.ts';
import type { Socket } from './socket.ts';
import { createWeb, webOptions } from './web.ts';
import { catalogueOf } from './words/languages.ts';
import type { Language } from './words/languages.ts';

export type SlackOptions = {
  readonly botToken: string;
  /** With it: Socket Mode. Without: HTTP mode, which needs the signing secret. */
  readonly appToken: string | null;
  readonly signingSecret: string | null;
  /** Another address of the Web API; null = Slack's own. */
  readonly apiUrl: string | null;
  readonly approvalsChannel: string | null;
  readonly auditChannel: string | null;
  /** Of cards, threads, digests in channels and alarms. */
  readonly channelLanguage: Language;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ids: Ids;
};

export interface Slack {
  readonly people: SlackPeople;
  readonly conversation: Conversation;
  /** For POST /slack/events in HTTP mode; checks the signature itself. null in Socket Mode. */
  readonly requestListener: RequestListener | null;
  /**
   * Begins to listen and goes on until `stop`, whatever Slack does. Resolves when every connection stood once (or at
   * `stop`) and never rejects: what must run without Slack must not wait for it.
   */
  listen(desk: Desk): Promise<void>;
  /** Whether a click would reach us now. */
  ready(): boolean;
  /** Resolves when every connection is closed. */
  stop(): Promise<void>;
}

/** Slack spreads payloads over the connections of an app; the second one takes them while Slack refreshes the first. */
const CONNECTIONS = 2;

/**
 * Prepares everything that speaks to Slack, without speaking to it yet.
 * @throws config_invalid when there is neither an app token nor a signing secret
 */
export function connectSlack(options: SlackOptions): Slack {
  const { log, clock, ids } = options;
  const logger = boltLogger(log);
  const web = createWeb(options.botToken, webOptions(options.apiUrl, logger), options.metrics);
  const self = createSelf(web, log);
  const locales = createLocales(web, clock, ANSWER_WITHIN_MS);
  const { auditChannel } = options;
  const channelWords = catalogueOf(options.channelLanguage);
  const conversation = createConversation({ web, self, clock, log, locales, channelWords, auditChannel });
  const sockets = createSockets(options, logger);
  const http = sockets.length > 0 ? null : createHttp(options.signingSecret, logger);
  const [first = http] = sockets.map((socket) => socket.receiver);
  if (first === null) throw new CodedError('config_invalid', 'Slack needs SLACK_APP_TOKEN or SLACK_SIGNING_SECRET');
  const stopping = new AbortController();
  let listening: Promise<void> | null = null;

  function createApp(receiver: NonNullable<typeof first>): App {
    return new App({
      receiver,
      logger,
      clientOptions: webOptions(options.apiUrl, logger),
      convoStore: false,
      // Known from our own auth.test; Bolt's would be asked again and again, and hold up every acknowledgement.
      authorize: () => {
        const identity = self.known();
        if (identity === null)
          return Promise.reject(new CodedError('slack_unavailable', 'Slack has not told yet who we are'));
        return Promise.resolve({ botToken: options.botToken, botId: identity.botId, botUserId: identity.botUserId });
      },
    });
  }

  async function begin(desk: Desk, receiver: NonNullable<typeof first>): Promise<void> {
    const app = createApp(receiver);
    acknowledgeWhenTaken(app);
    for (const socket of sockets) socket.receiver.init(app);
    app.error((error) => {
      log.error('slack.listener_failed', { reason: reasonOf(error) });
      return Promise.resolve();
    });
    registerListeners(app, { desk, web, self, locales, clock, ids, log });
    try {
      await self.learn(stopping.signal);
      await Promise.all(sockets.map((socket) => socket.start()));
    } catch (error) {
      if (!stopping.signal.aborted) log.error('slack.not_listening', { reason: reasonOf(error) });
      return;
    }
    await warnOfChannels(options, conversation, log);
  }

  return {
    people: slackPeople(web, self),
    conversation,
    requestListener: http === null ? null : guarded(http, self),
    listen: (desk) => (listening ??= begin(desk, first)),
    ready: () =>
      self.known() !== null && !stopping.signal.aborted && (http !== null || sockets.some((socket) => socket.ready())),
    async stop() {
      stopping.abort();
      await Promise.all(sockets.map((socket) => socket.stop()));
      await listening;
    },
  };
}

function createSockets({ appToken, apiUrl, log }: SlackOptions, logger: BoltLogger): readonly Socket[] {
  if (appToken === null) return [];
  return Array.from({ length: CONNECTIONS }, (_, index) =>
    createSocket(appToken, webOptions(apiUrl, logger), logger, log, String(index + 1)),
  );
}

/** A channel that cannot be posted to is found at the start, not at the first request. */
async function warnOfChannels(options: SlackOptions, conversation: Conversation, log: Log): Promise<void> {
  for (const [variable, channel] of [
    ['SLACK_APPROVALS_CHANNEL', options.approvalsChannel],
    ['SLACK_AUDIT_CHANNEL', options.auditChannel],
  ] as const) {
    if (channel === null) continue;
    try {
      if ((await conversation.resolveChannel(channel)) === null)
        log.warn('slack.channel_unusable', { variable, channel });
    } catch (error) {
      log.warn('slack.channel_not_checked', { variable, channel, reason: reasonOf(error) });
    }
  }
}
