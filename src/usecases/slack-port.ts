import type { Alarm, Digest, Posted, ReplyTo, ThreadLine } from '../domain/message.ts';
import type { SlackProfile, SlackUser } from '../domain/people.ts';
import type { Priority } from '../lib/limiter.ts';
import type { CardView, GateView, HomeView, TeamView, Words } from './views.ts';

/** People as Slack tells them. Errors: slack_unavailable, slack_rate_limited. */
export interface SlackPeople {
  /** null when Slack knows no such account. */
  profile(slack: SlackUser): Promise<SlackProfile | null>;
  /** The account with this e-mail; null when Slack knows none. */
  byEmail(email: string): Promise<SlackUser | null>;
  /** The workspace the bot is installed in; known after start. */
  homeTeamId(): string;
  /** How it is called. */
  homeTeamName(): string;
}

/**
 * What Leasehold says. Each call is one Slack message, rendered from the values given.
 * Errors: slack_rate_limited (retryAfterMs; nothing was said, also because too much waits for the same place), slack_unavailable (outcome unknown), slack_refused (code in message).
 */
export interface Conversation {
  postCard(channel: string, card: CardView): Promise<Posted>;
  /** `background`: nobody waits for it, so it leaves room for the rest. */
  updateCard(posted: Posted, card: CardView, priority?: Priority): Promise<void>;
  /** `card` non-null adds the card's buttons to the line. */
  postLine(thread: Posted, line: ThreadLine, card: CardView | null): Promise<Posted>;
  postGate(channel: string, view: GateView): Promise<Posted>;
  updateGate(posted: Posted, view: GateView): Promise<void>;
  /** Shows an earlier line without its buttons. */
  retireLine(posted: Posted, line: ThreadLine): Promise<void>;
  postDigest(channel: string, digest: Digest): Promise<void>;
  sendPrivate(reply: ReplyTo, words: Words): Promise<void>;
  /** How an ask for many people goes, in place of the message that told it before; in a new one where that is gone. */
  tellTeam(slack: SlackUser, told: Posted | null, team: TeamView): Promise<Posted>;
  /** The App Home of one person, in place of what it showed before. `background` as for cards. */
  publishHome(slack: SlackUser, home: HomeView, priority?: Priority): Promise<void>;
  sendFile(slack: SlackUser, file: { readonly filename: string; readonly content: string }): Promise<void>;
  alarm(alarm: Alarm): Promise<void>;
  /** Whether the bot may post there: it is a member, the channel is not archived nor shared with outsiders. Id or name. */
  resolveChannel(channel: string): Promise<string | null>;
  /** The channel of the direct messages between the bot and this person. */
  directChannel(slack: SlackUser): Promise<string>;
  /** Longest time from a call until its message can no longer appear, ms, with what it waits for its turn. */
  readonly timeoutMs: number;
}
