import { flag, optionalList, optionalObject, optionalText, requiredText, type Args } from '../args.ts';
import { visibleToApp, writableByApp } from '../conversations.ts';
import type { JsonObject } from '../json.ts';
import { addEphemeral, addMessage, inspectText, messageJson, removeMessage, withBlockIds } from '../messages.ts';
import type { Channel, Message } from '../model.ts';
import { refuse, refuseWith } from '../refusal.ts';
import { canonicalText } from '../text.ts';
import { messageProblems } from '../validate/message.ts';
import { violate, type World } from '../world.ts';
import type { Methods } from './method.ts';

/** Characters of text above which Slack takes nothing. */
const MOST_CHARACTERS = 40_000;

type Content = { readonly text: string | undefined; readonly blocks: readonly JsonObject[] | undefined };

/** Text and blocks of a message, checked against Slack's limits. Used for the Web API and for response_url alike. */
export function contentOf(args: Args): Content {
  const text = optionalText(args, 'text');
  const blocks = optionalList(args, 'blocks', 'invalid_blocks_format');
  if (text !== undefined && text.length > MOST_CHARACTERS) throw refuse('msg_too_long');
  if (blocks === undefined) return { text, blocks: undefined };
  const problems = messageProblems(blocks);
  if (problems.length > 0) throw refuseWith('invalid_blocks', problems);
  return { text, blocks: blocks as readonly JsonObject[] };
}

function postable(args: Args): Required<{ text: string; blocks: readonly JsonObject[] }> {
  const { text, blocks } = contentOf(args);
  const isEmpty = (text === undefined || text.trim() === '') && (blocks === undefined || blocks.length === 0);
  if (isEmpty) throw refuse('no_text');
  return { text: text ?? '', blocks: blocks ?? [] };
}

function warnings(content: { text: string; blocks: readonly JsonObject[] }): JsonObject {
  if (content.text !== '' || content.blocks.length === 0) return {};
  return { warning: 'missing_text_in_message', response_metadata: { warnings: ['missing_text_in_message'] } };
}

function metadataOf(args: Args): { metadata?: JsonObject } {
  const metadata = optionalObject(args, 'metadata', 'invalid_metadata_format');
  if (metadata === undefined) return {};
  if (typeof metadata['event_type'] !== 'string' || typeof metadata['event_payload'] !== 'object') {
    throw refuse('invalid_metadata_schema');
  }
  return { metadata };
}

function threadOf(world: World, channel: Channel, args: Args): { threadTs?: string } {
  const threadTs = optionalText(args, 'thread_ts');
  if (threadTs === undefined) return {};
  const root = channel.byTs.get(threadTs);
  if (root === undefined) violate(world, 'unknown_thread', `${channel.id} has no message ${threadTs}`);
  return { threadTs: root?.threadTs ?? threadTs };
}

function postMessage(world: World, args: Args): JsonObject {
  const channel = writableByApp(world, requiredText(args, 'channel'));
  const content = postable(args);
  inspectText(world, 'chat.postMessage', content.text, content.blocks);
  const message = addMessage(world, channel, {
    ...content,
    ...threadOf(world, channel, args),
    ...metadataOf(args),
    userId: world.app.botUserId,
    botId: world.app.botId,
  });
  return { channel: channel.id, ts: message.ts, message: messageJson(world, message), ...warnings(content) };
}

function postEphemeral(world: World, args: Args): JsonObject {
  const channel = writableByApp(world, requiredText(args, 'channel'));
  const toUserId = requiredText(args, 'user');
  if (!world.people.has(toUserId)) throw refuse('user_not_found');
  if (!channel.members.has(toUserId)) throw refuse('user_not_in_channel');
  const content = postable(args);
  inspectText(world, 'chat.postEphemeral', content.text, content.blocks);
  const ephemeral = addEphemeral(world, {
    channelId: channel.id,
    toUserId,
    text: canonicalText(content.text),
    blocks: content.blocks,
    ...threadOf(world, channel, args),
    from: 'app',
  });
  return { message_ts: ephemeral.ts, ...warnings(content) };
}

/** Only the app's own messages, addressed by a C, G or D id: never by a person's id. */
function ownMessage(world: World, args: Args, error: string): { channel: Channel; message: Message } {
  const channel = visibleToApp(world, requiredText(args, 'channel'));
  const message = channel.byTs.get(requiredText(args, 'ts'));
  if (message === undefined) throw refuse('message_not_found');
  if (message.userId !== world.app.botUserId) throw refuse(error);
  return { channel, message };
}

/** Text without blocks removes the blocks; blocks without text keep the old text. */
export function rewrite(world: World, message: Message, content: Content): void {
  if (content.text !== undefined) message.text = canonicalText(content.text);
  if (content.blocks !== undefined) message.blocks = withBlockIds(world, content.blocks);
  else if (content.text !== undefined) message.blocks = [];
  // Only a change of a message without blocks carries the mark "(edited)".
  if (message.blocks.length === 0) message.editedTs = world.ids.ts();
  world.bus.changed();
}

function update(world: World, args: Args): JsonObject {
  const { channel, message } = ownMessage(world, args, 'cant_update_message');
  const content = contentOf(args);
  const metadata = metadataOf(args);
  if (content.text === undefined && content.blocks === undefined && metadata.metadata === undefined)
    throw refuse('no_text');
  inspectText(world, 'chat.update', content.text ?? '', content.blocks ?? []);
  rewrite(world, message, content);
  Object.assign(message, metadata);
  return { channel: channel.id, ts: message.ts, text: message.text, message: messageJson(world, message) };
}

function remove(world: World, args: Args): JsonObject {
  const { channel, message } = ownMessage(world, args, 'cant_delete_message');
  removeMessage(world, channel, message);
  return { channel: channel.id, ts: message.ts };
}

function getPermalink(world: World, args: Args): JsonObject {
  const channel = visibleToApp(world, requiredText(args, 'channel'));
  const message = channel.byTs.get(requiredText(args, 'message_ts'));
  if (message === undefined) throw refuse('message_not_found');
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
  const link = `${world.baseUrl}/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
  return { channel: channel.id, permalink: link };
}

/** The messages as history and replies show them: with metadata only when it was asked for. */
export function historyJson(world: World, channel: Channel, args: Args, message: Message): JsonObject {
  const replies = channel.messages.filter((other) => other.threadTs === message.ts);
  return {
    ...messageJson(world, message),
    ...(flag(args, 'include_all_metadata') && message.metadata !== undefined ? { metadata: message.metadata } : {}),
    ...(replies.length === 0
      ? {}
      : { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts ?? message.ts }),
  };
}

export const chatMethods: Methods = {
  'chat.postMessage': { token: 'bot', scope: 'chat:write', tier: 'post', run: postMessage },
  'chat.postEphemeral': { token: 'bot', scope: 'chat:write', tier: 4, run: postEphemeral },
  'chat.update': { token: 'bot', scope: 'chat:write', tier: 3, run: update },
  'chat.delete': { token: 'bot', scope: 'chat:write', tier: 3, run: remove },
  'chat.getPermalink': { token: 'bot', tier: 4, run: getPermalink },
};
