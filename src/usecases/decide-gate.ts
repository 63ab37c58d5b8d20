import { mayDecide } from '../domain/authority.ts';
import { gateEntry, personActor } from '../domain/audit-drafts.ts';
import { approveGate, denyGate, isWaiting } from '../domain/gate.ts';
import type { ApprovedGate, DeniedGate, Gate, WaitingGate } from '../domain/gate.ts';
import type { EpochMs } from '../domain/ids.ts';
import type { Person } from '../domain/people.ts';
import { groupPathOf } from '../domain/plan.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, toAsker } from './answer.ts';
import { CARD_MS, DECISION_MS } from './card-click.ts';
import { identify } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';
import { certainAccount, readSeat } from './seats.ts';

type GateIntent = Extract<Intent, { intent: 'gate_approve' | 'gate_deny' }>;

export const isGateClick = (intent: Intent): intent is GateIntent =>
  intent.intent === 'gate_approve' || intent.intent === 'gate_deny';

/** One approver's click on the card of a sign-in: from its recorded message, with authority read live, compared and swapped. */
export async function decideGate(ports: Ports, item: InboxItem, intent: GateIntent): Promise<CarriedOut> {
  const no = (refusal: Refusal) => answerNo(ports, item, refusal, { kind: 'decision.refused' });
  const isLate = (): boolean => ports.clock.now() - item.receivedAt > DECISION_MS;
  const drop = () => answerNo(ports, item, { refusal: 'too_late_to_check' }, { kind: 'decision.dropped' });

  const gate = await ports.store.gate(intent.gateId);
  if (gate?.card === null && ports.clock.now() - item.receivedAt < CARD_MS) return 'later';
  const { channel, ts } = intent.message;
  if (gate?.card?.channel !== channel || gate.card.ts !== ts) return no({ refusal: 'old_message', link: null });
  if (!isWaiting(gate, ports.clock.now())) return no(settledGate(gate));
  if (isLate()) return drop();

  const who = await identify(ports, item.slack, 'email');
  if (!who.ok) return no(who.refusal);
  const refusal = await whyNot(ports, gate, who.person);
  if (isLate()) return drop();
  if (refusal !== null) return no(refusal);

  const at = ports.clock.now();
  if (!isWaiting(gate, at)) return no(settledGate(gate));
  const decided =
    intent.intent === 'gate_deny'
      ? ({ ok: true, gate: denyGate(gate, who.person, at) } as const)
      : approveGate(gate, who.person, at);
  return decided.ok
    ? commitDecision(ports, item, { gate: decided.gate, by: who.person, at })
    : no({ refusal: decided.refusal });
}

/** Why this person may not decide, read live; null: he may. */
async function whyNot(ports: Ports, { stage, person }: WaitingGate, by: Person): Promise<Refusal | null> {
  const isOwn = by.userId === person.userId;
  if (stage === null) return isOwn ? null : { refusal: 'not_in_whose_name', username: person.username };
  if (isOwn) return { refusal: 'own_gate' };
  const seat = await readSeat(ports, { beneficiary: person, escalatedTo: null }, stage);
  if (mayDecide(seat, by, false)) return null;
  return { refusal: 'not_asked_at_gate', groupPath: groupPathOf(stage), username: person.username };
}

async function commitDecision(
  ports: Ports,
  item: InboxItem,
  {
    gate,
    by,
    at,
  }: { readonly gate: WaitingGate | ApprovedGate | DeniedGate; readonly by: Person; readonly at: EpochMs },
): Promise<CarriedOut> {
  const { id: gateId, state } = gate;
  const message = messagesOf(item.key, at, item.correlationId);
  const kind = state === 'denied' ? 'deny' : 'approve';
  const step = { waiting: 'gate.approval', approved: 'gate.approved', denied: 'gate.denied' } as const;
  const committed = await ports.store.commit({
    gates: [gate],
    inboxDone: item.key,
    messages: [
      message({ to: 'gate', gateId }),
      ...(gate.backchannel !== undefined && state !== 'waiting' ? [message({ to: 'keycloak', gateId })] : []),
      message(toAsker(item, { notice: 'your_gate_decision', gateId, kind })),
    ],
    audit: [gateEntry(step[state], gate, personActor(by), at)],
  });
  if (committed === 'committed' && state !== 'waiting') ports.metrics.gateClosed(state, (at - gate.openedAt) / 1000);
  if (committed === 'committed' && state === 'denied' && gate.stage !== null) await tellDenied(ports, gate, at);
  return committed;
}

/** Whoever signs in hears of it in Slack, too, where an account is his for certain. The denial stands before that is looked for. */
async function tellDenied(ports: Ports, { id: gateId, person, correlationId }: DeniedGate, at: EpochMs): Promise<void> {
  try {
    const slack = await certainAccount(ports, person.userId, 'email');
    if (slack === null) return;
    const message = messagesOf(`gate-denied:${gateId}`, at, correlationId);
    const body = {
      to: 'person',
      reply: { slack, responseUrl: null },
      notice: { notice: 'gate_denied', gateId },
    } as const;
    await ports.store.commit({ messages: [message(body)], audit: [] });
  } catch (error) {
    ports.log.warn('somebody was not told of a denied sign-in', { gateId, correlationId, error });
  }
}

/** Tells somebody who came too late what happened instead. */
function settledGate(gate: Gate): Refusal {
  switch (gate.state) {
    case 'denied':
      return { refusal: 'gate_settled', state: 'denied', by: gate.denial.by, at: gate.denial.at };
    case 'approved':
      return { refusal: 'gate_settled', state: 'approved', by: gate.approvals.at(-1)?.by ?? null, at: gate.decidedAt };
    case 'waiting':
      return { refusal: 'gate_settled', state: 'expired', by: null, at: gate.waitsUntil };
    case 'expired':
    case 'withdrawn':
    case 'superseded':
    case 'unreachable':
    case 'changed':
    case 'untaken':
      return { refusal: 'gate_settled', state: gate.state, by: null, at: gate.closedAt };
  }
}
