import type { EpochMs } from './ids.ts';
import type { LeaseDoor } from './policy.ts';
import { CHANGES } from './policy-replay.ts';
import type { Change, Course, Verdict } from './policy-replay.ts';

/** Where the facts come from: as policy saw them; put together from the audit; that with the person as he is in Keycloak today. */
export type FactsFrom = 'recorded' | 'rebuilt' | 'today';

/** One request that another policy would have decided differently. */
export type Difference = {
  readonly at: EpochMs;
  readonly door: LeaseDoor;
  /** null: it was refused, and so there is no row. */
  readonly requestId: string | null;
  readonly person: string;
  readonly requester: string;
  readonly path: string;
  readonly seconds: number;
  readonly factsFrom: FactsFrom;
  readonly before: Course;
  readonly now: Extract<Verdict, { readonly verdict: 'different' }>;
};

type ByRule = { readonly changed: number; readonly untold: number };
export type ReplaySummary = {
  readonly requests: number;
  readonly same: number;
  readonly different: number;
  readonly untold: number;
  /** One request may be changed in several ways. */
  readonly changes: Readonly<Record<Change, number>>;
  readonly factsFrom: Readonly<Record<FactsFrom, number>>;
  /** By rule of the new policy; null: Leasehold itself, or an old rule that is gone. */
  readonly byRule: ReadonlyMap<string | null, ByRule>;
  readonly examples: readonly Difference[];
};

const EXAMPLES = 5;
export const NOTHING_REPLAYED: ReplaySummary = {
  requests: 0,
  same: 0,
  different: 0,
  untold: 0,
  changes: { denied: 0, at_once: 0, by_approvers: 0, stages: 0, shorter: 0, ticket: 0 },
  factsFrom: { recorded: 0, rebuilt: 0, today: 0 },
  byRule: new Map(),
  examples: [],
};

/** The summary with one more request. `about` is what an example would show of it. */
export function counted(summary: ReplaySummary, verdict: Verdict, about: Omit<Difference, 'now'>): ReplaySummary {
  const { factsFrom } = about;
  const more: ReplaySummary = {
    ...summary,
    requests: summary.requests + 1,
    factsFrom: { ...summary.factsFrom, [factsFrom]: summary.factsFrom[factsFrom] + 1 },
  };
  if (verdict.verdict === 'same') return { ...more, same: more.same + 1 };
  if (verdict.verdict === 'untold')
    return { ...more, untold: more.untold + 1, byRule: credited(more.byRule, verdict.rules, 'untold') };
  return {
    ...more,
    different: more.different + 1,
    changes: changesWith(more.changes, verdict.changes),
    byRule: credited(more.byRule, verdict.rules, 'changed'),
    examples: more.examples.length < EXAMPLES ? [...more.examples, { ...about, now: verdict }] : more.examples,
  };
}

function changesWith(known: ReplaySummary['changes'], changes: readonly Change[]): ReplaySummary['changes'] {
  const counts = { ...known };
  for (const change of CHANGES) if (changes.includes(change)) counts[change] += 1;
  return counts;
}

function credited(
  known: ReplaySummary['byRule'],
  rules: readonly (string | null)[],
  what: keyof ByRule,
): ReplaySummary['byRule'] {
  const byRule = new Map(known);
  for (const rule of rules) {
    const counts = byRule.get(rule) ?? { changed: 0, untold: 0 };
    byRule.set(rule, { ...counts, [what]: counts[what] + 1 });
  }
  return byRule;
}
