import type { Person } from './people.ts';
import type { PolicyReason } from './policy.ts';
import type { Refusal } from './refusal.ts';

/** A stage that a request would have, and how many of those who may decide it now could approve this one. */
export type ExplainedStage = {
  /** A group by path, or the manager by username. */
  readonly by: { readonly group: string } | { readonly manager: string };
  readonly required: number;
  readonly able: number;
};

/** What would become of a request, and why. */
export type Explained = {
  readonly person: Person;
  readonly path: string;
  readonly askedSeconds: number;
  /** The longest lease that entitlement and policy allow. */
  readonly maxSeconds: number;
  /** Patterns that the justification would have to contain, all of them. */
  /** Authentication context classes that each approver signs in with; absent: nobody has to. */
  readonly stepUp?: readonly string[];
  readonly tickets: readonly string[];
  /** Every rule that matched, those that deny first; `none`: there is no policy. `not_asked`: refused before it was. */
  readonly policy: { readonly id: string; readonly reasons: readonly PolicyReason[] } | 'none' | 'not_asked';
  /** In order; none where nobody has to approve, or where it cannot be told who would. */
  readonly stages: readonly ExplainedStage[];
} & (
  | { readonly verdict: 'at_once' | 'approval' }
  /** Each of them would be enough; a request is told the first. */
  | { readonly verdict: 'refused'; readonly refusals: readonly Refusal[] }
);
