import type { EpochMs, GateId, KeycloakUserId } from './ids.ts';
import type { Posted } from './message.ts';
import type { Person } from './people.ts';
import { seatKey } from './plan.ts';
import type { Stage } from './plan.ts';
import type { GateTrigger, Limits } from './policy.ts';
import type { RuledBy } from './request.ts';

/** How long a sign-in may wait at most, ms, whatever Keycloak asks for: below the life of a Keycloak authentication session. */
export const LONGEST_WAIT_MS = 1_500_000;
/** After so many denials or time-outs within {@link FATIGUE_WITHIN_MS} nobody is asked for this person. */
export const FATIGUE = 3;
export const FATIGUE_WITHIN_MS = 900_000;
/** So many gates of one person within the same time, whatever became of them: each is a card in a channel. Nor do more wait at once. */
export const MOST_GATES = 10;
/** So many of both kinds are looked at. */
export const RECENT_GATES = 10 * MOST_GATES;
/** So many tabs wait at one gate. */
export const MOST_TABS = 20;

/** Who signs in, as Keycloak tells it: this person need have no Slack account. */
export type GatePerson = { readonly userId: KeycloakUserId; readonly username: string };

/** One of the browser's tabs. */
export type GateTab = { readonly tab: string; readonly spent: boolean };

export type GateApproval = { readonly by: Person; readonly at: EpochMs };

/** What only a token that a client asks for without a browser has (CIBA). */
export type Backchannel = {
  /** What the client shows where it waits (`binding_message`): whoever approves compares it. */
  readonly message: string;
  readonly justification: string | null;
  /** For how long from the approval on tokens may be used, seconds. */
  readonly seconds: number;
  /** The roles that the token will carry, as `roleName` writes them. */
  readonly roles: readonly string[];
  readonly limits: Limits;
  /** What Keycloak takes the answer with, for this one request; null once nothing is to be answered any more. Only for the database. */
  readonly bearer: string | null;
};

type Facts = {
  readonly id: GateId;
  readonly realm: string;
  readonly person: GatePerson;
  /** `client_id` of the application, and its name where it has one. */
  readonly client: string;
  readonly clientName: string | null;
  /** Scopes asked for. */
  readonly scopes: readonly string[];
  readonly ip: string | null;
  /** Such as `Firefox on Linux`. */
  readonly device: string | null;
  /** The required action that it was sent for (`kc_action`). */
  readonly action: string | null;
  readonly trigger: GateTrigger | 'backchannel';
  /** Set where, and only where, `trigger` is `backchannel`. */
  readonly backchannel?: Backchannel;
  /** SHA-256 (hex) of Keycloak's root authentication session: the browser. */
  readonly session: string;
  /** The tabs that wait, in the order in which they came; each goes on once. */
  readonly tabs: readonly GateTab[];
  /** Six digits, on the waiting page and on the card: whoever approves compares them. */
  readonly code: string;
  /** Who decides; null: the person himself, in whose name a client asks without a browser. */
  readonly stage: Stage | null;
  readonly approvals: readonly GateApproval[];
  readonly ruledBy: RuledBy;
  /** The message that shows it; a click on any other counts for nothing. null: not posted yet. */
  readonly card: Posted | null;
  /** The nonce of the signed call that opened it: the same call opens nothing twice, on any replica. */
  readonly nonce: string;
  readonly openedAt: EpochMs;
  /** Nothing counts from then on: no decision, and no approval that was not spent. */
  readonly waitsUntil: EpochMs;
  readonly correlationId: string;
  readonly revision: number;
};

export type WaitingGate = Facts & { readonly state: 'waiting' };
/** Each tab spends it once, until `waitsUntil`. */
export type ApprovedGate = Facts & { readonly state: 'approved'; readonly decidedAt: EpochMs };
export type DeniedGate = Facts & { readonly state: 'denied'; readonly denial: GateApproval };
export type ClosedGate = Facts & {
  /**
   * `expired`: nobody decided in time. `withdrawn`: the person turned back. `superseded`: the same person came to the same
   * client from another browser. `unreachable`: there was nowhere to ask. Of a backchannel request after its approval: what the
   * token would carry had `changed`, or it was `untaken` by Keycloak.
   */
  readonly state: 'expired' | 'withdrawn' | 'superseded' | 'unreachable' | 'changed' | 'untaken';
  readonly closedAt: EpochMs;
};

