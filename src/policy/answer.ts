import { z } from 'zod';
import { EFFECTS } from '../domain/policy.ts';
import type { PolicyAnswer, PolicyEffect } from '../domain/policy.ts';
import { acr, action, approvers, limits, list, pattern, scope, whole } from './parts.ts';

const EFFECT_NAMES: readonly PolicyEffect[] = [...(Object.keys(EFFECTS) as (keyof typeof EFFECTS)[]), 'not-at-once'];
const text = z.string().max(300);
/** A year. */
const MAX_SECONDS = 366 * 86_400;

/** Names that do not repeat, or none. */
const several = <Item extends z.ZodType<string>>(item: Item) =>
  z
    .array(item)
    .max(20)
    .transform((all): readonly string[] => [...new Set<string>(all)].sort())
    .default([]);

const stages = list(z.strictObject({ approverGroup: approvers, required: whole(1, 10) }), 20).refine(
  (all) => new Set(all.map(({ approverGroup }) => approverGroup)).size === all.length,
  { error: 'names the same approvers twice' },
);

/** The answer of an engine outside, of which only the verdict has to be there. */
export const answerSchema = z
  .strictObject({
    verdict: z.enum(['allow', 'deny', 'approval', 'actions']),
    reasons: z
      .array(
        z.strictObject({ rule: text.nullable(), because: text.nullable().default(null), effect: z.enum(EFFECT_NAMES) }),
      )
      .max(200)
      .default([]),
    stages: stages.nullable().default(null),
    maxSeconds: whole(1, MAX_SECONDS).nullable().default(null),
    requiredActions: several(action),
    tickets: several(pattern),
    stepUp: several(acr),
    maxLeases: whole(1, 1000).nullable().default(null),
    limits: z.union([z.strictObject({}), limits]).default({}),
    removedScopes: several(scope),
  })
  .transform((answer): PolicyAnswer => ({ ...answer, broken: [] }));
