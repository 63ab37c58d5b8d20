import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { PolicyDecision, PolicyInput } from '../domain/policy.ts';
import { inputSchema } from './input.ts';
import { readYaml } from './source.ts';

/** What a case expects; only what is named is compared. Lists are sorted, but for the stages. */
const expectSchema = z.strictObject(
  {
    verdict: z.enum(['allow', 'deny', 'approval', 'actions']).optional(),
    /** Names of the rules among the reasons, in any order. */
    rules: z.array(z.string()).optional(),
    stages: z
      .array(z.strictObject({ approverGroup: z.string(), required: z.int() }))
      .nullable()
      .optional(),
    maxSeconds: z.number().nullable().optional(),
    requiredActions: z.array(z.string()).optional(),
    tickets: z.array(z.string()).optional(),
    stepUp: z.array(z.string()).optional(),
    maxLeases: z.number().nullable().optional(),
    limits: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    removedScopes: z.array(z.string()).optional(),
    broken: z.array(z.string()).optional(),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'must say what is expected' : undefined) },
);
type Expected = z.infer<typeof expectSchema>;

const caseSchema = z.strictObject({
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()).default({}),
  expect: expectSchema,
});

export type PolicyCase = {
  readonly name: string;
  /** Line and column in the file: `12:3`. */
  readonly place: string;
  readonly input: PolicyInput;
  readonly expect: Expected;
};

/** What is not as expected: `came` is what the policy said. */
export type Difference = { readonly what: string; readonly expected: unknown; readonly came: unknown };
export type CaseResult = {
  readonly policyCase: PolicyCase;
  readonly decision: PolicyDecision;
  readonly differences: readonly Difference[];
};

/** A Monday at noon, UTC. */
const NOON = Date.UTC(2026, 2, 2, 12);

/** What a case does not say. `request.requester` is the subject, `liveCount` counts `live`, and at `login` there is {@link CASE_ACCOUNT}. */
const CASE_DEFAULTS = {
  kind: 'request',
  subject: { username: 'ann', groups: [], attributes: {}, manager: null },
  resource: { kind: 'group', id: '00000000-0000-4000-8000-000000000000', path: '/sandbox', risk: 'medium', roles: [] },
  request: { seconds: 3600, startsAt: null, justification: 'to look into it', onBehalf: false, bundle: [] },
  context: {
    now: NOON,
    ip: null,
    device: null,
    client: null,
    acr: null,
    trigger: null,
    action: null,
    grant: null,
    scopes: [],
    recent: { requests24h: 0, denied24h: 0 },
    live: [],
  },
} as const;

/** The account that signs in, at `login`. */
const CASE_ACCOUNT = {
  emailVerified: true,
  termsAccepted: true,
  otp: true,
  ageDays: 365,
  filled: ['email', 'firstName', 'lastName'],
} as const;

/** Reads a file of cases: a list of `name`, `input` (over {@link CASE_DEFAULTS}) and `expect`. Problems begin with line and column. */
export function readCases(
  text: string,
):
  | { readonly ok: true; readonly cases: readonly PolicyCase[] }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const yaml = readYaml(text);
  if (!yaml.ok) return yaml;
  const { value, placeOf } = yaml.source;
  const read = z.array(caseSchema, { error: 'a file of cases is a list' }).min(1, { error: 'there are no cases' });
  const parsed = read.safeParse(value);
  const told = (error: z.ZodError, before: readonly PropertyKey[]): readonly string[] =>
    error.issues.map(({ path, message }) => {
      const whole = [...before, ...path];
      return `${placeOf(whole)}: ${whole.map(String).join('.')} ${message}`;
    });
  if (!parsed.success) return { ok: false, problems: told(parsed.error, []) };
  const problems: string[] = [];
  const cases: PolicyCase[] = [];
  for (const [index, { name, input, expect }] of parsed.data.entries()) {
    const full = inputSchema.safeParse(fullInput(input));
    if (full.success) cases.push({ name, place: placeOf([index]), input: full.data, expect });
    else problems.push(...told(full.error, [index, 'input']));
  }
  return problems.length === 0 ? { ok: true, cases } : { ok: false, problems };
}

/** Puts the cases to a policy, one after the other. */
export async function runCases(
  decide: (input: PolicyInput) => Promise<PolicyDecision>,
  cases: readonly PolicyCase[],
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const policyCase of cases) {
    const decision = await decide(policyCase.input);
    results.push({ policyCase, decision, differences: differences(policyCase.expect, decision) });
  }
  return results;
}

function differences(expect: Expected, decision: PolicyDecision): readonly Difference[] {
  const rules = decision.reasons.flatMap(({ rule }) => (rule === null ? [] : [rule]));
  const came: Readonly<Record<string, unknown>> = { ...decision, rules };
  return Object.entries(expect).flatMap(([what, expected]) => {
    const [one, other] = what === 'stages' ? [expected, came[what]] : [sorted(expected), sorted(came[what])];
    return expected === undefined || isDeepStrictEqual(one, other) ? [] : [{ what, expected: one, came: other }];
  });
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? [...new Set(value.map((one: unknown) => String(one)))].sort() : value;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fullInput(input: Fields): unknown {
  const merged = merge(CASE_DEFAULTS, input);
  const { kind, subject, request, context } = merged;
  const isGate = kind === 'login' || kind === 'token';
  return {
    ...merged,
    resource: isGate ? null : merged['resource'],
    account: kind === 'login' ? accountOf(input['account']) : (input['account'] ?? null),
    request:
      isGate || !isFields(request) ? null : { requester: isFields(subject) ? subject['username'] : '', ...request },
    context: isFields(context) ? fullContext(context) : context,
  };
}

const accountOf = (given: unknown): unknown =>
  isFields(given) ? { ...CASE_ACCOUNT, ...given } : given === undefined ? CASE_ACCOUNT : given;

function fullContext(context: Fields): Fields {
  const { now, live } = context;
  return {
    liveCount: Array.isArray(live) ? live.length : 0,
    ...context,
    now: typeof now === 'string' ? Date.parse(now) : now,
  };
}

/** Attributes and lists are taken as they are written. */
function merge(defaults: Fields, given: Fields): Fields {
  const merged: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    const known = merged[name];
    merged[name] = isFields(known) && isFields(value) ? merge(known, value) : value;
  }
  return merged;
}