/** A sign-in to Keycloak that waits for an approver. `revision` is the row's compare-and-swap counter, from 1. */
export type Gate = WaitingGate | ApprovedGate | DeniedGate | ClosedGate;

/** Drops what the former state alone had. */
const facts = (gate: Gate): Facts => ({
  ...{ id: gate.id, realm: gate.realm, person: gate.person, client: gate.client, clientName: gate.clientName },
  ...{ scopes: gate.scopes, ip: gate.ip, device: gate.device, action: gate.action, trigger: gate.trigger },
  ...{ session: gate.session, tabs: gate.tabs, code: gate.code, stage: gate.stage, approvals: gate.approvals },
  ...{ ruledBy: gate.ruledBy, card: gate.card, nonce: gate.nonce, openedAt: gate.openedAt },
  ...{ waitsUntil: gate.waitsUntil, correlationId: gate.correlationId },
  ...(gate.backchannel === undefined ? {} : { backchannel: gate.backchannel }),
  revision: gate.revision + 1,
});

/** The one tab of a backchannel request: Keycloak, which is told once. */
export const BACKCHANNEL_TAB = 'backchannel';
/** For how long tokens may be used when the client does not say, and at most, seconds. */
export const BACKCHANNEL_SECONDS = 900;
export const BACKCHANNEL_SECONDS_MAX = 86_400;

/** Nothing is to be answered any more, so what it is answered with is forgotten. */
export const withoutBearer = <State extends Gate>(gate: State): State =>
  gate.backchannel === undefined ? gate : { ...gate, backchannel: { ...gate.backchannel, bearer: null } };

/** The same row once more, without what it is answered with. */
export const answered = (gate: Gate): Gate => ({ ...withoutBearer(gate), revision: gate.revision + 1 });

/** Keycloak did not take the approval that was spent on it: nothing was issued. */
export const closeUntaken = (gate: ApprovedGate, at: EpochMs): ClosedGate => ({
  ...facts(withoutBearer(gate)),
  tabs: gate.tabs.map(({ tab }) => ({ tab, spent: false })),
  state: 'untaken',
  closedAt: at,
});

/** Whether it can still be decided. */
export const isWaiting = (gate: Gate, now: EpochMs): gate is WaitingGate =>
  gate.state === 'waiting' && now < gate.waitsUntil;

/** Whether an approver would see the same on its card as of a sign-in that comes now; else that one needs a card of its own. */
export const isSameAsk = (
  gate: WaitingGate,
  ask: Pick<Facts, 'session' | 'trigger' | 'action' | 'scopes' | 'stage'>,
): boolean =>
  gate.session === ask.session &&
  gate.trigger === ask.trigger &&
  gate.action === ask.action &&
  gate.stage !== null &&
  ask.stage !== null &&
  seatKey(gate.stage) === seatKey(ask.stage) &&
  gate.stage.required === ask.stage.required &&
  [...gate.scopes].sort().join(' ') === [...ask.scopes].sort().join(' ');

/**
 * Another tab of the same browser waits for the same decision; one that is there already changes nothing. Of too many the
 * first one is forgotten.
 */
export const joinGate = (gate: WaitingGate, tab: string): WaitingGate =>
  gate.tabs.some((one) => one.tab === tab)
    ? gate
    : { ...gate, revision: gate.revision + 1, tabs: [...gate.tabs, { tab, spent: false }].slice(-MOST_TABS) };

export const withCard = <State extends Gate>(gate: State, card: Posted): State => ({
  ...gate,
  revision: gate.revision + 1,
  card,
});

/** Why an approval counts for nothing. */
export type GateApprovalRefusal = 'own_gate' | 'gate_counted';

/**
 * One more approver; with the last one that its stage requires it is approved. A person counts once, and never for himself,
 * but where nobody else is asked than he.
 */
