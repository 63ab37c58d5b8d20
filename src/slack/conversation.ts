import type { Posted } from '../domain/message.ts';
import { CodedError, hasCode } from '../lib/errors.ts';
import type { SlackUser } from '../domain/people.ts';
import type { Clock, Conversation, Log } from '../usecases/ports.ts';
import { createChannels } from './channels.ts';
import { renderAlarm } from './render/alarm.ts';
import { renderCard } from './render/card.ts';
import { renderChannelDigest } from './render/digest.ts';
import type { Rendered } from './render/pieces.ts';
import { renderLine } from './render/thread.ts';
import { renderWords } from './render/words.ts';
import type { Self } from './self.ts';
import { uploadTo } from './upload.ts';
import { CALL_TIMEOUT_MS, post } from './web.ts';
import type { Web } from './web.ts';

type Parts = {
  readonly web: Web;
  readonly self: Self;
  readonly clock: Clock;
  readonly log: Log;
  readonly auditChannel: string | null;
};

/** Everything Leasehold says, as Slack messages. */
export function createConversation({ web, self, clock, log, auditChannel }: Parts): Conversation {
  const resolveChannel = createChannels(web, clock);
  return {
    postCard: (channel, card) => send(web, channel, renderCard(card)),
    updateCard: (posted, card) => update(web, posted, renderCard(card)),
    postLine: (thread, line, card) => send(web, thread.channel, renderLine(line, card), thread.ts),
    retireLine: (posted, line) => update(web, posted, renderLine(line, null)),
    async postDigest(channel, digest) {
      await send(web, channel, renderChannelDigest(digest));
    },
    async sendPrivate(reply, words) {
      const message = renderWords(words, (posted) => self.permalink(posted));
      if (reply.responseUrl !== null && (await respond(web, reply.responseUrl, message))) return;
      await send(web, await directChannel(web, reply.slack), message);
    },
    async sendFile(slack, file) {
      await uploadTo(web, await directChannel(web, slack), file);
    },
    async alarm(alarm) {
      // The log has it first, so that an alarm is seen also where no channel is set or Slack is away.
      log.error('alarm', { alarm: alarm.alarm });
      if (auditChannel === null) return;
      const channel = await resolveChannel(auditChannel);
      if (channel === null) throw new CodedError('slack_refused', 'audit_channel_unusable');
      await send(web, channel, renderAlarm(alarm));
    },
    resolveChannel,
    timeoutMs: CALL_TIMEOUT_MS,
  };
}

async function send(web: Web, channel: string, message: Rendered, threadTs?: string): Promise<Posted> {
  const posted = await web.call('chat.postMessage', (client) =>
    client.chat.postMessage({
      channel,
      ...message,
      unfurl_links: false,
      unfurl_media: false,
      link_names: false,
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    }),
  );
  if (posted.channel === undefined || posted.ts === undefined)
    throw new CodedError('slack_unavailable', 'chat.postMessage answered without a ts');
  return { channel: posted.channel, ts: posted.ts };
}

async function update(web: Web, { channel, ts }: Posted, message: Rendered): Promise<void> {
  // Text and blocks together: text alone would remove the blocks.
  await web.call('chat.update', (client) => client.chat.update({ channel, ts, ...message, link_names: false }));
}

/** Only the person sees it. False when the address is spent (5 uses, 30 minutes), so that direct messages must serve. */
export async function respond(web: Web, responseUrl: string, message: Rendered): Promise<boolean> {
  const body = JSON.stringify({ ...message, response_type: 'ephemeral', replace_original: false });
  try {
    await post(web, 'response_url', responseUrl, { headers: { 'content-type': 'application/json' }, body });
    return true;
  } catch (error) {
    if (hasCode(error, 'slack_refused')) return false;
    throw error;
  }
}

async function directChannel(web: Web, slack: SlackUser): Promise<string> {
  const { channel } = await web.call('conversations.open', (client) =>
    client.conversations.open({ users: slack.userId }),
  );
  if (channel?.id === undefined)
    throw new CodedError('slack_unavailable', 'conversations.open answered without a channel');
  return channel.id;
}
