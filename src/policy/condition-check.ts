import type { ASTNode } from '@marcbachmann/cel-js';
import { nearest } from '../lib/nearest.ts';
import { FACT_TYPES, FACT_VARIABLES } from './facts.ts';
import type { FactType } from './facts.ts';
import { patternProblem } from './pattern.ts';

/** Something wrong in a condition; `offset` counts UTF-16 units from its beginning. */
export type ConditionProblem = { readonly problem: string; readonly offset: number };

/** What conditions may call, so that the work of one is bounded: no call multiplies what it is given. */
const FUNCTIONS = ['has', 'size', 'int', 'string'];
const METHODS = ['startsWith', 'endsWith', 'contains', 'matches', 'lowerAscii', 'size'];
const QUANTIFIERS = ['exists', 'all', 'exists_one', 'filter'];
/** The method that stands in for `matches`: the library's own has no bound. */
export const BOUNDED_MATCHES = 'matchesBounded';

type Scope = {
  readonly variables: readonly string[];
  readonly bound: readonly string[];
  readonly inQuantifier: boolean;
};

/**
 * What the library's type check leaves open: calls that are not bounded, quantifiers within quantifiers, fields that only
 * `has` names, patterns that are none. Turns `matches` into its bounded stand-in.
 * @param variables names that may be used there
 */
export function checkNode(node: ASTNode, variables: readonly string[]): ConditionProblem | null {
  return check(node, { variables, bound: [], inQuantifier: false });
}

function check(node: ASTNode, scope: Scope): ConditionProblem | null {
  switch (node.op) {
    case 'value':
      return null;
    case 'id':
      return [...scope.variables, ...scope.bound].includes(node.args)
        ? null
        : at(node, `there is no ${node.args}${meant(node.args, scope.variables)}`);
    case '.':
      return check(node.args[0], scope) ?? checkField(node, node.args[0], node.args[1], scope);
    case '[]': {
      const [object, key] = node.args;
      if (typeOf(object, scope) !== null) return at(node, 'fields are named with a point, as in subject.username');
      return firstOf([object, key], scope);
    }
    case 'call':
      return checkCall(node, scope);
    case 'rcall':
      return checkMethod(node, scope);
    case 'list':
      if (node.args.some((entry) => isList(entry, scope))) return at(node, 'a list of lists is not needed here');
      return firstOf(node.args, scope);
    case '!_':
    case '-_':
      return check(node.args, scope);
    case '+':
      if (node.args.some((side) => isList(side, scope))) return at(node, 'lists cannot be added; ask each one');
      return firstOf(node.args, scope);
    case '?:':
    case '||':
    case '&&':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
    case '-':
    case '*':
    case '/':
    case '%':
      return firstOf(node.args, scope);
    case '.?':
    case '[?]':
    case 'map':
      return at(node, `conditions know no ${node.op}`);
  }
}

function checkCall(node: ASTNode & { readonly op: 'call' }, scope: Scope): ConditionProblem | null {
  const [name, args] = node.args;
  if (FUNCTIONS.includes(name)) return firstOf(args, scope);
  return at(node, `conditions know no ${name}()${meant(name, [...FUNCTIONS, ...METHODS])}`);
}

function checkMethod(node: ASTNode & { readonly op: 'rcall' }, scope: Scope): ConditionProblem | null {
  const [name, receiver, args] = node.args;
  const [first, second] = args;
  if (QUANTIFIERS.includes(name)) {
    if (scope.inQuantifier) return at(node, `${name}() stands within another one; a condition has one level of them`);
    if (first?.op !== 'id' || second === undefined) return at(node, `write ${name}(x, …)`);
    if (scope.variables.includes(first.args)) return at(first, `${first.args} is taken; name it x`);
    return check(receiver, scope) ?? check(second, { ...scope, bound: [first.args], inQuantifier: true });
  }
  if (!METHODS.includes(name))
    return at(node, `conditions know no ${name}()${meant(name, [...METHODS, ...QUANTIFIERS])}`);
  if (name === 'matches') {
    if (first?.op !== 'value' || typeof first.args !== 'string')
      return at(first ?? node, 'matches() takes a pattern in quotes');
    const problem = patternProblem(first.args);
    if (problem !== null) return at(first, problem);
    node.args[0] = BOUNDED_MATCHES;
  }
  return firstOf([receiver, ...args], scope);
}

function checkField(node: ASTNode, object: ASTNode, field: string, scope: Scope): ConditionProblem | null {
  const type = typeOf(object, scope);
  if (type === null || Object.hasOwn(FACT_TYPES[type], field)) return null;
  const name = object.op === 'id' ? object.args : type.toLowerCase();
  return { problem: `${name} has no field ${field}${meant(field, Object.keys(FACT_TYPES[type]))}`, offset: node.pos };
}

/** The kind of facts that an expression is; null for a text, a list and the like. */
function typeOf(node: ASTNode, scope: Scope): FactType | null {
  if (node.op === 'id') {
    if (scope.bound.includes(node.args)) return null;
    return Object.entries(FACT_VARIABLES).find(([name]) => name === node.args)?.[1] ?? null;
  }
  if (node.op !== '.') return null;
  const type = typeOf(node.args[0], scope);
  return type === 'Context' && node.args[1] === 'recent' ? 'Recent' : null;
}

/** Adding lists inside a quantifier would multiply the work. */
function isList(node: ASTNode, scope: Scope): boolean {
  if (node.op === 'list') return true;
  if (node.op === '?:') return node.args.some((side) => isList(side, scope));
  if (node.op === 'rcall') return node.args[0] === 'filter';
  if (node.op === '[]') return isAttributes(node.args[0], scope);
  if (node.op !== '.') return false;
  const type = typeOf(node.args[0], scope);
  if (type === null) return isAttributes(node.args[0], scope);
  return Object.entries(FACT_TYPES[type]).some(([name, of]) => name === node.args[1] && of.startsWith('list'));
}

const isAttributes = (node: ASTNode, scope: Scope): boolean =>
  node.op === '.' && node.args[1] === 'attributes' && typeOf(node.args[0], scope) === 'Subject';

function firstOf(nodes: readonly ASTNode[], scope: Scope): ConditionProblem | null {
  for (const node of nodes) {
    const problem = check(node, scope);
    if (problem !== null) return problem;
  }
  return null;
}

const at = ({ start }: ASTNode, problem: string): ConditionProblem => ({ problem, offset: start });

function meant(typed: string, words: readonly string[]): string {
  const word = nearest(typed, words);
  return word === null ? '' : `; did you mean ${word}?`;
}
