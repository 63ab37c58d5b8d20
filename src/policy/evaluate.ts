import { randomUUID } from 'node:crypto';
import { combine } from '../domain/policy-combine.ts';
import type { MatchedRule } from '../domain/policy-combine.ts';
import type { AnyQuestion, Door, PolicyDecision } from '../domain/policy.ts';
import { brokenBecause } from './condition.ts';
import { MAX_CHARACTERS, MAX_ENTRIES, factsOf } from './facts.ts';
import type { CompiledRule, LoadedPolicy } from './read-policy.ts';
import { clockIn } from './time-fields.ts';

/** Work of all rules together; a usual file needs a thousandth of it. */
const LONGEST_MS = 250;
const LOOK_AT_CLOCK_EVERY = 4;

/** What decides by one file. Never throws: what cannot be evaluated denies, and names the rule. */
export function evaluator({ timezone, rules, adminResources }: LoadedPolicy): (input: AnyQuestion) => PolicyDecision {
  const timeAt = clockIn(timezone);
  const at = (door: Door) => rules.filter(({ doors }) => doors.includes(door));
  const rulesAt: Readonly<Record<Door, readonly CompiledRule[]>> = {
    request: at('request'),
    approval: at('approval'),
    activation: at('activation'),
    'break-glass': at('break-glass'),
    login: at('login'),
    token: at('token'),
  };
  const adminIds = new Set(adminResources.map(({ id }) => id));
  return (input) => {
    const decided = (matched: readonly MatchedRule[]): PolicyDecision => ({
      id: randomUUID(),
      ...combine(input, matched, input.resource !== null && adminIds.has(input.resource.id.toLowerCase())),
    });
    const tooLarge = sizeProblem(input);
    if (tooLarge !== null) return decided([{ rule: 'size of the facts', broken: tooLarge }]);
    let facts;
    try {
      facts = factsOf(input, timeAt(input.context.now));
    } catch {
      return decided([{ rule: 'facts', broken: 'they cannot be read' }]);
    }
    const matched: MatchedRule[] = [];
    const budget = workBudget();
    let looked = 0;
    for (const { name: rule, holds, because, effects } of rulesAt[input.kind]) {
      if (looked++ % LOOK_AT_CLOCK_EVERY === 0 && budget.isSpent())
        return decided([...matched, { rule, broken: `the rules before it took longer than ${LONGEST_MS} ms` }]);
      try {
        if (holds === null || holds(facts)) matched.push({ rule, because, effects });
      } catch (error) {
        matched.push({ rule, broken: brokenBecause(error) });
      }
    }
    return decided(matched);
  };
}

/** Time that passed while the machine was busy with others counts for nothing: once it is over, as much work may follow. */
function workBudget(): { readonly isSpent: () => boolean } {
  const startedAt = performance.now();
  let since: NodeJS.CpuUsage | null = null;
  return {
    isSpent: () => {
      if (performance.now() - startedAt < LONGEST_MS) return false;
      since ??= process.cpuUsage();
      return process.cpuUsage(since).user / 1000 >= LONGEST_MS;
    },
  };
}

/** Conditions go through lists and texts; what no real person has is not decided at all. */
function sizeProblem({ subject, resource, request, account, context }: AnyQuestion): string | null {
  const lists = [
    ...[subject.groups ?? [], context.scopes, context.live],
    ...[resource?.roles ?? [], request?.bundle ?? [], account?.filled ?? []],
  ];
  if (lists.some(({ length }) => length > MAX_ENTRIES)) return `a list has more than ${MAX_ENTRIES} entries`;
  const isLong = ({ length }: string): boolean => length > MAX_CHARACTERS;
  return isLong(request?.justification ?? '') || lists.some((list) => list.some(isLong))
    ? `a text has more than ${MAX_CHARACTERS} characters`
    : null;
}
