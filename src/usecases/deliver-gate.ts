import { isWaiting, withCard, withoutBearer } from '../domain/gate.ts';
import type { Gate, GatePerson } from '../domain/gate.ts';
import type { GateId } from '../domain/ids.ts';
import type { Posted } from '../domain/message.ts';
import type { SlackUser } from '../domain/people.ts';
import { hasCode } from '../lib/errors.ts';
import { stageChannel } from './card-channel.ts';
import type { Delivered } from './deliver-card.ts';
import { closeAsUnreachable } from './expire-gates.ts';
import type { Ports } from './ports.ts';
import { answerNoSoon } from './refuse-backchannel.ts';
import { certainAccount } from './seats.ts';
import type { GateView } from './views.ts';

/**
 * Brings the card of a gate to its present state, and posts it where it is not there and somebody still waits. Level
 * triggered as every card. Somebody looks at a page meanwhile: with nowhere to post the gate is closed at once.
 */
export async function deliverGate(ports: Ports, id: GateId): Promise<Delivered> {
  const gate = await ports.store.gate(id);
  if (gate === null) return {};
  if (gate.card !== null) await ports.conversation.updateGate(gate.card, await viewGate(ports, gate));
  else if (isWaiting(gate, ports.clock.now())) await postCard(ports, gate);
  return {};
}

async function postCard(ports: Ports, gate: Gate): Promise<void> {
  const [channel, view] = await Promise.all([channelFor(ports, gate), viewGate(ports, gate)]);
  const card = channel === null ? null : await postedOrRefused(ports, channel, view);
  if (card === null) return nobodyAsked(ports, gate);
  const shown = await recordCard(ports, gate, card);
  if (shown.state !== gate.state) await ports.conversation.updateGate(card, { ...view, gate: withoutBearer(shown) });
}

async function nobodyAsked(ports: Ports, { id, backchannel }: Gate): Promise<void> {
  await closeAsUnreachable(ports, id);
  const bearer = backchannel?.bearer ?? null;
  if (bearer !== null) void answerNoSoon(ports.backchannel, ports.log, bearer);
}

/** Where those who decide read it; null: nowhere. */
const channelFor = (ports: Ports, { stage, person }: Gate): Promise<string | null> =>
  nullIfRefused(stage === null ? directChannel(ports, person) : stageChannel(ports, stage, 'email', undefined));

async function directChannel(ports: Ports, { userId }: GatePerson): Promise<string | null> {
  const account = await certainAccount(ports, userId, 'email');
  return account === null ? null : ports.conversation.directChannel(account);
}

/** null: Slack refuses the channel, and nothing was said. */
const postedOrRefused = (ports: Ports, channel: string, view: GateView): Promise<Posted | null> =>
  nullIfRefused(ports.conversation.postGate(channel, view));

async function nullIfRefused<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (hasCode(error, 'slack_refused')) return null;
    throw error;
  }
}

/** Whatever became of the gate while the card was posted stays so; the card is the one that was posted. */
async function recordCard({ store }: Ports, drawn: Gate, card: Posted): Promise<Gate> {
  for (let gate: Gate | null = drawn; gate !== null; gate = await store.gate(drawn.id)) {
    const recorded = withCard(gate, card);
    if ((await store.commit({ gates: [recorded], audit: [] })) === 'committed') return recorded;
  }
  throw new Error(`gate ${drawn.id} is gone`);
}

async function viewGate(ports: Ports, gate: Gate): Promise<GateView> {
  const [slack, anchor] = await Promise.all([slackOf(ports, gate.person), ports.store.auditHead()]);
  return { gate: withoutBearer(gate), slack, anchor };
}

/** The Slack account of whoever signs in, for the eye alone: null where it cannot be told now. */
async function slackOf(ports: Ports, { userId }: GatePerson): Promise<SlackUser | null> {
  try {
    return await certainAccount(ports, userId, 'email');
  } catch (error) {
    ports.log.debug('gate drawn without a Slack account', { error });
    return null;
  }
}
