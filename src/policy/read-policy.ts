import type { z } from 'zod';
import { EFFECTS } from '../domain/policy.ts';
import type { Door, RuleEffects } from '../domain/policy.ts';
import { nearest } from '../lib/nearest.ts';
import { sha256 } from '../lib/hash.ts';
import type { AdminResource } from '../usecases/policy-port.ts';
import { conditionCompiler } from './condition.ts';
import type { Condition } from './condition.ts';
import { policySchema } from './schema.ts';
import type { PolicyDocument, RuleDocument } from './schema.ts';
import { readYaml } from './source.ts';
import type { Source } from './source.ts';

export type CompiledRule = {
  readonly name: string;
  readonly doors: readonly Door[];
  /** null: it always holds. */
  readonly holds: Condition | null;
  readonly because: string | null;
  readonly effects: RuleEffects;
};

/** A policy file that is fit to decide. */
export type LoadedPolicy = {
  /** SHA-256 of the text, hex. */
  readonly hash: string;
  readonly timezone: string;
  readonly adminResources: readonly AdminResource[];
  readonly rules: readonly CompiledRule[];
};

export type ReadPolicy =
  | { readonly ok: true; readonly policy: LoadedPolicy }
  /** Each begins with line and column: `12:5: rules[2] "nights": …`. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the text of a policy file, its conditions included; tells everything that is wrong with it at once. */
export function readPolicy(text: string): ReadPolicy {
  const yaml = readYaml(text);
  if (!yaml.ok) return yaml;
  const { source } = yaml;
  const parsed = policySchema.safeParse(source.value, { reportInput: true });
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.flatMap((issue) => sentences(source, issue)) };
  const { data } = parsed;
  const problems = [...namesTwice(source, data)];
  const compile = conditionCompiler();
  const rules = data.rules.map((rule, index): CompiledRule => {
    const { name, when, doors, because = null } = rule;
    const read = when === undefined ? null : compile(when, doors);
    if (read?.ok === false) {
      const path = ['rules', index, 'when'];
      problems.push(`${source.placeIn(path, read.offset)}: ${where(source.value, path)}: ${read.problem}`);
    }
    return { name, doors, because, holds: read?.ok === true ? read.holds : null, effects: effectsOf(rule) };
  });
  if (problems.length > 0) return { ok: false, problems };
  const { timezone, 'admin-resources': adminResources = [] } = data;
  return { ok: true, policy: { hash: sha256(text), timezone, adminResources, rules } };
}

function effectsOf(rule: RuleDocument): RuleEffects {
  const entries = Object.entries(EFFECTS).flatMap(([written, name]) => {
    const value = rule[written as keyof typeof EFFECTS];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

function* namesTwice(source: Source, { rules, 'admin-resources': resources = [] }: PolicyDocument): Generator<string> {
  for (const [index, { name }] of rules.entries()) {
    const first = rules.findIndex((rule) => rule.name === name);
    const path = ['rules', index, 'name'];
    if (first !== index) yield `${source.placeOf(path)}: rules[${index}] has the name "${name}" of rules[${first}]`;
  }
  for (const [index, { id }] of resources.entries()) {
    const isAgain = resources.findIndex((one) => one.id === id) !== index;
    if (isAgain) yield `${source.placeOf(['admin-resources', index, 'id'])}: admin-resources[${index}].id stands twice`;
  }
}

/** An issue of the schema with its place, one line for each thing. */
function sentences(source: Source, issue: z.core.$ZodIssue): readonly string[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const meant = nearest(key, keysAt(path));
      const hint = meant === null ? '' : `; did you mean ${meant}?`;
      return `${source.placeOf(path, key)}: ${where(source.value, path)} knows no ${key}${hint}`;
    });
  }
  const key = issue.code === 'invalid_key' ? String(path.at(-1)) : undefined;
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const isMissing = path.length > 0 && issue.input === undefined && issue.code !== 'custom';
  const place = key === undefined ? source.placeOf(path) : source.placeOf(path.slice(0, -1), key);
  return [`${place}: ${where(source.value, path)} ${isMissing ? 'is missing' : message}`];
}

const keysAt = (path: readonly PropertyKey[]): readonly string[] => {
  if (path.length === 0) return Object.keys(policySchema.shape);
  if (path.includes('stages')) return ['approvers', 'required'];
  return path[0] === 'admin-resources' ? ['id', 'because'] : RULE_KEYS;
};
const RULE_KEYS: readonly string[] = ['name', 'when', 'doors', 'because', ...Object.keys(EFFECTS)];

/** `rules[2] "nights": stages[0].approvers`, as a person would find it. */
function where(value: unknown, path: readonly PropertyKey[]): string {
  const [first, index, ...rest] = path;
  if (first === undefined) return 'the policy';
  const written = (parts: readonly PropertyKey[]): string =>
    parts
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./, '');
  if (first !== 'rules' || typeof index !== 'number') return written(path);
  const name = nameOfRule(value, index);
  const head = `rules[${index}]${name === null ? '' : ` "${name}"`}`;
  return rest.length === 0 ? head : `${head}: ${written(rest)}`;
}

function nameOfRule(value: unknown, index: number): string | null {
  const rules = typeof value === 'object' && value !== null && 'rules' in value ? value.rules : null;
  const rule: unknown = Array.isArray(rules) ? rules[index] : null;
  return typeof rule === 'object' && rule !== null && 'name' in rule && typeof rule.name === 'string'
    ? rule.name
    : null;
}
