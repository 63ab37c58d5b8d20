import type { ASTNode } from '@marcbachmann/cel-js';
import { BOUNDED_MATCHES } from './condition-check.ts';
import type { FactValues } from './facts.ts';

/** Whether something holds, of the facts and of the entry that a quantifier looks at; undefined: the library has to tell. */
export type Quick = (facts: FactValues, entry: unknown) => boolean | undefined;
export type Read = (facts: FactValues, entry: unknown) => unknown;
/** What a quick test may use: the tests of patterns, and the variable of the quantifier around it. */
export type Scope = { readonly fits: (text: string, pattern: string) => boolean; readonly bound: string | null };

export const COMPARE = {
  '==': (one: bigint | string, other: bigint | string) => one === other,
  '!=': (one: bigint | string, other: bigint | string) => one !== other,
  '<': (one: bigint | string, other: bigint | string) => one < other,
  '<=': (one: bigint | string, other: bigint | string) => one <= other,
  '>': (one: bigint | string, other: bigint | string) => one > other,
  '>=': (one: bigint | string, other: bigint | string) => one >= other,
};

export function textTest(name: string, { fits }: Scope): ((text: string, written: string) => boolean) | null {
  if (name === 'startsWith') return (text, part) => text.startsWith(part);
  if (name === 'endsWith') return (text, part) => text.endsWith(part);
  if (name === 'contains') return (text, part) => text.includes(part);
  return name === BOUNDED_MATCHES ? fits : null;
}

export function compared(
  read: Read | null,
  written: ASTNode,
  compare: (one: bigint | string, other: bigint | string) => boolean,
): Quick | null {
  if (read === null || written.op !== 'value') return null;
  const { args: literal } = written;
  if (typeof literal !== 'string' && typeof literal !== 'bigint') return null;
  return (facts, entry) => {
    const value = read(facts, entry);
    if (typeof value !== 'string' && typeof value !== 'bigint') return undefined;
    return typeof value === typeof literal ? compare(value, literal) : undefined;
  };
}

/** `"/oncall" in subject.groups`, and `resource.risk in ["high", "critical"]`. */
export function contained(entryNode: ASTNode, list: ASTNode, scope: Scope): Quick | null {
  if (list.op === 'list') {
    const read = readerOf(entryNode, scope);
    const written = list.args.map((one) => (one.op === 'value' && typeof one.args === 'string' ? one.args : null));
    if (read === null || written.includes(null)) return null;
    return (facts, entry) => {
      const value = read(facts, entry);
      return typeof value === 'string' ? written.includes(value) : undefined;
    };
  }
  const read = readerOf(list, scope);
  if (read === null || entryNode.op !== 'value' || typeof entryNode.args !== 'string') return null;
  const literal = entryNode.args;
  return (facts, entry) => {
    const value = read(facts, entry);
    return Array.isArray(value) ? value.includes(literal) : undefined;
  };
}

/** What reads a field of the facts, such as `context.hour`, or the entry of the quantifier; null for anything else. */
export function readerOf(node: ASTNode, { bound }: Scope): Read | null {
  if (node.op === 'id') {
    const name = node.args;
    return name === bound ? (_, entry) => entry : (facts) => facts[name];
  }
  if (node.op !== '.' || node.args[0].op !== 'id' || node.args[0].args === bound) return null;
  const [{ args: object }, field] = [node.args[0], node.args[1]];
  return (facts) => {
    const fields = facts[object];
    return typeof fields === 'object' ? fields[field] : undefined;
  };
}
