import { optionalList, optionalText, requiredText, type Args } from '../args.ts';
import { visibleToApp } from '../conversations.ts';
import { isObject, textIn, type JsonObject } from '../json.ts';
import { addMessage, fileJson } from '../messages.ts';
import { refuse } from '../refusal.ts';
import { violate, type World } from '../world.ts';
import type { Methods } from './method.ts';

function getUploadUrl(world: World, args: Args): JsonObject {
  const name = requiredText(args, 'filename');
  const declaredBytes = Number(requiredText(args, 'length'));
  if (!Number.isInteger(declaredBytes) || declaredBytes <= 0) throw refuse('invalid_arguments');
  const id = world.ids.id('F');
  world.files.set(id, { id, name, title: name, declaredBytes, content: null, channels: new Set() });
  return { upload_url: `${world.baseUrl}/upload/v1/${id}`, file_id: id };
}

/** Takes the bytes of a file; false when no such upload was announced. */
export function receiveUpload(world: World, id: string, content: Buffer): boolean {
  const file = world.files.get(id);
  if (file === undefined) return false;
  if (content.length !== file.declaredBytes) {
    violate(world, 'upload_length', `${file.name}: announced ${file.declaredBytes} bytes, sent ${content.length}`);
  }
  file.content = content;
  return true;
}

function completeUpload(world: World, args: Args): JsonObject {
  const entries = (optionalList(args, 'files') ?? []).filter(isObject);
  if (entries.length === 0) throw refuse('invalid_arguments');
  for (const entry of entries) {
    const file = world.files.get(textIn(entry, 'id') ?? '');
    if (file === undefined) throw refuse('file_not_found');
    if (file.content === null) throw refuse('file_upload_size_restricted', { detail: 'nothing was uploaded' });
    file.title = textIn(entry, 'title') ?? file.name;
  }
  const ids = entries.map((entry) => textIn(entry, 'id') ?? '');
  const channelId = optionalText(args, 'channel_id');
  if (channelId !== undefined) share(world, args, channelId, ids);
  return { files: ids.map((id) => fileJson(world, id)) };
}

/** Needs a C, G or D id: a person's id is an unknown channel. */
function share(world: World, args: Args, channelId: string, ids: readonly string[]): void {
  const channel = visibleToApp(world, channelId);
  if (!channel.members.has(world.app.botUserId)) throw refuse('not_in_channel');
  const threadTs = optionalText(args, 'thread_ts');
  for (const id of ids) world.files.get(id)?.channels.add(channel.id);
  addMessage(world, channel, {
    userId: world.app.botUserId,
    botId: world.app.botId,
    text: optionalText(args, 'initial_comment') ?? '',
    files: ids,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
}

export const fileMethods: Methods = {
  'files.getUploadURLExternal': { token: 'bot', scope: 'files:write', tier: 4, run: getUploadUrl },
  'files.completeUploadExternal': { token: 'bot', scope: 'files:write', tier: 4, run: completeUpload },
};
