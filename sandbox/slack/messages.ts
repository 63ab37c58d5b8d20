import { isObject, type JsonObject } from './json.ts';
import type { Channel, Ephemeral, Message } from './model.ts';
import { broadcastsIn, canonicalText, datesWithoutFallback } from './text.ts';
import { violate, type World } from './world.ts';

export type NewMessage = {
  readonly userId: string;
  readonly botId?: string;
  readonly text: string;
  readonly blocks?: readonly JsonObject[];
  readonly threadTs?: string;
  readonly metadata?: JsonObject;
  readonly files?: readonly string[];
};

export function addMessage(world: World, channel: Channel, input: NewMessage): Message {
  const message: Message = {
    ts: world.ids.ts(),
    channelId: channel.id,
    userId: input.userId,
    ...(input.botId === undefined ? {} : { botId: input.botId }),
    text: canonicalText(input.text),
    blocks: withBlockIds(world, input.blocks ?? []),
    ...(input.threadTs === undefined ? {} : { threadTs: input.threadTs }),
    ...(input.metadata === undefined ? {} : { metadata: input.metadata }),
    files: input.files ?? [],
  };
  channel.messages.push(message);
  channel.byTs.set(message.ts, message);
  world.bus.changed();
  return message;
}

export function addEphemeral(world: World, input: Omit<Ephemeral, 'ts'>): Ephemeral {
  const ephemeral = { ...input, ts: world.ids.ts(), blocks: withBlockIds(world, input.blocks) };
  world.ephemerals.push(ephemeral);
  if (world.ephemerals.length > 20_000) world.ephemerals.shift();
  world.bus.changed();
  return ephemeral;
}

export function removeMessage(world: World, channel: Channel, message: Message): void {
  channel.byTs.delete(message.ts);
  channel.messages.splice(channel.messages.indexOf(message), 1);
  world.bus.changed();
}

export function repliesTo(channel: Channel, ts: string): readonly Message[] {
  return channel.messages.filter((message) => message.threadTs === ts && message.ts !== ts);
}

/** Slack gives an id to every block and every interactive element that came without one. */
export function withBlockIds(world: World, blocks: readonly JsonObject[]): readonly JsonObject[] {
  return blocks.map((block) => {
    const named: Record<string, unknown> = { block_id: world.ids.id('b'), ...block };
    if (Array.isArray(block['elements'])) {
      named['elements'] = block['elements'].map((element: unknown) => withActionId(world, element));
    }
    for (const key of ['accessory', 'element']) if (key in block) named[key] = withActionId(world, block[key]);
    return named;
  });
}

function withActionId(world: World, element: unknown): unknown {
  if (!isObject(element) || 'action_id' in element || !isInteractive(element)) return element;
  return { action_id: world.ids.id('a'), ...element };
}

function isInteractive(element: JsonObject): boolean {
  const plain = ['image', 'mrkdwn', 'plain_text'];
  return (
    typeof element['type'] === 'string' && !plain.includes(element['type']) && !element['type'].startsWith('rich_text_')
  );
}

/** The message as the Web API and the payloads show it. */
export function messageJson(world: World, message: Message): JsonObject {
  return {
    type: 'message',
    user: message.userId,
    text: message.text,
    ts: message.ts,
    team: world.team.id,
    ...(message.botId === undefined ? {} : { bot_id: message.botId, app_id: world.app.id }),
    ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.editedTs === undefined ? {} : { edited: { user: message.userId, ts: message.editedTs } }),
    ...(message.files.length === 0 ? {} : { files: message.files.map((id) => fileJson(world, id)) }),
  };
}

export function fileJson(world: World, id: string): JsonObject {
  const file = world.files.get(id);
  if (file === undefined) return { id, mode: 'tombstone' };
  return {
    id,
    name: file.name,
    title: file.title,
    size: file.content?.length ?? 0,
    mode: 'hosted',
    user: world.app.botUserId,
    url_private: `${world.baseUrl}/files-pri/${world.team.id}-${id}/${encodeURIComponent(file.name)}`,
    url_private_download: `${world.baseUrl}/files-pri/${world.team.id}-${id}/download/${encodeURIComponent(file.name)}`,
    permalink: `${world.baseUrl}/files/${id}`,
    channels: [...file.channels],
  };
}

/** Writes down what nobody would want to have sent, though Slack takes it. */
export function inspectText(world: World, where: string, text: string, blocks: readonly JsonObject[]): void {
  for (const part of [text, ...mrkdwnIn(blocks)]) {
    for (const broadcast of broadcastsIn(part))
      violate(world, 'broadcast_mention', `${where}: <!${broadcast}> in "${part}"`);
    for (const date of datesWithoutFallback(part)) violate(world, 'date_without_fallback', `${where}: ${date}`);
  }
  if (text.trim() === '' && blocks.length > 0)
    violate(world, 'missing_fallback_text', `${where} has blocks but no text`);
  if (text.length > 4000) violate(world, 'text_over_4000', `${where} has ${text.length} characters`);
}

function mrkdwnIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (!isObject(value)) return [];
  if (value['type'] === 'mrkdwn' && typeof value['text'] === 'string') return [value['text']];
  return Object.values(value).flatMap(mrkdwnIn);
}
