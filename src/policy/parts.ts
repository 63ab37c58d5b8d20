import { z } from 'zod';
import { patternProblem } from './pattern.ts';

/** Words by which a stage would be decided by whoever asks for it. */
const ASKERS = ['requester', 'self', 'subject', 'beneficiary', 'asker', 'holder', 'me', 'anyone', 'anybody', '*'];
/** What a bare name has only where somebody meant an expression; in a path it may be part of a group's name. */
const EXPRESSION = /^[^/]*[(){}[\]"'`$=&|<>+?:*]|^(subject|request|resource|account|context)\.|[{}]/;

export const sentence = (max: number) =>
  z
    .string({ error: 'must be text' })
    .trim()
    .min(1, { error: 'is empty' })
    .max(max, { error: `has more than ${max} characters` });
export const whole = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
export const list = <Item extends z.ZodType>(item: Item, max: number) =>
  z
    .array(item, { error: 'must be a list' })
    .min(1, { error: 'is empty' })
    .max(max, { error: `has more than ${max} entries` });

/** Who decides a stage; nothing that could turn out to be whoever asks. */
export const approvers = sentence(255)
  .refine((name) => !ASKERS.includes(name.toLowerCase()), {
    error: 'could be whoever asks; name a group by its path, or manager',
    abort: true,
  })
  .refine((name) => !EXPRESSION.test(name), {
    error: 'must be a group path, a bare name or manager, not an expression: it could be whoever asks',
    abort: true,
  })
  .refine((name) => /^(\/[^/]+)+$|^[^/]+$/.test(name), { error: 'must be a group path such as /approvers/platform' });

export const pattern = sentence(1000).superRefine((text, context) => {
  const problem = patternProblem(text);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

export const action = z
  .string({ error: 'must be text' })
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,59}$/, { error: 'is no required action; write for example CONFIGURE_TOTP' });
/** RFC 6749, section 3.3. */
export const scope = z
  .string({ error: 'must be text' })
  .regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,255}$/, { error: 'is no scope; write its name, such as offline_access' });
const limitName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, { error: 'must be lower-case letters, digits and _, such as db_role' });
const limitValue = z.union([z.string().max(200), z.number(), z.boolean()], {
  error: 'must be text, a number, true or false',
});
export const limits = z
  .record(limitName, limitValue, { error: 'must be names with values' })
  .refine((all) => Object.keys(all).length > 0, { error: 'is empty' })
  .refine((all) => Object.keys(all).length <= 20, { error: 'has more than 20 entries' });

/** Authentication context class, as tokens carry it. */
export const acr = z
  .string({ error: 'must be text; put a number in quotes' })
  .regex(/^\S{1,100}$/, { error: 'must be one word, the acr that Keycloak writes into tokens' });
