import { z } from 'zod';
import { RISKS } from '../domain/entitlement.ts';
import { GATE_TRIGGERS, LEASE_DOORS, TOKEN_GRANTS } from '../domain/policy.ts';
import type { PolicyInput } from '../domain/policy.ts';

const text = z.string();
const texts = z.array(text).readonly();
const count = z.int().min(0);
const known = text.nullable();

const subject = z.strictObject({
  username: text,
  groups: texts.nullable(),
  attributes: z.record(text, texts),
  manager: known,
});
const context = z.strictObject({
  now: z.int(),
  ip: known,
  device: known,
  client: known,
  acr: known,
  trigger: z.enum(GATE_TRIGGERS).nullable(),
  action: known,
  grant: z.enum(TOKEN_GRANTS).nullable(),
  scopes: texts,
  recent: z.strictObject({ requests24h: count, denied24h: count }),
  live: texts,
  liveCount: count,
});
const resource = z.strictObject({
  kind: z.enum(['group', 'realm-role', 'client-role']),
  id: text,
  path: text,
  risk: z.enum(RISKS),
  roles: texts,
});
const request = z.strictObject({
  seconds: count,
  startsAt: known,
  justification: text,
  onBehalf: z.boolean(),
  requester: text,
  bundle: texts,
});

const account = z.strictObject({
  emailVerified: z.boolean(),
  termsAccepted: z.boolean(),
  otp: z.boolean(),
  ageDays: count.nullable(),
  filled: texts,
});
const none = z.null();

/** The facts as people write them down; unknown fields are refused. */
export const inputSchema: z.ZodType<PolicyInput> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(LEASE_DOORS), subject, context, resource, request, account: none }),
  z.strictObject({ kind: z.literal('login'), subject, context, resource: none, request: none, account }),
  z.strictObject({ kind: z.literal('token'), subject, context, resource: none, request: none, account: none }),
]);
