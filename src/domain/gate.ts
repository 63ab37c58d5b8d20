import type { EpochMs, GateId, KeycloakUserId } from './ids.ts';
import type { Posted } from './message.ts';
import type { Person } from './people.ts';
import type { Stage } from './plan.ts';
import type { RuledBy } from './request.ts';

/**
 * Why a sign-in came to the gate: every one does that reaches it (`login`, `registration`), or its client, a scope it asks
 * for, a required action that it was sent for (`kc_action`), or a higher authentication context class.
 */
export const GATE_TRIGGERS = ['login', 'registration', 'client', 'scope', 'action', 'step-up'] as const;
export type GateTrigger = (typeof GATE_TRIGGERS)[number];

/** How long a sign-in may wait at most, ms, whatever Keycloak asks for: below the life of a Keycloak authentication session. */
export const LONGEST_WAIT_MS = 1_500_000;
/** After so many denials or time-outs within {@link FATIGUE_WITHIN_MS} nobody is asked for this person. */
export const FATIGUE = 3;
export const FATIGUE_WITHIN_MS = 900_000;
/** So many gates of one person within the same time, whatever became of them: each is a card in a channel. */
export const MOST_GATES = 10;

/** Who signs in, as Keycloak tells it: this person need have no Slack account. */
export type GatePerson = { readonly userId: KeycloakUserId; readonly username: string };

/** One of the browser's tabs. */
export type GateTab = { readonly tab: string; readonly spent: boolean };

export type GateApproval = { readonly by: Person; readonly at: EpochMs };

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
  readonly trigger: GateTrigger;
  /** SHA-256 (hex) of Keycloak's root authentication session: the browser. */
  readonly session: string;
  /** The tabs that wait, in the order in which they came; each goes on once. */
  readonly tabs: readonly GateTab[];
  /** Six digits, on the waiting page and on the card: whoever approves compares them. */
  readonly code: string;
  /** Who decides. */
  readonly stage: Stage;
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
   * client from another browser. `unreachable`: there was nowhere to ask.
   */
  readonly state: 'expired' | 'withdrawn' | 'superseded' | 'unreachable';
  readonly closedAt: EpochMs;
};

/** A sign-in to Keycloak that waits for an approver. `revision` is the row's compare-and-swap counter, from 1. */
export type Gate = WaitingGate | ApprovedGate | DeniedGate | ClosedGate;
