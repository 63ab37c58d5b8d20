import { audienceOf } from '../domain/break-glass.ts';
import type { RequestId } from '../domain/ids.ts';
import type { PostedMessage, ThreadLine } from '../domain/message.ts';
import type { AccessRequest } from '../domain/request.ts';
import { CodedError } from '../lib/errors.ts';
import type { Batch, Ports } from './ports.ts';
import { viewCard } from './shown.ts';

export const SOON_MS = 1000;
/** Stage of a card that belongs to none any more: it has no buttons. */
export const NO_STAGE = -1;

/** What a delivery leaves behind besides "sent"; `againAt`: it was not finished, try again then. */
export type Delivered = Pick<Batch, 'posted' | 'stirs' | 'teamsTold'> | { readonly againAt: number };

/**
 * Brings every card of a request to its present state, and posts the one of the current stage if there is none yet. Level
 * triggered: the content comes from the state, so an old message can never overwrite a newer one.
 */
export async function deliverCard(ports: Ports, request: AccessRequest): Promise<Delivered> {
  const { id } = request;
  const cards = await cardsOf(ports, id);
  const current = audienceOf(request);
  const known = cards.find((card) => card.stage === current?.index);
  const channel = current === null ? null : await stageChannel(ports, request, current.index, known);
  for (const card of cards) {
    // After its plan changed the stage may belong to another group, which reads another channel.
    const stage = card === known && card.channel !== channel ? NO_STAGE : card.stage;
    await ports.conversation.updateCard(card, await viewCard(ports, request, stage));
  }
  if (current === null || channel === null || known?.channel === channel) return {};
  const posted = await ports.conversation.postCard(channel, await viewCard(ports, request, current.index));
  return {
    posted: [{ ...posted, requestId: id, role: 'card', stage: current.index, line: null }],
    // From now on it is there to be decided.
    stirs: [current.stage.groupId],
  };
}

/**
 * Adds a line to the thread under each card. While the request waits, the newest line under its current card has the buttons.
 * @param isRepeated it may stand under some of the cards already
 */
export async function deliverLine(
  ports: Ports,
  request: AccessRequest,
  line: ThreadLine,
  isRepeated: boolean,
): Promise<Delivered> {
  const { id } = request;
  const cards = await cardsOf(ports, id);
  const current = audienceOf(request);
  if (cards.length === 0) return current === null ? {} : { againAt: ports.clock.now() + SOON_MS };
  const latest = (await ports.store.posted(id)).filter((message) => message.role === 'latest');
  const told = latest.filter((one) => isRepeated && JSON.stringify(one.line) === JSON.stringify(line));
  const before = latest.filter((one) => !told.includes(one));
  // What can be repeated comes first: the new line is posted once, also when Slack makes us try again.
  for (const old of before) if (old.line !== null) await ports.conversation.retireLine(old, old.line);
  const untold = cards.filter((card) => !told.some((one) => one.stage === card.stage));
  const posted: PostedMessage[] = [];
  try {
    for (const card of untold) {
      const view = card.stage === current?.index ? await viewCard(ports, request, card.stage) : null;
      const message = await ports.conversation.postLine(card, line, view);
      posted.push({ ...message, requestId: id, role: 'latest', stage: card.stage, line });
    }
  } catch (error) {
    // One channel took it and another one did not: only that one is tried again.
    if (posted.length > 0) await ports.store.commit({ posted, audit: [] });
    throw error;
  }
  return { posted };
}

async function cardsOf(ports: Ports, id: RequestId): Promise<readonly PostedMessage[]> {
  return (await ports.store.posted(id)).filter((message) => message.role === 'card');
}

/** Where the current stage's card belongs; while its group cannot be found that is where it is. */
export async function stageChannel(
  ports: Ports,
  request: AccessRequest,
  stage: number,
  known: PostedMessage | undefined,
): Promise<string> {
  const groupId = request.plan[stage]?.groupId;
  const group = groupId === undefined ? null : await ports.directory.groupById(groupId);
  if (group === null && known !== undefined) return known.channel;
  const wanted = group?.slackChannel ?? ports.settings.approvalsChannel;
  const channel = wanted === null ? null : await ports.conversation.resolveChannel(wanted);
  if (channel === null)
    throw new CodedError('slack_refused', `no channel to post in for ${group?.path ?? 'a group that is gone'}`);
  return channel;
}
