import type { App } from '@slack/bolt';
import type { SlackUser } from '../../../domain/people.ts';
import { suggestionLines } from '../../render/request-modal.ts';
import { slackUserOf } from '../click.ts';
import { acknowledge, reasonOf, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';

type Suggest = Door['desk']['suggest'];

/** The typeahead of each form: at most 100 lines, from what is known, within 3 s. */
export function register(app: App, door: Door): void {
  const answer = (actionId: string, suggest: Suggest): void =>
    app.options(actionId, async ({ options, body, ack }) => {
      const lines = await optionsOf(door, suggest, slackUserOf(body), options.value);
      await acknowledge(door, () => ack(lines));
    });
  answer('access', (query, slack) => door.desk.suggest(query, slack));
  answer('glass_access', (query) => door.desk.suggestMarked(query));
}

async function optionsOf(door: Door, suggest: Suggest, slack: SlackUser, query: string) {
  try {
    const [say, found] = await Promise.all([wordsOf(door, slack), suggest(query, slack)]);
    return suggestionLines(say, found.slice(0, 100));
  } catch (error) {
    door.log.warn('slack.no_suggestions', { reason: reasonOf(error) });
    return { options: [] };
  }
}
