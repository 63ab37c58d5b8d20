import type { ASTNode } from '@marcbachmann/cel-js';
import type { FactValues } from './facts.ts';
import { COMPARE, compared, contained, readerOf, textTest } from './guard-parts.ts';
import type { Quick, Read, Scope } from './guard-parts.ts';

/**
 * Tells quickly that a condition does not hold, which is so for most rules and most questions: comparing a field with
 * what is written takes a twentieth of the time without the library. It answers false only where the library would; in all
 * other cases true, and then the library is asked.
 */
export function mayHold(condition: ASTNode, fits: Scope['fits']): (facts: FactValues) => boolean {
  const quick = quickOf(condition, { fits, bound: null });
  return quick === null ? () => true : (facts) => quick(facts, undefined) !== false;
}

function quickOf(node: ASTNode, scope: Scope): Quick | null {
  switch (node.op) {
    case '&&':
      return both(quickOf(node.args[0], scope), quickOf(node.args[1], scope));
    case '||':
      return not(both(not(quickOf(node.args[0], scope)), not(quickOf(node.args[1], scope))));
    case '!_':
      return not(quickOf(node.args, scope));
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compared(readerOf(node.args[0], scope), node.args[1], COMPARE[node.op]);
    case 'in':
      return contained(node.args[0], node.args[1], scope);
    case 'rcall':
      return method(node, scope);
    case '.': {
      const read = readerOf(node, scope);
      return read === null ? null : (facts, entry) => whenTruth(read(facts, entry));
    }
    case 'call': {
      const [name, [field]] = node.args;
      const read = name === 'has' && field !== undefined ? readerOf(field, scope) : null;
      return read === null ? null : (facts, entry) => read(facts, entry) !== undefined;
    }
    case 'value':
    case 'id':
    case 'list':
    case 'map':
    case '[]':
    case '[?]':
    case '.?':
    case '?:':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '-_':
      return null;
  }
}

/** One side that is false settles it, also where the other is not known (CEL's `&&` commutes). */
function both(one: Quick | null, other: Quick | null): Quick | null {
  const [first, second] = [one ?? other, one === null ? null : other];
  if (first === null) return null;
  if (second === null) return (facts, entry) => (first(facts, entry) === false ? false : undefined);
  return (facts, entry) => {
    const known = first(facts, entry);
    if (known === false) return false;
    const also = second(facts, entry);
    return also === false ? false : known === undefined ? undefined : also;
  };
}

const not = (quick: Quick | null): Quick | null =>
  quick === null
    ? null
    : (facts, entry) => {
        const known = quick(facts, entry);
        return known === undefined ? undefined : !known;
      };

const whenTruth = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

function method(node: ASTNode & { readonly op: 'rcall' }, scope: Scope): Quick | null {
  const [name, receiver, [first, second]] = node.args;
  const read = readerOf(receiver, scope);
  if (read === null || first === undefined) return null;
  if (name === 'exists' && first.op === 'id' && second !== undefined)
    return some(read, quickOf(second, { ...scope, bound: first.args }));
  const test = textTest(name, scope);
  if (test === null || first.op !== 'value' || typeof first.args !== 'string') return null;
  const written = first.args;
  return (facts, entry) => {
    const text = read(facts, entry);
    return typeof text === 'string' ? test(text, written) : undefined;
  };
}

/** One entry that fits settles it, whatever the others are. */
function some(read: Read, holds: Quick | null): Quick | null {
  if (holds === null) return null;
  return (facts, outer) => {
    const list = read(facts, outer);
    if (!Array.isArray(list)) return undefined;
    let result: boolean | undefined = false;
    for (const entry of list as readonly unknown[]) {
      const known = holds(facts, entry);
      if (known === true) return true;
      if (known === undefined) result = undefined;
    }
    return result;
  };
}
