import type { SlackUser } from '../domain/people.ts';
import { slackAttribute } from '../domain/people.ts';
import { CodedError, hasCode } from '../lib/errors.ts';
import type { Priority } from '../lib/limiter.ts';
import type { Pace } from './pace.ts';
import type { Web } from './web.ts';

const PEOPLE_MAX = 10_000;

/** Where people are spoken to in private: the conversation is opened once and remembered, for so many people. */
export interface DirectChannels {
  /** Runs the task with the person's channel. What Slack refuses there is asked for afresh the next time. */
  within<T>(web: Web, slack: SlackUser, priority: Priority, task: (channel: string) => Promise<T>): Promise<T>;
}

export function createDirectChannels(pace: Pace): DirectChannels {
  const known = new Map<string, string>();

  async function open(web: Web, slack: SlackUser, priority: Priority): Promise<string> {
    const method = 'conversations.open';
    const { channel } = await pace.run({ method, place: slackAttribute(slack), priority }, () =>
      web.call(method, (client) => client.conversations.open({ users: slack.userId })),
    );
    if (channel?.id === undefined)
      throw new CodedError('slack_unavailable', 'conversations.open answered without a channel');
    return channel.id;
  }

  return {
    async within(web, slack, priority, task) {
      const person = slackAttribute(slack);
      const channel = known.get(person) ?? (await open(web, slack, priority));
      // Whoever was spoken to last is remembered longest.
      known.delete(person);
      known.set(person, channel);
      for (const [oldest] of known) {
        if (known.size <= PEOPLE_MAX) break;
        known.delete(oldest);
      }
      try {
        return await task(channel);
      } catch (error) {
        if (hasCode(error, 'slack_refused')) known.delete(person);
        throw error;
      }
    },
  };
}
