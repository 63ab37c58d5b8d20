import type { EpochMs } from '../domain/ids.ts';
import type { OwnReason, PolicyDecision, PolicyInput } from '../domain/policy.ts';

export type PolicyStatus = {
  /** What decides, for people: a file or an address. */
  readonly source: string;
  /** When what is in force was read, or OPA answered last; null: never. */
  readonly loadedAt: EpochMs | null;
  /** SHA-256 (hex) of the file in force; null for OPA. */
  readonly hash: string | null;
  /** What is wrong now: with a file in one sentence or several lines; null when nothing is. */
  readonly problem: string | OwnReason | null;
};

/** A resource that may give administration of Keycloak, by UUID, and why somebody wanted that. */
export type AdminResource = { readonly id: string; readonly because: string };

/** The one decision function of every door. */
export interface Policy {
  /** Never throws: what cannot be decided is denied, with the reason. */
  decide(input: PolicyInput): Promise<PolicyDecision>;
  /** The only resources that may give administration of Keycloak; the quorum of at least two is the caller's to keep. */
  adminResources(): readonly AdminResource[];
  status(): PolicyStatus;
  close(): Promise<void>;
}
