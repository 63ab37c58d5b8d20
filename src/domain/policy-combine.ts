import { EFFECTS, isDenying, isGate } from './policy.ts';
import type { AnyQuestion, Limits, OwnReason, PolicyAnswer, PolicyReason, RuleEffects } from './policy.ts';
import { MAX_POLICY_STAGES, strictestStages } from './policy-stages.ts';

/** A rule whose condition holds, or one whose condition could not be evaluated, and why. */
export type MatchedRule =
  | { readonly rule: string; readonly because: string | null; readonly effects: RuleEffects }
  | { readonly rule: string; readonly broken: string };

/**
 * One answer from all rules that matched. Any deny denies; of the rest the strictest counts, whatever the order of the
 * rules: the longest list of stages, the shortest duration, the lowest number of leases, every action, ticket, step-up and
 * removed scope.
 * Nothing matched: at a lease's door the entitlement's own stages decide, at a gate the person goes on.
 */
export function combine(input: AnyQuestion, matched: readonly MatchedRule[], isAdminResource = false): PolicyAnswer {
  const broken = matched.flatMap((one) => ('broken' in one ? [one.rule] : []));
  const rules = matched.flatMap((one) => ('broken' in one ? [] : [one]));
  const all = <Name extends keyof RuleEffects>(name: Name) =>
    rules.flatMap(({ effects }) => {
      const value = effects[name];
      return value === undefined ? [] : [value];
    });
  const { limits, disputed } = combineLimits(all('limits'));
  const reasons: readonly PolicyReason[] = [
    ...matched.flatMap((one) => reasonsOf(input, one)),
    ...disputed.map((limit) => ownDeny({ own: 'limit_disputed', limit })),
  ];
  const isDenied = reasons.some(({ effect }) => isDenying(effect));
  const isAllowed = isGate(input.kind) || all('allow').length > 0;
  const answer: PolicyAnswer = {
    verdict: isDenied ? 'deny' : isAllowed ? 'allow' : 'approval',
    reasons,
    stages: strictestStages(all('stages')),
    maxSeconds: lowest(all('maxSeconds')),
    requiredActions: sortedSet(all('requiredActions').flat()),
    tickets: sortedSet(all('ticket')),
    stepUp: sortedSet(all('stepUp')),
    maxLeases: lowest(all('maxLeases')),
    limits,
    removedScopes: sortedSet(all('removeScopes').flat()),
    broken: sortedSet(broken),
  };
  return settle(input, answer, isAdminResource);
}

/**
 * What holds for the answer of every engine: no more than three stages (at a gate one) or the allowed leases, nothing of
 * risk critical or that administers Keycloak at once, approval where stages are demanded at a gate, and no verdict that
 * means nothing at its door. At `token` what the person would have to do stays `actions`, beside stages too: nobody is there.
 */
export function settle(input: AnyQuestion, answer: PolicyAnswer, isAdminResource = false): PolicyAnswer {
  const { kind } = input;
  const { stages, maxLeases, verdict, requiredActions, stepUp } = answer;
  const denials: OwnReason[] = [];
  const meaningless = !isGate(kind) ? 'actions' : stages !== null ? null : 'approval';
  if (verdict === meaningless) denials.push({ own: 'verdict_meaningless', verdict, door: kind });
  const most = isGate(kind) ? 1 : MAX_POLICY_STAGES;
  if (stages !== null && stages.length > most) denials.push({ own: 'too_many_stages', count: stages.length, most });
  const leases = leasesWith(input);
  if (maxLeases !== null && leases > maxLeases)
    denials.push({ own: 'too_many_leases', username: input.subject.username, count: leases, most: maxLeases });
  if (denials.length > 0 || verdict === 'deny') {
    return { ...answer, verdict: 'deny', reasons: [...answer.reasons, ...denials.map(ownDeny)] };
  }
  if (isGate(kind)) {
    const isUndone = verdict === 'actions' || requiredActions.length + stepUp.length > 0;
    if (isUndone && (kind === 'token' || stages === null)) return { ...answer, verdict: 'actions' };
    return { ...answer, verdict: stages === null ? verdict : 'approval' };
  }
  const later = verdict === 'allow' ? notAtOnce(input, answer, isAdminResource) : null;
  if (later === null) return answer;
  const reason: PolicyReason = { rule: null, because: later, effect: 'not-at-once' };
  return { ...answer, verdict: 'approval', reasons: [...answer.reasons, reason] };
}

/** How many leases the subject would hold with this one and the rest of its bundle; at a gate none is asked for. */
function leasesWith({ request, context: { live, liveCount } }: AnyQuestion): number {
  return request === null ? 0 : Math.max(liveCount, new Set([...live, ...request.bundle]).size) + 1;
}

/** Why something is not given at once although a rule says so, or null. */
function notAtOnce(
  { resource }: AnyQuestion,
  { stages, stepUp }: PolicyAnswer,
  isAdminResource: boolean,
): OwnReason | null {
  if (stages !== null) return { own: 'stages_demanded' };
  if (stepUp.length > 0) return { own: 'step_up_demanded' };
  if (resource?.risk === 'critical') return { own: 'risk_critical' };
  return isAdminResource ? { own: 'administers_keycloak' } : null;
}

const ownDeny = (because: OwnReason): PolicyReason => ({ rule: null, because, effect: 'deny' });

function reasonsOf(input: AnyQuestion, matched: MatchedRule): readonly PolicyReason[] {
  if ('broken' in matched) return [{ rule: matched.rule, because: matched.broken, effect: 'broken' }];
  const { rule, because, effects } = matched;
  const reasons: PolicyReason[] = [];
  for (const effect of Object.keys(EFFECTS) as readonly (keyof typeof EFFECTS)[]) {
    if (effects[EFFECTS[effect]] === undefined) continue;
    if (effect === 'deny') reasons.push({ rule, because: effects.deny ?? because, effect });
    else if (effect === 'forbid-together') {
      const paths = effects.forbidTogether ?? [];
      const other = heldWith(input, paths);
      if (other !== null) reasons.push({ rule, because: because ?? { own: 'not_together', path: other }, effect });
      else if (input.subject.groups === null && paths.includes(input.resource?.path ?? ''))
        reasons.push({ rule, because: { own: 'groups_hidden' }, effect: 'broken' });
    } else reasons.push({ rule, because, effect });
  }
  return reasons;
}

/** What the subject has, or asks for as well, that does not go together with what is asked for; null when there is none. */
function heldWith({ resource, request, subject, context }: AnyQuestion, paths: readonly string[]): string | null {
  if (resource === null || !paths.includes(resource.path)) return null;
  const held = new Set([...(subject.groups ?? []), ...context.live, ...request.bundle]);
  return paths.find((path) => path !== resource.path && held.has(path)) ?? null;
}

/** Of different numbers the lowest counts; other values that differ are a dispute. */
function combineLimits(all: readonly Limits[]): { readonly limits: Limits; readonly disputed: readonly string[] } {
  const limits = new Map<string, Limits[string]>();
  const disputed = new Set<string>();
  for (const [name, value] of all.flatMap((one) => Object.entries(one))) {
    const known = limits.get(name);
    if (known === undefined || known === value) limits.set(name, value);
    else if (typeof known === 'number' && typeof value === 'number') limits.set(name, Math.min(known, value));
    else disputed.add(name);
  }
  const agreed = [...limits].filter(([name]) => !disputed.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  return { limits: Object.fromEntries(agreed), disputed: [...disputed].sort() };
}

const lowest = (numbers: readonly number[]): number | null => (numbers.length === 0 ? null : Math.min(...numbers));
const sortedSet = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();