export function approveGate(
  gate: WaitingGate,
  by: Person,
  at: EpochMs,
):
  | { readonly ok: true; readonly gate: WaitingGate | ApprovedGate }
  | { readonly ok: false; readonly refusal: GateApprovalRefusal } {
  if (gate.stage !== null && by.userId === gate.person.userId) return { ok: false, refusal: 'own_gate' };
  if (gate.approvals.some((one) => one.by.userId === by.userId)) return { ok: false, refusal: 'gate_counted' };
  const approvals = [...gate.approvals, { by, at }];
  const next = { ...facts(gate), approvals };
  return approvals.length < (gate.stage?.required ?? 1)
    ? { ok: true, gate: { ...next, state: 'waiting' } }
    : { ok: true, gate: { ...next, state: 'approved', decidedAt: at } };
}

/** One denial closes it. */
export const denyGate = (gate: WaitingGate, by: Person, at: EpochMs): DeniedGate => ({
  ...facts(gate),
  state: 'denied',
  denial: { by, at },
});

export const closeGate = (gate: WaitingGate | ApprovedGate, state: ClosedGate['state'], at: EpochMs): ClosedGate => ({
  ...facts(withoutBearer(gate)),
  state,
  closedAt: at,
});

/** Uses the approval up for one tab; null: that tab does not wait here, or went on already, or it is too late. */
export function spendGate(gate: Gate, tab: string, now: EpochMs): ApprovedGate | null {
  if (gate.state !== 'approved' || now >= gate.waitsUntil) return null;
  if (!gate.tabs.some((one) => one.tab === tab && !one.spent)) return null;
  const tabs = gate.tabs.map((one) => (one.tab === tab ? { tab, spent: true } : one));
  return { ...withoutBearer(gate), revision: gate.revision + 1, tabs };
}

/**
 * Until when tokens of an approved backchannel request may be used; null for everything that was not approved, or of which
 * Keycloak was not told.
 */
export const usableUntil = (gate: Gate): EpochMs | null =>
  gate.state === 'approved' && gate.backchannel !== undefined && gate.tabs.some(({ spent }) => spent)
    ? gate.decidedAt + gate.backchannel.seconds * 1000
    : null;

/** What it is to whoever looks now: what waited too long is over, also before that was written. */
export const stateNow = (gate: Gate, now: EpochMs): Gate['state'] =>
  (gate.state === 'waiting' || gate.state === 'approved') && now >= gate.waitsUntil ? 'expired' : gate.state;

/** Whether nothing more may wait in this person's name: a backchannel request may wait for much longer than a sign-in. */
export const tooManyWait = (gates: readonly Gate[], now: EpochMs): boolean =>
  gates.filter((gate) => gate.trigger === 'backchannel' && isWaiting(gate, now)).length >= MOST_GATES;

/**
 * Since when somebody may be asked again for this person; null: now. Denials and time-outs count, and so does every card
 * that was posted at all. A pipeline that asks in his name does not keep him from signing in, nor the other way round.
 * @param recent gates of this person within {@link FATIGUE_WITHIN_MS}
 */
export function tiredUntil(
  recent: readonly Gate[],
  now: EpochMs,
  of: 'sign-ins' | 'backchannel' = 'sign-ins',
): EpochMs | null {
  const within = recent.filter(
    ({ openedAt, trigger }) =>
      openedAt > now - FATIGUE_WITHIN_MS && (trigger === 'backchannel') === (of === 'backchannel'),
  );
  const vain = within.filter(
    (gate) => gate.state !== 'approved' && ['denied', 'expired'].includes(stateNow(gate, now)),
  );
  const until = (gates: readonly Gate[], most: number): EpochMs | null => {
    const oldest = gates.map(({ openedAt }) => openedAt).sort((a, b) => b - a)[most - 1];
    return oldest === undefined ? null : oldest + FATIGUE_WITHIN_MS;
  };
  const ends = [until(vain, FATIGUE), until(within, MOST_GATES)].filter((end) => end !== null);
  return ends.length === 0 ? null : Math.max(...ends);
}
