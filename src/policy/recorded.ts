import { z } from 'zod';
import { RISKS } from '../domain/entitlement.ts';
import { LEASE_DOORS } from '../domain/policy.ts';
import type { PolicyRecord } from '../domain/policy-record.ts';

const text = z.string();
const texts = z.array(text);
const count = z.int().min(0);
const stages = z.array(z.object({ approverGroup: text, required: count }));

const recordSchema = z.object({
  asked: z.object({
    kind: z.enum(LEASE_DOORS),
    subject: z.object({
      username: text,
      groups: texts.nullable(),
      attributes: z.record(text, texts),
      manager: text.nullable(),
    }),
    resource: z.object({
      kind: z.enum(['group', 'realm-role', 'client-role']),
      id: text,
      path: text,
      risk: z.enum(RISKS),
      roles: texts,
    }),
    request: z.object({
      seconds: count,
      startsAt: text.nullable(),
      onBehalf: z.boolean(),
      requester: text,
      bundle: texts,
    }),
    context: z.object({
      now: z.int(),
      recent: z.object({ requests24h: count, denied24h: count }),
      live: texts,
      liveCount: count,
    }),
  }),
  outcome: z.object({
    verdict: z.enum(['deny', 'approval', 'allow']),
    stages: stages.nullable(),
    maxSeconds: count.nullable(),
    tickets: texts,
    own: z.object({ stages, maxSeconds: count }),
  }),
  cut: texts.default([]),
});

/** What only a gate knows. */
const NO_GATE = {
  ...{ ip: null, device: null, client: null, acr: null, trigger: null, action: null, grant: null },
  scopes: [],
};

/** What `policyRecord` wrote, read again; null where it cannot be. What was left out is unknown. */
export function readRecord(value: unknown): PolicyRecord | null {
  const read = recordSchema.safeParse(value);
  if (!read.success) return null;
  const { asked, outcome, cut } = read.data;
  const { subject, resource, context } = asked;
  return {
    asked: {
      ...asked,
      subject: {
        ...subject,
        groups: cut.includes('groups') ? null : subject.groups,
        attributes: cut.includes('attributes') ? null : subject.attributes,
      },
      account: null,
      resource: { ...resource, roles: cut.includes('roles') ? null : resource.roles },
      context: { ...NO_GATE, ...context },
    },
    outcome,
    cut,
  };
}
