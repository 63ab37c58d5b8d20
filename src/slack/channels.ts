import { hasCode } from '../lib/errors.ts';
import type { Clock } from '../usecases/ports.ts';
import type { Web } from './web.ts';

const NAMES_LIVE_MS = 60_000;
/** A burst of cards into one channel asks once; a channel that becomes shared is noticed within this time. */
const ANSWER_LIVES_MS = 5000;
const UNKNOWN = new Set([
  'channel_not_found',
  'missing_scope',
  'not_in_channel',
  'method_not_supported_for_channel_type',
]);

/** Finds channels by id or name and tells whether we may post there. */
export function createChannels(web: Web, clock: Clock): (channel: string) => Promise<string | null> {
  const answers = new Map<string, { readonly at: number; readonly ok: boolean }>();
  let names: { readonly at: number; readonly ids: ReadonlyMap<string, string> } | null = null;

  async function idOf(name: string): Promise<string | null> {
    const now = clock.now();
    if (
      names === null ||
      now - names.at > NAMES_LIVE_MS ||
      (!names.ids.has(name) && now - names.at > ANSWER_LIVES_MS)
    ) {
      names = { at: now, ids: await ourChannels(web) };
    }
    return names.ids.get(name) ?? null;
  }

  return async (channel) => {
    const wanted = channel.trim().replace(/^#/, '');
    const id = /^[CG][A-Z0-9]{5,}$/.test(wanted) ? wanted : await idOf(wanted);
    if (id === null) return null;
    const known = answers.get(id);
    const now = clock.now();
    if (known !== undefined && now - known.at < ANSWER_LIVES_MS) return known.ok ? id : null;
    const ok = await mayPost(web, id);
    answers.set(id, { at: now, ok });
    return ok ? id : null;
  };
}

/** Name to id of the channels that we are in. `conversations.list` would be every channel of the workspace, in a slower tier. */
async function ourChannels(web: Web): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const page = await web.call('users.conversations', (client) =>
      client.users.conversations({
        types: 'public_channel,private_channel',
        exclude_archived: true,
        limit: 200,
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
    for (const { id, name } of page.channels ?? []) if (id !== undefined && name !== undefined) ids.set(name, id);
    cursor = page.response_metadata?.next_cursor;
  } while (cursor !== undefined && cursor !== '');
  return ids;
}

/** A member, not archived, and nobody from outside reads along. */
async function mayPost(web: Web, id: string): Promise<boolean> {
  try {
    const { channel } = await web.call('conversations.info', (client) => client.conversations.info({ channel: id }));
    return channel?.is_member === true && channel.is_archived !== true && channel.is_ext_shared !== true;
  } catch (error) {
    if (hasCode(error, 'slack_refused') && UNKNOWN.has(error.message)) return false;
    throw error;
  }
}
