import type { StageRule } from './entitlement.ts';
import { whyOf } from './policy.ts';
import type { LeaseDoor, PastQuestion, PolicyBecause, PolicyAnswer, PolicyEffect, PolicyReason } from './policy.ts';

/** What came of a request. `stages` empty: given at once. `maxSeconds` null: no bound is known. */
export type Course = {
  readonly verdict: 'deny' | 'approval' | 'allow';
  readonly stages: readonly StageRule[];
  readonly maxSeconds: number | null;
  readonly tickets: readonly string[];
};

/**
 * What would be different: refused; given at once, or by approvers, where it was not; by other approvers; for less time than
 * was asked; only with a ticket that its justification lacks.
 */
export const CHANGES = ['denied', 'at_once', 'by_approvers', 'stages', 'shorter', 'ticket'] as const;
export type Change = (typeof CHANGES)[number];

/** `rules`: those of the new policy that make the difference; null stands for Leasehold itself or an old rule that is gone. */
export type Verdict =
  | { readonly verdict: 'same' }
  | {
      readonly verdict: 'different';
      readonly after: Course;
      readonly changes: readonly Change[];
      readonly rules: readonly (string | null)[];
      readonly because: readonly PolicyBecause[];
    }
  | { readonly verdict: 'untold'; readonly rules: readonly (string | null)[] };

/** An answer with what the use case adds: why it comes to a denial, and which tickets the justification lacks; null: it is not known. */
export type Answered = {
  readonly answer: PolicyAnswer;
  readonly denied: readonly PolicyReason[] | null;
  readonly lacking: readonly string[] | null;
};

/**
 * In place of facts that are missing: such as break no rule that reads them. Attributes stay as they are, for no set of them
 * would be as harmless.
 */
export const filledIn = (
  { subject, resource, request, ...rest }: PastQuestion,
  { knowsPerson }: { readonly knowsPerson: boolean },
): PastQuestion => ({
  ...rest,
  subject: knowsPerson ? subject : { ...subject, groups: subject.groups ?? [], manager: subject.manager ?? '' },
  resource: { ...resource, risk: resource.risk ?? 'medium', roles: resource.roles ?? [] },
  request: { ...request, justification: request.justification ?? '' },
});

/**
 * Compares what came of a request with what another policy makes of it.
 * @param own what the entitlement says by itself
 * @param answers by all that is known, and where something is not, by facts that are {@link filledIn}: what hangs on them cannot be told
 */
export function compare(
  past: {
    readonly door: LeaseDoor;
    readonly seconds: number;
    readonly before: Course;
    readonly own: Pick<Course, 'stages' | 'maxSeconds'>;
    readonly knows: Knows;
  },
  [known, filled]: readonly [Answered, Answered?],
): Verdict {
  const { door, before, own, seconds } = past;
  const answered = filled === undefined ? known : settled(known, filled, past.knows);
  if ('untold' in answered) return { verdict: 'untold', rules: answered.untold };
  const { answer, denied, lacking } = answered;
  const fresh = (lacking ?? answer.tickets).filter((ticket) => !before.tickets.includes(ticket));
  if (denied === null && lacking === null && fresh.length > 0)
    return { verdict: 'untold', rules: rulesWith(answer, 'ticket') };
  if (denied === null && answer.verdict === 'allow' && door === 'request' && !past.knows.risk)
    return { verdict: 'untold', rules: rulesWith(answer, 'allow') };
  const verdict = denied !== null ? 'deny' : answer.verdict === 'allow' && door === 'request' ? 'allow' : 'approval';
  const after: Course = {
    verdict,
    stages: verdict === 'allow' ? [] : (answer.stages ?? own.stages),
    maxSeconds: shortest(own.maxSeconds, answer.maxSeconds),
    tickets: answer.tickets,
  };
  const changes = changesOf(before, after, seconds);
  if (verdict !== 'deny' && fresh.length > 0) changes.push('ticket');
  if (changes.length === 0) return { verdict: 'same' };
  const reasons = denied ?? answer.reasons.filter(({ effect }) => changes.some((change) => EFFECT[change] === effect));
  const named = reasons.map(({ rule }) => rule);
  const rules = verdict === 'deny' ? [...named, ...leaseRules(answer, named)] : named;
  return {
    verdict: 'different',
    after,
    changes,
    rules: rules.length === 0 ? [null] : [...new Set(rules)],
    because: whyOf(reasons),
  };
}

