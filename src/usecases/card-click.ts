import { mayDecide } from '../domain/authority.ts';
import type { Person } from '../domain/people.ts';
import type { Refusal } from '../domain/refusal.ts';
import { progress } from '../domain/request.ts';
import type { PendingRequest, Progress } from '../domain/request.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo } from './answer.ts';
import { identify, identityNeed } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';
import { notAsked, readSeat } from './seats.ts';
import { settledOrOver, shownBy } from './shown.ts';
import { toldStuck } from './stuck.ts';

/** A click that could not be checked against Keycloak by then is dropped: what was seen may no longer be so. */
export const DECISION_MS = 60_000;

/** How long a click waits for the record of the card it came from. */
export const CARD_MS = 10_000;

/** What an approver sends from a card or from the dialog that one of its buttons opened. */
export type CardIntent = Extract<Intent, { intent: 'approve' | 'deny' | 'question' }>;

export const isFromCard = (intent: Intent): intent is CardIntent =>
  intent.intent === 'approve' || intent.intent === 'deny' || intent.intent === 'question';

/** A click on the recorded message of a pending request's current stage, by somebody who is known to Keycloak. */
export type CardClick = {
  readonly request: PendingRequest;
  readonly current: Progress;
  readonly person: Person;
  readonly no: (refusal: Refusal) => Promise<CarriedOut>;
  /** The same where it is so for everybody: whoever asked and the thread are told, too, once. */
  readonly stuck: (refusal: Refusal) => Promise<CarriedOut>;
  /** Too much time has passed since the click for what was read after it. */
  readonly isLate: () => boolean;
  readonly drop: () => Promise<CarriedOut>;
};

/** Reads what an approver's click is about; where it can count for nothing that is answered, and how is returned. */
export async function readCardClick(
  ports: Ports,
  item: InboxItem,
  intent: CardIntent,
): Promise<CardClick | CarriedOut> {
  const request = await ports.store.request(intent.requestId);
  const no = (refusal: Refusal): Promise<CarriedOut> =>
    answerNo(ports, item, refusal, { kind: 'decision.refused', request });
  if (request === null) return no({ refusal: 'old_message', link: null });
  const shown = await shownBy(ports, request, intent.message);
  if (shown === 'later' && ports.clock.now() - item.receivedAt < CARD_MS) return 'later';
  if (shown === 'later' || shown === null) return no({ refusal: 'old_message', link: request.id });
  if (request.state !== 'pending' || ports.clock.now() >= request.waitsUntil) return no(settledOrOver(request));
  const current = progress(request);
  if (
    current === null ||
    intent.version !== request.version ||
    intent.stage !== current.index ||
    shown.stage !== current.index
  ) {
    return no({ refusal: 'changed_meanwhile' });
  }
  const isLate = (): boolean => ports.clock.now() - item.receivedAt > DECISION_MS;
  const drop = (): Promise<CarriedOut> =>
    answerNo(ports, item, { refusal: 'too_late_to_check' }, { kind: 'decision.dropped', request });
  if (isLate()) return drop();

  const who = await identify(ports, item.slack, identityNeed(request.risk));
  if (!who.ok) return no(who.refusal);
  const stuck = (refusal: Refusal): Promise<CarriedOut> => {
    const also = toldStuck(request, refusal, ports.clock.now());
    return answerNo(ports, item, refusal, { kind: 'decision.refused', request, also });
  };
  return { request, current, person: who.person, no, stuck, isLate, drop };
}

/**
 * Whether the person is one of those who were asked, by the plan on the card and read live: enough for what gives nothing.
 * @returns how it was answered, or null when he is
 */
export async function answerUnasked(
  ports: Ports,
  { request, current, person, no, isLate, drop }: CardClick,
): Promise<CarriedOut | null> {
  const seat = await readSeat(ports, request, current.stage);
  if (isLate()) return drop();
  return mayDecide(seat, person, request.escalatedTo !== null) ? null : no(notAsked(request, current.stage));
}
