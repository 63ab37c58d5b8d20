import type { RequestId } from '../domain/ids.ts';
import type { PostedMessage, ThreadLine } from '../domain/message.ts';
import { progress } from '../domain/request.ts';
import type { AccessRequest } from '../domain/request.ts';
import { CodedError } from '../lib/errors.ts';
import { channelOf } from './channel.ts';
import type { Delivered } from './deliver.ts';
import type { Ports } from './ports.ts';
import { viewCard } from './shown.ts';

const SOON_MS = 1000;

/**
 * Brings every card of a request to its present state, and posts the one of the current stage if there is none yet. Level
 * triggered: the content comes from the state, so an old message can never overwrite a newer one.
 */
export async function deliverCard(ports: Ports, id: RequestId): Promise<Delivered> {
  const request = await ports.store.request(id);
  if (request === null) return {};
  const cards = await cardsOf(ports, id);
  const current = request.state === 'pending' ? progress(request) : null;
  const missing = current !== null && !cards.some((card) => card.stage === current.index);
  for (const card of cards) await ports.conversation.updateCard(card, await viewCard(ports, request, card.stage));
  if (!missing) return {};
  const posted = await ports.conversation.postCard(
    await stageChannel(ports, request, current.index),
    await viewCard(ports, request, current.index),
  );
  return { posted: [{ ...posted, requestId: id, role: 'card', stage: current.index, line: null }] };
}

/** Adds a line to the thread under each card. While the request waits, the newest line under its current card has the buttons. */
export async function deliverLine(ports: Ports, id: RequestId, line: ThreadLine): Promise<Delivered> {
  const request = await ports.store.request(id);
  if (request === null) return {};
  const cards = await cardsOf(ports, id);
  if (cards.length === 0) return request.state === 'pending' ? { againAt: ports.clock.now() + SOON_MS } : {};
  const current = request.state === 'pending' ? progress(request) : null;
  const before = (await ports.store.posted(id)).filter((message) => message.role === 'latest');
  const posted: PostedMessage[] = [];
  for (const card of cards) {
    const view = card.stage === current?.index ? await viewCard(ports, request, card.stage) : null;
    const message = await ports.conversation.postLine(card, line, view);
    posted.push({ ...message, requestId: id, role: 'latest', stage: card.stage, line });
  }
  for (const old of before) if (old.line !== null) await ports.conversation.retireLine(old, old.line);
  return { posted };
}

async function cardsOf(ports: Ports, id: RequestId): Promise<readonly PostedMessage[]> {
  return (await ports.store.posted(id)).filter((message) => message.role === 'card');
}

async function stageChannel(ports: Ports, request: AccessRequest, stage: number): Promise<string> {
  const groupId = request.plan[stage]?.groupId;
  const group = groupId === undefined ? null : await ports.directory.groupById(groupId);
  const channel = await channelOf(ports, group ?? { slackChannel: null });
  if (channel === null)
    throw new CodedError('slack_refused', `no channel to post in for ${group?.path ?? 'a group that is gone'}`);
  return channel;
}
