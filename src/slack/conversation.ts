import { newsOfLine } from '../domain/message.ts';
import type { Posted } from '../domain/message.ts';
import { CodedError, hasCode } from '../lib/errors.ts';
import type { Priority } from '../lib/limiter.ts';
import type { Clock, Log } from '../usecases/ports.ts';
import type { Conversation } from '../usecases/slack-port.ts';
import type { Words } from '../usecases/views.ts';
import { createChannels } from './channels.ts';
import { createDirectChannels } from './direct.ts';
import { createPace } from './pace.ts';
import type { Locales } from './locales.ts';
import type { Pace } from './pace.ts';
import { renderAlarm } from './render/alarm.ts';
import { renderCard } from './render/card.ts';
import { renderChannelDigest } from './render/digest.ts';
import { renderGate } from './render/gate-card.ts';
import { renderHome } from './render/home.ts';
import type { Rendered } from './render/pieces.ts';
import { renderTeam } from './render/team.ts';
import { renderLine } from './render/thread.ts';
import { renderWords } from './render/words.ts';
import type { Self } from './self.ts';
import { uploadTo } from './upload.ts';
import { post, together, TOGETHER_TIMEOUT_MS } from './web.ts';
import type { Web } from './web.ts';
import type { Catalogue } from './words/catalogue.ts';

type Parts = {
  readonly web: Web;
  readonly self: Self;
  readonly clock: Clock;
  readonly log: Log;
  readonly locales: Locales;
  /** For what several people read; one person is spoken to in a language of his own. */
  readonly channelWords: Catalogue;
  readonly auditChannel: string | null;
};

/** Words that a person did not just ask for. */
const NEWS: ReadonlySet<Words['say']> = new Set(['decided', 'waiting_for_keycloak', 'live', 'ended', 'digest']);

/** One call of the port: its calls to Slack belong together. */
type Saying = { readonly web: Web; readonly pace: Pace };

/** Everything Leasehold says, as Slack messages, at a pace that Slack allows. */
export function createConversation(parts: Parts): Conversation {
  const { web, self, clock, log, locales, channelWords: say, auditChannel } = parts;
  const resolveChannel = createChannels(web, clock);
  const pace = createPace(clock);
  const direct = createDirectChannels(pace);
  const begin = (): Saying => ({ web: together(web, clock), pace });
  return {
    postCard: (channel, card) => send(begin(), 'interactive', channel, renderCard(say, card)),
    updateCard: (posted, card, priority = 'interactive') => update(begin(), priority, posted, renderCard(say, card)),
    postLine: (thread, line, card) =>
      send(
        begin(),
        newsOfLine(line) === null ? 'interactive' : 'background',
        thread.channel,
        renderLine(say, line, card),
        thread.ts,
      ),
    postGate: (channel, view) => send(begin(), 'interactive', channel, renderGate(say, view)),
    updateGate: (posted, view) => update(begin(), 'interactive', posted, renderGate(say, view)),
    retireLine: (posted, line) => update(begin(), 'interactive', posted, renderLine(say, line, null)),
    async postDigest(channel, digest) {
      await send(begin(), 'background', channel, renderChannelDigest(say, digest));
    },
    async sendPrivate(reply, words) {
      const saying = begin();
      const priority = NEWS.has(words.say) ? 'background' : 'interactive';
      const own = await locales.of(reply.slack, priority);
      const message = renderWords(own, words, (posted) => self.permalink(posted));
      if (reply.responseUrl !== null && (await respond(saying.web, reply.responseUrl, message))) return;
      await direct.within(saying.web, reply.slack, priority, (channel) => send(saying, priority, channel, message));
    },
    async tellTeam(slack, told, team) {
      const saying = begin();
      const message = renderTeam(await locales.of(slack, 'background'), team);
      try {
        // Nobody is called by it: it only goes on where it stands.
        if (told !== null) await update(saying, 'background', told, message);
        if (told !== null) return told;
      } catch (error) {
        if (!hasCode(error, 'slack_refused')) throw error;
      }
      return direct.within(saying.web, slack, 'interactive', (channel) =>
        send(saying, 'interactive', channel, message),
      );
    },
    async publishHome(slack, home, priority = 'interactive') {
      const saying = begin();
      const method = 'views.publish';
      const own = await locales.of(slack, priority);
      const view = renderHome(own, home, (posted) => self.permalink(posted));
      await pace.run({ method, place: slack.userId, priority }, () =>
        saying.web.call(method, (client) => client.views.publish({ user_id: slack.userId, view })),
      );
    },
    async sendFile(slack, file) {
      const saying = begin();
      const own = await locales.of(slack, 'interactive');
      const titled = { ...file, title: own.audit.fileTitle };
      await direct.within(saying.web, slack, 'interactive', (channel) => uploadTo(saying.web, channel, titled));
    },
    async alarm(alarm) {
      // The log has it first, so that an alarm is seen also where no channel is set or Slack is away.
      log.error('alarm', { alarm: alarm.alarm });
      if (auditChannel === null) return;
      const saying = begin();
      const channel = await resolveChannel(auditChannel);
      if (channel === null) throw new CodedError('slack_refused', 'audit_channel_unusable');
      await send(saying, 'interactive', channel, renderAlarm(say, alarm));
    },
    resolveChannel,
    directChannel: (slack) => direct.within(begin().web, slack, 'interactive', (channel) => Promise.resolve(channel)),
    timeoutMs: TOGETHER_TIMEOUT_MS,
  };
}

async function send(
  { web, pace }: Saying,
  priority: Priority,
  channel: string,
  message: Rendered,
  threadTs?: string,
): Promise<Posted> {
  const method = 'chat.postMessage';
  const posted = await pace.run({ method, place: channel, priority }, () =>
    web.call(method, (client) =>
      client.chat.postMessage({
        channel,
        ...message,
        unfurl_links: false,
        unfurl_media: false,
        link_names: false,
        ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
      }),
    ),
  );
  if (posted.channel === undefined || posted.ts === undefined)
    throw new CodedError('slack_unavailable', 'chat.postMessage answered without a ts');
  return { channel: posted.channel, ts: posted.ts };
}

async function update(
  { web, pace }: Saying,
  priority: Priority,
  { channel, ts }: Posted,
  message: Rendered,
): Promise<void> {
  const method = 'chat.update';
  // Text and blocks together: text alone would remove the blocks.
  await pace.run({ method, place: channel, priority }, () =>
    web.call(method, (client) => client.chat.update({ channel, ts, ...message, link_names: false })),
  );
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
