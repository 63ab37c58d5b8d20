import { flag, optionalText, page, requiredText, type Args } from '../args.ts';
import { appDm, channelJson, openable, visibleToApp } from '../conversations.ts';
import type { JsonObject } from '../json.ts';
import type { Channel, Message } from '../model.ts';
import { refuse } from '../refusal.ts';
import type { World } from '../world.ts';
import { historyJson } from './chat.ts';
import { needConversationScope, needScope, type Methods } from './method.ts';

function open(world: World, args: Args): JsonObject {
  const known = optionalText(args, 'channel');
  if (known !== undefined) return { channel: channelJson(world, visibleToApp(world, known)) };
  const ids = requiredText(args, 'users').split(',');
  const [userId = ''] = ids;
  if (ids.length > 1) throw refuse('not_enough_users', { detail: 'the sandbox has no group messages' });
  const before = world.channels.size;
  const channel = appDm(world, openable(world, userId).id);
  const isOld = world.channels.size === before;
  return {
    ...(isOld ? { no_op: true, already_open: true } : {}),
    channel: flag(args, 'return_im') ? channelJson(world, channel) : { id: channel.id },
  };
}

function info(world: World, args: Args): JsonObject {
  const channel = visibleToApp(world, requiredText(args, 'channel'));
  needConversationScope(world, channel, 'read');
  const { num_members: members, ...shown } = channelJson(world, channel);
  return { channel: flag(args, 'include_num_members') ? { ...shown, num_members: members } : shown };
}

/** The kinds asked for by `types`, each with its own scope. */
function channelsOfTypes(world: World, args: Args): readonly Channel[] {
  const kinds: Readonly<Record<string, Channel['kind']>> = {
    public_channel: 'public',
    private_channel: 'private',
    im: 'im',
  };
  const scopes = { public: 'channels:read', private: 'groups:read', im: 'im:read' } as const;
  const asked = (optionalText(args, 'types') ?? 'public_channel').split(',').map((type) => type.trim());
  const wanted = new Set<Channel['kind']>();
  for (const type of asked) {
    const kind = kinds[type];
    if (kind === undefined && type !== 'mpim') throw refuse('invalid_types');
    if (kind === undefined) continue;
    needScope(world, scopes[kind]);
    wanted.add(kind);
  }
  const all = [...world.channels.values()].filter((channel) => wanted.has(channel.kind));
  return flag(args, 'exclude_archived') ? all.filter((channel) => !channel.isArchived) : all;
}

function list(world: World, args: Args): JsonObject {
  const bot = world.app.botUserId;
  const visible = channelsOfTypes(world, args).filter(
    (channel) => channel.kind === 'public' || channel.members.has(bot),
  );
  const { items, metadata } = page(args, visible, 100);
  return { channels: items.map((channel) => channelJson(world, channel)), response_metadata: metadata };
}

function usersConversations(world: World, args: Args): JsonObject {
  const userId = optionalText(args, 'user') ?? world.app.botUserId;
  if (!world.people.has(userId)) throw refuse('user_not_found');
  const bot = world.app.botUserId;
  const joined = channelsOfTypes(world, args).filter(
    (channel) => channel.members.has(userId) && (channel.kind === 'public' || channel.members.has(bot)),
  );
  const { items, metadata } = page(args, joined, 100);
  return { channels: items.map((channel) => channelJson(world, channel)), response_metadata: metadata };
}

function members(world: World, args: Args): JsonObject {
  const channel = visibleToApp(world, requiredText(args, 'channel'));
  needConversationScope(world, channel, 'read');
  const { items, metadata } = page(args, [...channel.members], 100);
  return { members: items, response_metadata: metadata };
}

function readable(world: World, args: Args): Channel {
  const channel = visibleToApp(world, requiredText(args, 'channel'));
  needConversationScope(world, channel, 'history');
  if (!channel.members.has(world.app.botUserId)) throw refuse('not_in_channel');
  return channel;
}

/** Messages between `oldest` and `latest`; the ends themselves only with `inclusive`. */
function between(args: Args, messages: readonly Message[]): readonly Message[] {
  const oldest = optionalText(args, 'oldest') ?? '0';
  const latest = optionalText(args, 'latest') ?? '9999999999.999999';
  const ends = flag(args, 'inclusive');
  return messages.filter((message) => {
    if (message.ts === oldest || message.ts === latest) return ends;
    return Number(message.ts) > Number(oldest) && Number(message.ts) < Number(latest);
  });
}

function history(world: World, args: Args): JsonObject {
  const channel = readable(world, args);
  const topLevel = channel.messages.filter(
    (message) => message.threadTs === undefined || message.threadTs === message.ts,
  );
  const { items, metadata } = page(args, between(args, topLevel).toReversed(), 100);
  return {
    messages: items.map((message) => historyJson(world, channel, args, message)),
    has_more: metadata['next_cursor'] !== '',
    response_metadata: metadata,
  };
}

function replies(world: World, args: Args): JsonObject {
  const channel = readable(world, args);
  const ts = requiredText(args, 'ts');
  const root = channel.byTs.get(ts);
  if (root === undefined) throw refuse('thread_not_found');
  const rest = between(args, channel.messages).filter((message) => message.threadTs === ts && message.ts !== ts);
  const { items, metadata } = page(args, [root, ...rest], 1000);
  return {
    messages: items.map((message) => historyJson(world, channel, args, message)),
    has_more: metadata['next_cursor'] !== '',
    response_metadata: metadata,
  };
}

export const conversationMethods: Methods = {
  'conversations.open': { token: 'bot', scope: 'im:write', tier: 3, run: open },
  'conversations.info': { token: 'bot', tier: 3, run: info },
  'conversations.list': { token: 'bot', tier: 2, run: list },
  'conversations.members': { token: 'bot', tier: 4, run: members },
  'conversations.history': { token: 'bot', tier: 3, run: history },
  'conversations.replies': { token: 'bot', tier: 3, run: replies },
  'users.conversations': { token: 'bot', tier: 3, run: usersConversations },
};
