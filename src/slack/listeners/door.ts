import type { SlackUser } from '../../domain/people.ts';
import type { Desk } from '../../usecases/desk.ts';
import type { Intent } from '../../usecases/intent.ts';
import { hasCode } from '../../lib/errors.ts';
import type { Clock, Ids, Log } from '../../usecases/ports.ts';
import { respond } from '../conversation.ts';
import type { Locales } from '../locales.ts';
import { plain, section } from '../render/pieces.ts';
import type { Rendered } from '../render/pieces.ts';
import type { Self } from '../self.ts';
import type { Web } from '../web.ts';
import type { Catalogue } from '../words/catalogue.ts';

/** What a listener may reach. */
export type Door = {
  readonly desk: Desk;
  readonly web: Web;
  readonly self: Self;
  readonly locales: Locales;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

/** One payload, parsed. `key` is the same however often Slack delivers it. */
export type Envelope = {
  readonly key: string;
  readonly slack: SlackUser;
  readonly responseUrl: string | null;
  readonly intent: Intent;
};

/** The words for this person, who is waiting. */
export const wordsOf = (door: Door, slack: SlackUser): Promise<Catalogue> => door.locales.of(slack, 'interactive');

export const sentence = (text: string): Rendered => ({ text, blocks: [section(text)] });

/**
 * Commit, then acknowledge, then work. What was recorded is worked on also when the acknowledgement is lost on a dead
 * line; what could not be recorded is told to the person through `refuse`, and nothing happens.
 */
export async function take(
  door: Door,
  envelope: Envelope,
  ack: () => Promise<unknown>,
  refuse: (text: string) => Promise<unknown>,
): Promise<void> {
  const { key, slack, responseUrl, intent } = envelope;
  const correlationId = door.ids.uuid();
  const facts = { correlationId, key, ...slack, intent: intent.intent };
  try {
    const receivedAt = door.clock.now();
    const seen = await door.desk.receive({
      key,
      receivedAt,
      slack,
      reply: { slack, responseUrl },
      correlationId,
      intent,
    });
    door.log.info('slack.received', { ...facts, seen });
  } catch (error) {
    door.log.error('slack.not_recorded', { ...facts, reason: reasonOf(error) });
    const { dialogs } = await wordsOf(door, slack);
    await acknowledge(door, () => refuse(dialogs.notRecorded));
    return;
  }
  await acknowledge(door, ack);
  door.desk.work();
}

/** An acknowledgement on a line that just died throws; what follows it must still run. */
export async function acknowledge(door: Door, ack: () => Promise<unknown>): Promise<void> {
  try {
    await ack();
  } catch (error) {
    door.log.warn('slack.ack_lost', { reason: reasonOf(error) });
  }
}

/**
 * Takes a click: its acknowledgement carries no words, so a failure is told through the response_url, or in a dialog where
 * there is none, which is so in the App Home.
 */
export async function takeClick(
  door: Door,
  envelope: Envelope & { readonly triggerId: string },
  ack: () => Promise<unknown>,
): Promise<void> {
  const { slack, triggerId, responseUrl } = envelope;
  await take(door, envelope, ack, async (text) => {
    await ack();
    await (responseUrl === null ? showSentence(door, slack, triggerId, text) : whisper(door, responseUrl, text));
  });
}

async function showSentence(door: Door, slack: SlackUser, triggerId: string, text: string): Promise<void> {
  const { dialogs } = await wordsOf(door, slack);
  try {
    await door.web.call('views.open', (client) =>
      client.views.open({
        trigger_id: triggerId,
        view: { type: 'modal', title: plain(dialogs.nothingDone, 24), blocks: sentence(text).blocks },
      }),
    );
  } catch (error) {
    door.log.warn('slack.sentence_lost', { reason: reasonOf(error) });
  }
}

/** A sentence to one person about something that left no trace; nothing is kept if Slack does not take it. */
export async function whisper(door: Door, responseUrl: string | null, text: string): Promise<void> {
  if (responseUrl === null) return;
  try {
    await respond(door.web, responseUrl, sentence(text));
  } catch (error) {
    door.log.warn('slack.whisper_lost', { reason: reasonOf(error) });
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Slack delivered an envelope again: its trigger has opened what it was for, and there is nothing to say. */
export const isSpentTrigger = (error: unknown): boolean =>
  hasCode(error, 'slack_refused') && error.message === 'exchanged_trigger_id';