/** The effect that brings a change about; a denial has reasons of its own. */
const EFFECT: Readonly<Record<Change, PolicyEffect | null>> = {
  denied: null,
  at_once: 'allow',
  by_approvers: 'stages',
  stages: 'stages',
  shorter: 'max-duration',
  ticket: 'ticket',
};

function changesOf(before: Course, after: Course, seconds: number): Change[] {
  if (after.verdict === 'deny') return before.verdict === 'deny' ? [] : ['denied'];
  const changes: Change[] = [];
  if (after.verdict === 'allow' && before.verdict !== 'allow') changes.push('at_once');
  if (after.verdict === 'approval' && before.verdict !== 'approval') changes.push('by_approvers');
  if (after.verdict === 'approval' && before.verdict === 'approval' && !sameStages(before.stages, after.stages))
    changes.push('stages');
  const most = after.maxSeconds ?? Infinity;
  if (most < seconds && most < (before.maxSeconds ?? Infinity)) changes.push('shorter');
  return changes;
}

/** A rule may give a unique bare name where the plan has a path. */
const sameStages = (one: readonly StageRule[], other: readonly StageRule[]): boolean =>
  one.length === other.length &&
  one.every(({ approverGroup, required }, index) => {
    const stage = other[index];
    return stage?.required === required && sameGroup(approverGroup, stage.approverGroup);
  });
const sameGroup = (one: string, other: string): boolean =>
  one === other || (one.startsWith('/') !== other.startsWith('/') && bare(one) === bare(other));
const bare = (group: string): string => group.slice(group.lastIndexOf('/') + 1);

const shortest = (one: number | null, other: number | null): number | null =>
  one === null ? other : Math.min(one, other ?? Infinity);

/** Leasehold counts the leases, but a rule says how many there may be. */
const leaseRules = (answer: PolicyAnswer, denying: readonly (string | null)[]): readonly (string | null)[] =>
  denying.includes(null) ? rulesWith(answer, 'max-leases') : [];

const rulesWith = ({ reasons }: PolicyAnswer, wanted: PolicyEffect): readonly (string | null)[] => [
  ...new Set(reasons.flatMap(({ rule, effect }) => (effect === wanted ? [rule] : []))),
];

/** Whether it is on record which attributes the person had, and what risk the resource. */
type Knows = { readonly attributes: boolean; readonly risk: boolean };
type Untold = { readonly untold: readonly (string | null)[] };

/** Where both answers say the same for the same reasons it can be told, whatever is not known. */
function settled(known: Answered, filled: Answered, knows: Knows): Answered | Untold {
  const sure = (known.denied ?? []).filter(
    (one) => (one.effect !== 'broken' || knows.attributes) && (filled.denied ?? []).some((also) => isSame(one, also)),
  );
  if (sure.length > 0) return { ...known, denied: sure };
  const broken = known.answer.reasons.filter(({ effect }) => effect === 'broken');
  const doubtful = [...broken, ...unshared(known, filled), ...unshared(filled, known)].map(({ rule }) => rule);
  return doubtful.length > 0 ? { untold: [...new Set(doubtful)] } : known;
}

const isSame = (one: PolicyReason, other: PolicyReason): boolean =>
  one.rule === other.rule && one.effect === other.effect;
const unshared = ({ answer }: Answered, other: Answered): readonly PolicyReason[] =>
  answer.reasons.filter((reason) => !other.answer.reasons.some((also) => isSame(reason, also)));
