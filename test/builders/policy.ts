import type {
  PolicyAccount,
  PolicyContext,
  PolicyInput,
  PolicyRequest,
  PolicyResource,
  PolicySubject,
} from '../../src/domain/policy.ts';
import { evaluator } from '../../src/policy/evaluate.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';
import type { Policy } from '../../src/usecases/policy-port.ts';

type Changes = {
  readonly kind?: 'request' | 'approval' | 'activation' | 'break-glass';
  readonly subject?: Partial<PolicySubject>;
  readonly resource?: Partial<PolicyResource>;
  readonly request?: Partial<PolicyRequest>;
  readonly context?: Partial<PolicyContext>;
};

/** A Monday, 12:00 UTC. */
export const NOON = Date.UTC(2026, 2, 2, 12);

/** Ann asks for /sandbox for an hour, at noon. */
export function aQuestion({ kind = 'request', subject, resource, request, context }: Changes = {}): PolicyInput {
  return {
    kind,
    subject: { username: 'ann', groups: [], attributes: {}, manager: null, ...subject },
    resource: { kind: 'group', id: 'id-1', path: '/sandbox', risk: 'medium', roles: [], ...resource },
    request: {
      seconds: 3600,
      startsAt: null,
      justification: 'to look into it',
      onBehalf: false,
      requester: 'ann',
      bundle: [],
      ...request,
    },
    account: null,
    context: aContext(context),
  };
}

/** A year old, with everything set up. */
export const AN_ACCOUNT: PolicyAccount = {
  emailVerified: true,
  termsAccepted: true,
  otp: true,
  ageDays: 365,
  filled: ['email', 'firstName', 'lastName'],
};

export const aGateQuestion = (
  kind: 'login' | 'token',
  {
    subject,
    account,
    context,
  }: Pick<Changes, 'subject' | 'context'> & { readonly account?: Partial<PolicyAccount> } = {},
): PolicyInput => ({
  ...aQuestion({ ...(subject && { subject }) }),
  kind,
  resource: null,
  request: null,
  account: kind === 'login' ? { ...AN_ACCOUNT, ...account } : null,
  context: aContext(context),
});

const aContext = (changes: Partial<PolicyContext> = {}): PolicyContext => ({
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
  liveCount: 0,
  ...changes,
});

/** The same as a port, with the UUIDs that may administer Keycloak. `rule` puts other rules in their place. */
export function aPolicy(rules: string, adminIds: readonly string[] = []): Policy & { rule(rules: string): void } {
  let decide = decider(rules);
  return {
    decide: (input) => Promise.resolve(decide(input)),
    adminResources: () => adminIds.map((id) => ({ id, because: 'on-call repairs realms' })),
    status: () => ({ source: 'a test', loadedAt: 0, hash: null, problem: null }),
    close: () => Promise.resolve(),
    rule: (changed) => {
      decide = decider(changed);
    },
  };
}

/** A policy of these rules, which have to be right; `rules` is YAML below `rules:`. */
export function decider(rules: string, timezone = 'UTC') {
  const read = readPolicy(`version: 1\ntimezone: ${timezone}\nrules:\n${rules}`);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return evaluator(read.policy);
}
