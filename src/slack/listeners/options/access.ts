import type { App } from '@slack/bolt';
import { suggestionOption } from '../../render/request-modal.ts';
import { acknowledge, reasonOf } from '../door.ts';
import type { Door } from '../door.ts';

/** The typeahead of the form: at most 100 lines, from a cache, within 3 s. */
export function register(app: App, door: Door): void {
  app.options('access', async ({ options, ack }) => {
    const lines = await suggest(door, options.value);
    await acknowledge(door, () => ack({ options: lines }));
  });
}

async function suggest(door: Door, query: string) {
  try {
    const found = await door.desk.suggest(query);
    return found.slice(0, 100).map(suggestionOption);
  } catch (error) {
    door.log.warn('slack.no_suggestions', { reason: reasonOf(error) });
    return [];
  }
}
