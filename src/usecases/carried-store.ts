import type { EpochMs, GateId, GrantId, KeycloakUserId } from '../domain/ids.ts';

/**
 * A user session of Keycloak whose tokens were told of something that tokens alone carry: a lease, or what was approved
 * without a browser.
 */
export type CarriedSession = {
  /** Keycloak's id of the user session. */
  readonly session: string;
  readonly carries: GrantId | GateId;
  readonly userId: KeycloakUserId;
  /** When it was told first. */
  readonly toldAt: EpochMs;
  /** When it is to be ended next; null: only with its lease, if that ends early. */
  readonly dueAt: EpochMs | null;
  /** When it was ended; null: not yet. It is looked at once more after that. */
  readonly endedAt: EpochMs | null;
};

/** The part of the record about sessions that carry what is nowhere else. Errors as those of the whole. */
export interface CarriedStore {
  /** What one session is on record for. */
  carriedBy(session: string): Promise<readonly CarriedSession[]>;
  /** Puts sessions on record, without `dueAt` only for a lease that is live at that moment. What is known stays as it is. */
  carry(sessions: readonly CarriedSession[]): Promise<void>;
  /** Those due at `now`, the first one first, for this caller alone until `until` (epoch ms), when they are due again. */
  claimCarried(claim: {
    readonly now: EpochMs;
    readonly until: EpochMs;
    readonly limit: number;
  }): Promise<readonly CarriedSession[]>;
}

export type CarriedWrites = {
  /** Leases in tokens alone that have ended: their sessions are to be ended at `dueAt` (epoch ms); null: they are forgotten. */
  readonly carriedOver?: readonly { readonly lease: GrantId; readonly dueAt: EpochMs | null }[];
  /** What becomes of claimed sessions; null: they are forgotten. If one is not as it was claimed: `conflict`. */
  readonly carriedEnded?: readonly {
    readonly claimed: CarriedSession;
    readonly next: { readonly dueAt: EpochMs; readonly endedAt: EpochMs } | null;
  }[];
};
