import { Environment, EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import type { ParseResult } from '@marcbachmann/cel-js';
import { BOUNDED_MATCHES, checkNode } from './condition-check.ts';
import type { ConditionProblem } from './condition-check.ts';
import type { Door } from '../domain/policy.ts';
import { FACT_CLASSES, FACT_TYPES, variablesAt } from './facts.ts';
import type { FactValues } from './facts.ts';
import { mayHold } from './guard.ts';
import { patternTests } from './pattern.ts';

const MAX_CONDITION_LENGTH = 1000;
/** Bounds of a single condition. The work is at most its nodes times the entries of one list. */
const LIMITS = { maxAstNodes: 200, maxDepth: 20, maxListElements: 100, maxMapEntries: 0, maxCallArguments: 3 };

/** Answers for one question. Throws where the condition cannot be evaluated. */
export type Condition = (facts: FactValues) => boolean;

type Compiled = { readonly ok: true; readonly holds: Condition } | ({ readonly ok: false } & ConditionProblem);

/** What compiles the conditions of one file; each pattern is made once. */
export function conditionCompiler(): (text: string, doors: readonly Door[]) => Compiled {
  const fits = patternTests();
  const rooms = new Map<string, Room>();
  return (text, doors) => {
    const variables = variablesAt(doors);
    const key = variables.map(([name]) => name).join(' ');
    const room = rooms.get(key) ?? environment(variables, fits);
    rooms.set(key, room);
    return compile(text, room);
  };
}

type Room = {
  readonly cel: Environment;
  readonly variables: readonly string[];
  readonly fits: (text: string, pattern: string) => boolean;
};

function environment(variables: readonly (readonly [string, string])[], fits: Room['fits']): Room {
  const cel = new Environment({ limits: LIMITS });
  for (const name of ['Recent', 'Subject', 'Resource', 'Request', 'Account', 'Context'] as const)
    cel.registerType(name, { ctor: FACT_CLASSES[name], fields: FACT_TYPES[name] });
  for (const [name, type] of [['kind', 'string'] as const, ...variables]) cel.registerVariable(name, type);
  cel.registerFunction(`string.${BOUNDED_MATCHES}(string): bool`, fits);
  return { cel, variables: ['kind', ...variables.map(([name]) => name)], fits };
}

function compile(text: string, { cel, variables, fits }: Room): Compiled {
  const no = (problem: string, offset = 0): Compiled => ({ ok: false, problem, offset });
  if (text.length > MAX_CONDITION_LENGTH)
    return no(`a condition has at most ${MAX_CONDITION_LENGTH} characters, and this one ${text.length}`);
  let parsed: ParseResult;
  try {
    parsed = cel.parse(text);
  } catch (error) {
    const { message, offset } = told(error);
    return no(message, offset);
  }
  const problem = checkNode(parsed.ast, variables);
  if (problem !== null) return { ok: false, ...problem };
  const { valid, type = '', error } = parsed.check();
  if (!valid) {
    const { message, offset } = told(error);
    return no(message, offset);
  }
  if (type !== 'bool') return no(`a condition is true or false, and this one is of type ${type}`);
  const evaluate: (facts: FactValues) => unknown = parsed;
  const quickly = mayHold(parsed.ast, fits);
  return {
    ok: true,
    holds: (known) => {
      if (!quickly(known)) return false;
      const value = evaluate(known);
      if (typeof value !== 'boolean') throw new Error('it is neither true nor false');
      return value;
    },
  };
}

/** Why a condition could not be evaluated, without a text that a person wrote. */
export const brokenBecause = (error: unknown): string =>
  error instanceof EvaluationError && error.code === 'no_such_key'
    ? `it uses what is not there (${error.summary.slice(0, 80)})`
    : `it cannot be evaluated (${error instanceof EvaluationError ? error.code : 'internal error'})`;

function told(error: unknown): { readonly message: string; readonly offset: number } {
  if (error instanceof ParseError || error instanceof CelTypeError)
    return { message: error.summary, offset: error.range?.start ?? 0 };
  return { message: error instanceof Error ? error.message : String(error), offset: 0 };
}
