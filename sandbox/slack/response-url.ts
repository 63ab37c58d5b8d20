import type { IncomingMessage, ServerResponse } from 'node:http';
import { flag, optionalText, type Args } from './args.ts';
import { readArgs, sendJson } from './http-io.ts';
import { addEphemeral, addMessage, inspectText, removeMessage } from './messages.ts';
import { contentOf, rewrite } from './methods/chat.ts';
import type { Channel, ResponseUrl } from './model.ts';
import { refuse, Refusal } from './refusal.ts';
import { canonicalText } from './text.ts';
import { violate, type World } from './world.ts';

const MOST_USES = 5;

/** POST to a response_url: five times within thirty minutes, no token. */
export async function handleResponseUrl(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const args = (await readArgs(request, url)) ?? {};
  world.calls.push({ method: 'response_url', args, token: 'none', atMs: Date.now(), answer: null });
  const call = world.calls.at(-1);
  const fault = world.faults.take('response_url');
  if (fault?.kind === 'http') {
    answer(fault.status, { ok: false, error: 'http_error' });
    return;
  }
  try {
    const ticket = useTicket(world, url.pathname.slice('/response/'.length));
    respond(world, ticket, args);
    answer(200, { ok: true });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    violate(world, 'response_url_refused', error.code);
    answer(error.code.endsWith('_url') ? 404 : 400, { ok: false, error: error.code, ...error.extra });
  }

  function answer(status: number, body: Readonly<Record<string, unknown>>): void {
    if (call !== undefined) call.answer = { status, body };
    sendJson(response, status, body);
    world.bus.changed();
  }
}

function useTicket(world: World, token: string): ResponseUrl {
  const ticket = world.responseUrls.get(token);
  if (ticket === undefined) throw refuse('invalid_url');
  if (Date.now() - ticket.bornMs > world.settings.responseUrlLifetimeMs) throw refuse('expired_url');
  if (ticket.uses >= MOST_USES) throw refuse('used_url');
  ticket.uses += 1;
  return ticket;
}

/** What an app says through a response_url, or as the ack of a command. */
export function respond(world: World, origin: ResponseUrl, args: Args): void {
  const channel = world.channels.get(origin.channelId);
  if (channel === undefined) throw refuse('channel_not_found');
  if (flag(args, 'delete_original')) {
    removeOriginal(world, channel, origin);
    return;
  }
  const { text, blocks } = contentOf(args);
  if ((text ?? '').trim() === '' && (blocks ?? []).length === 0) throw refuse('no_text');
  inspectText(world, 'response_url', text ?? '', blocks ?? []);
  if (flag(args, 'replace_original') && origin.source !== undefined) {
    const original = originalOf(world, channel, origin.source);
    if (original === undefined) throw refuse('message_not_found');
    if ('channelId' in original && 'toUserId' in original) {
      Object.assign(original, { text: canonicalText(text ?? ''), blocks: blocks ?? [] });
      world.bus.changed();
    } else rewrite(world, original, { text, blocks });
    return;
  }
  const threadTs = optionalText(args, 'thread_ts') ?? origin.threadTs;
  const said = {
    text: canonicalText(text ?? ''),
    blocks: blocks ?? [],
    ...(threadTs === undefined ? {} : { threadTs }),
  };
  if (optionalText(args, 'response_type') === 'in_channel') {
    addMessage(world, channel, { ...said, userId: world.app.botUserId, botId: world.app.botId });
  } else {
    addEphemeral(world, { ...said, channelId: channel.id, toUserId: origin.userId, from: 'app' });
  }
}

function originalOf(world: World, channel: Channel, source: NonNullable<ResponseUrl['source']>) {
  if (!source.isEphemeral) return channel.byTs.get(source.ts);
  return world.ephemerals.find((ephemeral) => ephemeral.ts === source.ts);
}

function removeOriginal(world: World, channel: Channel, origin: ResponseUrl): void {
  if (origin.source === undefined) throw refuse('message_not_found');
  const original = originalOf(world, channel, origin.source);
  if (original === undefined) throw refuse('message_not_found');
  if ('toUserId' in original) world.ephemerals.splice(world.ephemerals.indexOf(original), 1);
  else removeMessage(world, channel, original);
  world.bus.changed();
}
