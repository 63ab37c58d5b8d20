import { audienceOf } from '../domain/break-glass.ts';
import type { RequestId } from '../domain/ids.ts';
import { isCard, lineRole } from '../domain/message.ts';
import type { CardRole, Message, PostedMessage, ThreadLine } from '../domain/message.ts';
import { groupPathOf, seatKey } from '../domain/plan.ts';
import type { SeatKey, Stage } from '../domain/plan.ts';
import type { AccessRequest } from '../domain/request.ts';
import { CodedError } from '../lib/errors.ts';
import { messagesOf } from './answer.ts';
import { groupChannel, stageChannel } from './card-channel.ts';
import { identityNeed } from './identify.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';
import { viewCard } from './shown.ts';

export const SOON_MS = 1000;
/** Stage of a card that belongs to none any more: it has no buttons. */
export const NO_STAGE = -1;

/** What a delivery leaves behind besides "sent"; `againAt`: it was not finished, try again then. */
export type Delivered = Pick<Batch, 'posted' | 'stirs' | 'messages' | 'teamsTold'> | { readonly againAt: number };

/** There is nowhere to post the card of a stage. `group` null: the manager decides it. */
export class NoChannel extends CodedError {
  readonly group: string | null;

  constructor(group: string | null) {
    super('slack_refused', `no channel to post in for ${group ?? 'the manager'}`);
    this.group = group;
  }
}

export type Card = PostedMessage & { readonly role: CardRole };
/** Where a card of the current stage belongs; `channel` null: there is nowhere to post it. */
export type Place = { readonly role: CardRole; readonly channel: string | null; readonly seat: SeatKey };

/**
 * Brings every card of a request to its present state, and posts those of the current stage that are not there yet. Level
 * triggered: the content comes from the state, so an old message can never overwrite a newer one.
 */
export async function deliverCard(ports: Ports, request: AccessRequest): Promise<Delivered> {
  const { id } = request;
  const cards = await cardsOf(ports, id);
  const current = audienceOf(request);
  const here = cards.filter((card) => card.stage === current?.index);
  const places = current === null ? [] : await placesOf(ports, request, current.stage, here);
  for (const card of cards) {
    // After its plan changed the stage may belong to another group, which reads another channel.
    const isBehind = here.includes(card) && !places.some((place) => isThere(card, place));
    await ports.conversation.updateCard(card, await viewCard(ports, request, isBehind ? NO_STAGE : card.stage));
  }
  const posted: PostedMessage[] = [];
  const stirs: SeatKey[] = [];
  try {
    for (const place of places) {
      const { channel, role, seat } = place;
      if (current === null || channel === null || here.some((card) => isThere(card, place))) continue;
      const message = await ports.conversation.postCard(channel, await viewCard(ports, request, current.index));
      posted.push({ ...message, requestId: id, role, stage: current.index, line: null });
      // From now on it is there to be decided.
      stirs.push(seat);
    }
  } catch (error) {
    // One channel took it and another one did not: only that one is tried again.
    if (posted.length > 0) await ports.store.commit({ posted, stirs, audit: [] });
    throw error;
  }
  const nowhere = places.some(({ channel }) => channel === null);
  return { posted, stirs, messages: nowhere ? [nowhereToEscalate(request, ports.clock.now())] : [] };
}

/**
 * Adds a line to the thread under each card. While the request waits, the newest line under each of its current cards has the buttons.
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
  const latest = (await ports.store.posted(id)).filter((message) => !isCard(message));
  const told = latest.filter((one) => isRepeated && JSON.stringify(one.line) === JSON.stringify(line));
  const before = latest.filter((one) => !told.includes(one));
  // What can be repeated comes first: the new line is posted once, also when Slack makes us try again.
  for (const old of before) if (old.line !== null) await ports.conversation.retireLine(old, old.line);
  const untold = cards.filter(
    (card) => !told.some((one) => one.stage === card.stage && one.role === lineRole(card.role)),
  );
  const posted: PostedMessage[] = [];
  try {
    for (const card of untold) {
      const isAsked = card.stage === current?.index && (card.role === 'card' || request.escalatedTo !== null);
      const view = isAsked ? await viewCard(ports, request, card.stage) : null;
      const message = await ports.conversation.postLine(card, line, view);
      posted.push({ ...message, requestId: id, role: lineRole(card.role), stage: card.stage, line });
    }
  } catch (error) {
    // One channel took it and another one did not: only that one is tried again.
    if (posted.length > 0) await ports.store.commit({ posted, audit: [] });
    throw error;
  }
  return { posted };
}

const isThere = (card: Card, { role, channel }: Place): boolean => card.role === role && card.channel === channel;

async function cardsOf(ports: Ports, id: RequestId): Promise<readonly Card[]> {
  return (await ports.store.posted(id)).filter(isCard);
}

/** Where cards of a current stage belong; while a group cannot be found its card stays where it is. */
export async function placesOf(
  ports: Ports,
  request: AccessRequest,
  stage: Stage,
  here: readonly Card[],
): Promise<readonly Place[]> {
  const known = here.find(({ role }) => role === 'card');
  const channel = await stageChannel(ports, stage, identityNeed(request.risk), known);
  if (channel === null) throw new NoChannel(groupPathOf(stage));
  const own: Place = { role: 'card', channel, seat: seatKey(stage) };
  const { escalatedTo } = request;
  if (escalatedTo === null) return [own];
  const wider = here.find(({ role }) => role === 'escalation_card');
  const there = await groupChannel(ports, escalatedTo, wider);
  return [own, { role: 'escalation_card', channel: there, seat: escalatedTo }];
}

/** The other group may decide, and cannot be told: the operators hear it, once. */
export function nowhereToEscalate({ id, correlationId }: AccessRequest, at: number): Message {
  const alarm = { alarm: 'request_undeliverable', requestId: id, because: { why: 'escalated_nowhere' } } as const;
  return messagesOf(`unescalated:${id}`, at, correlationId)({ to: 'operators', alarm });
}
