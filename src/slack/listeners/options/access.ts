import type { App } from '@slack/bolt';
import type { SlackUser } from '../../../domain/people.ts';
import { suggestionOption } from '../../render/request-modal.ts';
import { slackUserOf } from '../click.ts';
import { acknowledge, reasonOf, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';

/** The typeahead of the form: at most 100 lines, from a cache, within 3 s. */
export function register(app: App, door: Door): void {
  app.options('access', async ({ options, body, ack }) => {
    const lines = await suggest(door, slackUserOf(body), options.value);
    await acknowledge(door, () => ack({ options: lines }));
  });
}

async function suggest(door: Door, slack: SlackUser, query: string) {
  try {
    const [say, found] = await Promise.all([wordsOf(door, slack), door.desk.suggest(query)]);
    return found.slice(0, 100).map((suggestion) => suggestionOption(say, suggestion));
  } catch (error) {
    door.log.warn('slack.no_suggestions', { reason: reasonOf(error) });
    return [];
  }
}
