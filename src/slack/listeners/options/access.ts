import type { App } from '@slack/bolt';
import type { SlackUser } from '../../../domain/people.ts';
import { suggestionOption } from '../../render/request-modal.ts';
import { slackUserOf } from '../click.ts';
import { acknowledge, reasonOf, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';

type Suggest = Door['desk']['suggest'];

/** The typeahead of each form: at most 100 lines, from a cache, within 3 s. */
export function register(app: App, door: Door): void {
  const answer = (actionId: string, suggest: Suggest): void =>
    app.options(actionId, async ({ options, body, ack }) => {
      const lines = await optionsOf(door, suggest, slackUserOf(body), options.value);
      await acknowledge(door, () => ack({ options: lines }));
    });
  answer('access', (query) => door.desk.suggest(query));
  answer('glass_access', (query) => door.desk.suggestMarked(query));
}

async function optionsOf(door: Door, suggest: Suggest, slack: SlackUser, query: string) {
  try {
    const [say, found] = await Promise.all([wordsOf(door, slack), suggest(query)]);
    return found.slice(0, 100).map((suggestion) => suggestionOption(say, suggestion));
  } catch (error) {
    door.log.warn('slack.no_suggestions', { reason: reasonOf(error) });
    return [];
  }
}
