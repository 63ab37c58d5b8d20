import { z } from 'zod';
import { formatDuration, parseDuration } from '../domain/duration.ts';
import { EFFECTS, GATE_DOORS, LEASE_DOORS, isGate } from '../domain/policy.ts';
import type { Door, GateDoor } from '../domain/policy.ts';
import { MAX_POLICY_STAGES } from '../domain/policy-stages.ts';
import { acr, action, approvers, limits, list, pattern, scope, sentence, whole } from './parts.ts';
import { isTimezone } from './time-fields.ts';

const MAX_RULES = 500;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const stage = z
  .strictObject({ approvers, required: whole(1, 10).default(1) }, { error: 'must name approvers' })
  .refine(({ approvers: who, required }) => who !== 'manager' || required === 1, {
    error: 'a manager is one person, so required is 1',
    path: ['required'],
  })
  .transform(({ approvers: approverGroup, required }) => ({ approverGroup, required }));

const stages = list(stage, MAX_POLICY_STAGES).refine(
  (all) => new Set(all.map(({ approverGroup }) => approverGroup)).size === all.length,
  { error: 'names the same approvers twice' },
);

const duration = sentence(20)
  .refine((text) => parseDuration(text) !== null, {
    error: `is no duration; write for example ${formatDuration(4 * 3600)}`,
  })
  .transform((text) => parseDuration(text) ?? 0);

const heldPath = z.string({ error: 'must be text' }).regex(/^[^\s/].*$|^(\/[^/]+)+$/, {
  error: 'must be a path such as /payments/create',
});

const rule = z
  .strictObject({
    name: sentence(100),
    when: z
      .string({ error: 'must be text; put the condition in quotes' })
      .trim()
      .min(1, { error: 'is empty; leave it out for a rule that always holds' })
      .optional(),
    doors: list(
      z.enum([...LEASE_DOORS, ...GATE_DOORS], {
        error: `must be one of ${[...LEASE_DOORS, ...GATE_DOORS].join(', ')}`,
      }),
      6,
    ).default([...LEASE_DOORS]),
    because: sentence(300).optional(),
    deny: sentence(300).optional(),
    allow: z.literal(true, { error: 'can only be true; leave it out otherwise' }).optional(),
    stages: stages.optional(),
    'max-duration': duration.optional(),
    'required-actions': list(action, 10).optional(),
    ticket: pattern.optional(),
    'step-up': acr.optional(),
    'max-leases': whole(1, 1000).optional(),
    limits: limits.optional(),
    'forbid-together': list(heldPath, 100)
      .refine((paths) => new Set(paths).size === paths.length && paths.length > 1, {
        error: 'must name at least two different paths',
      })
      .optional(),
    'remove-scopes': list(scope, 20).optional(),
  })
  .superRefine((written, context) => {
    const say = (message: string, path: readonly string[]) =>
      context.addIssue({ code: 'custom', message, path: [...path] });
    const effects = EFFECT_NAMES.filter((name) => written[name] !== undefined);
    const [first] = effects;
    if (first === undefined) say('has no effect; add one, such as deny or stages', []);
    if (written.deny !== undefined && effects.length > 1)
      say(`denies, so ${effects.find((name) => name !== 'deny') ?? ''} means nothing`, []);
    if (written.allow !== undefined && written.stages !== undefined)
      say('allows at once and demands stages', ['allow']);
    for (const name of effects) {
      const door = written.doors.find((one) => !meansSomething(name, one));
      if (door !== undefined) say(`means nothing at ${door}; give that door a rule of its own`, [name]);
    }
    const gate = written.doors.find(isGate);
    if (gate !== undefined && (written.stages?.length ?? 0) > 1)
      say(`has more than one stage, and one group decides about a ${gate === 'login' ? 'sign-in' : gate}`, ['stages']);
  });

type EffectName = keyof typeof EFFECTS;
const EFFECT_NAMES = Object.keys(EFFECTS) as readonly EffectName[];
const EFFECTS_AT: Readonly<Record<GateDoor, readonly EffectName[]>> = {
  login: ['deny', 'stages', 'required-actions', 'step-up', 'limits'],
  token: ['deny', 'stages', 'max-duration', 'required-actions', 'step-up', 'limits', 'remove-scopes'],
};
const meansSomething = (name: EffectName, door: Door): boolean =>
  isGate(door) ? EFFECTS_AT[door].includes(name) : name !== 'remove-scopes';

const adminResource = z.strictObject({
  id: z
    .string({ error: 'must be text' })
    .regex(UUID, { error: 'is no UUID; name its UUID, since a name can be given to something else' })
    .transform((id) => id.toLowerCase()),
  because: sentence(300),
});

/** A policy file, its conditions still text. */
export const policySchema = z.strictObject(
  {
    version: z.literal(1, { error: 'must be 1' }),
    timezone: z
      .string({ error: 'must be text' })
      .refine(isTimezone, { error: 'is no time zone; write for example Europe/Berlin' })
      .default('UTC'),
    'admin-resources': list(adminResource, 100).optional(),
    rules: z
      .array(rule, { error: 'must be a list' })
      .max(MAX_RULES, { error: `has more than ${MAX_RULES} rules` })
      .default([]),
  },
  { error: 'must begin with version: 1' },
);
export type PolicyDocument = z.infer<typeof policySchema>;
export type RuleDocument = PolicyDocument['rules'][number];
