import type { Gate, WaitingGate } from '../domain/gate.ts';
import type { EpochMs, GateId, KeycloakUserId } from '../domain/ids.ts';

/** The part of the record about sign-ins that wait. Errors as those of the whole. */
export interface GateStore {
  gate(id: GateId): Promise<Gate | null>;
  /** The one that waits for this person at this client. */
  waitingGate(userId: KeycloakUserId, client: string): Promise<WaitingGate | null>;
  /** Gates of this person that were opened at or after `since`, the newest first; at most `limit`. */
  gatesOf(userId: KeycloakUserId, since: EpochMs, limit: number): Promise<readonly Gate[]>;
  /** Those that wait and whose waiting ended at or before `now`. */
  gatesPastWaiting(now: EpochMs, limit: number): Promise<readonly WaitingGate[]>;
  countWaitingGates(): Promise<number>;
  /** Deletes those that are closed and whose waiting would have been over before `before`. */
  forgetGates(before: EpochMs): Promise<void>;
}

export type GateWrites = {
  /**
   * Compared and swapped by `revision`, in this order. Of one person at one client one gate waits at most, and a nonce
   * opens one gate: else `conflict`.
   */
  readonly gates?: readonly Gate[];
};
