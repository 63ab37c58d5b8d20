import type { JsonObject } from '../domain/canonical.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import { isDenying, rulesOf, whyOf } from '../domain/policy.ts';
import type { LeaseDoor, LeaseQuestion, Limits, PolicyAnswer, PolicyDecision, PolicyInput } from '../domain/policy.ts';
import { policyRecord } from '../domain/policy-record.ts';
import { roleName } from '../domain/privilege.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import { isForAnother } from '../domain/request.ts';
import type { RequestFacts, RuledBy } from '../domain/request.ts';
import type { EffectiveRole } from '../domain/resource.ts';
import { matches } from '../lib/match.ts';
import { readPersonFacts } from './policy-facts.ts';
import type { Policy } from './policy-port.ts';
import type { Ports } from './ports.ts';
import type { Store } from './store-port.ts';
import { tellBroken } from './tell-policy.ts';

/** So many reasons go with a request. */
const MOST_TOLD = 10;

/** What is asked for, as far as policy may know it. `bundle`: paths of the other things asked for together with it. */
export type Asked = Pick<
  RequestFacts,
  'resource' | 'beneficiary' | 'requester' | 'askedSeconds' | 'startsAt' | 'justification'
> & { readonly bundle: readonly string[] };

type Question = Asked & {
  readonly door: LeaseDoor;
  /** Whether an `allow` may count: nobody was asked about it before. */
  readonly mayBeAtOnce: boolean;
  readonly entitlement: Entitlement;
  /** What the resource gives. */
  readonly roles: readonly EffectiveRole[];
};

export type PolicyPorts = Pick<Ports, 'policy' | 'directory' | 'clock'> & {
  readonly settings: Pick<Ports['settings'], 'stepUpAcr'>;
  readonly store: Pick<Store, 'requestsFor' | 'liveGrantsOf' | 'bundle' | 'commit'>;
  readonly metrics: Pick<Ports['metrics'], 'policyDecided'>;
  readonly log: Pick<Ports['log'], 'error'>;
};

/**
 * The entitlement as policy lets it be: without stages where it is given at once. `ruledBy` and `record`, what the audit
 * keeps of question and answer, are null where no policy was asked.
 */
export type Ruling = {
  readonly entitlement: Entitlement;
  readonly ruledBy: RuledBy | null;
  readonly record: JsonObject | null;
  /** What policy hands on with the access. */
  readonly limits: Limits;
  /** What each approver must sign in with, by policy. */
  readonly stepUp: readonly string[];
};

/**
 * Asks policy about one access and applies its answer to the entitlement: other stages, a shorter lease, or none at all.
 * What it demands and nobody can do yet is refused, too.
 */
export async function askPolicy(
  ports: Omit<PolicyPorts, 'policy'>,
  policy: Policy,
  question: Question,
): Promise<Outcome<Ruling>> {
  const { door, mayBeAtOnce, entitlement } = question;
  const input = await inputFor(ports, question);
  const decision = await decisionOf(ports, policy, input);
  const denied = whyNot(decision, ports.settings.stepUpAcr !== null);
  const { path } = entitlement.resource;
  const recordOf = (verdict: 'deny' | 'approval' | 'allow') =>
    policyRecord(input, { ...decision, verdict }, entitlement);
  if (denied !== null) {
    const isAsked = door === 'request' || door === 'break-glass';
    const kept = isAsked ? { record: recordOf('deny') } : {};
    return refuse({ refusal: 'against_policy', path, id: decision.id, reasons: denied, ...kept });
  }
  for (const pattern of decision.tickets)
    if (!matches(pattern, question.justification)) return refuse({ refusal: 'justification_pattern', pattern });
  const atOnce = mayBeAtOnce && decision.verdict === 'allow';
  return {
    ok: true,
    entitlement: { ...restricted(entitlement, decision), ...(atOnce ? { stages: [] } : {}) },
    ruledBy: ruledByOf(decision),
    record: recordOf(atOnce ? 'allow' : 'approval'),
    limits: decision.limits,
    stepUp: decision.stepUp,
  };
}

/** Puts one question to policy, counts the answer, and lets operators hear of rules that are broken. */
export async function decisionOf(
  ports: Pick<PolicyPorts, 'store' | 'clock' | 'metrics' | 'log'>,
  policy: Policy,
  input: PolicyInput,
): Promise<PolicyDecision> {
  const decision = await policy.decide(input);
  ports.metrics.policyDecided(input.kind, decision.verdict);
  if (decision.broken.length > 0) {
    ports.log.error('policy broken', { id: decision.id, rules: decision.broken, reasons: decision.reasons });
    await tellBroken(ports, decision);
  }
  return decision;
}

/** The facts of one question, read live. */
async function inputFor(
  ports: Pick<PolicyPorts, 'directory' | 'store' | 'clock'>,
  { door: kind, entitlement, roles, ...asked }: Question,
): Promise<LeaseQuestion> {
  const { resource, risk } = entitlement;
  const { beneficiary, requester, startsAt } = asked;
  const now = ports.clock.now();
  const { subject, recent, grants } = await readPersonFacts(ports, beneficiary, now);
  const live = grants.flatMap((grant) => (grant.resource.id === resource.id ? [] : [grant.resource.path]));
  return {
    kind,
    subject,
    resource: { kind: resource.kind, id: resource.id, path: resource.path, risk, roles: roles.map(roleName) },
    request: {
      seconds: asked.askedSeconds,
      startsAt: startsAt === null ? null : new Date(startsAt).toISOString(),
      justification: asked.justification,
      onBehalf: isForAnother(asked),
      requester: requester.username,
      bundle: asked.bundle,
    },
    account: null,
    context: {
      now,
      ip: null,
      device: null,
      client: null,
      acr: null,
      trigger: null,
      action: null,
      grant: null,
      scopes: [],
      recent,
      live: [...new Set(live)],
      liveCount: new Set(live).size,
    },
  };
}

/**
 * The reasons of a denial; of one that only Leasehold makes, because it cannot do what is demanded.
 * @param mayStepUp approvers can sign in for their decision
 */
export function whyNot(
  {
    verdict,
    reasons,
    stepUp,
    requiredActions,
  }: Pick<PolicyAnswer, 'verdict' | 'reasons' | 'stepUp' | 'requiredActions'>,
  mayStepUp: boolean,
): PolicyAnswer['reasons'] | null {
  if (verdict === 'deny') return reasons.filter(({ effect }) => isDenying(effect));
  const undone = [
    ...(mayStepUp || stepUp.length === 0 ? [] : ['step-up']),
    ...(requiredActions.length === 0 ? [] : ['required-actions']),
  ];
  if (undone.length === 0) return null;
  return reasons
    .filter(({ effect }) => undone.includes(effect))
    .map((reason) => ({ ...reason, because: reason.because ?? { own: 'not_checked_here' } }));
}

/** What a request or a gate keeps of a decision. */
export function ruledByOf({ id, reasons }: PolicyDecision): RuledBy {
  const why = whyOf(reasons).slice(0, MOST_TOLD);
  return { id, rules: rulesOf(reasons), ...(why.length > 0 && { why }) };
}

/** Policy may change who decides, and only shorten. */
export function restricted(
  entitlement: Entitlement,
  { stages, maxSeconds }: Pick<PolicyDecision, 'stages' | 'maxSeconds'>,
): Entitlement {
  const longest = Math.min(entitlement.maxSeconds, maxSeconds ?? Infinity);
  return {
    ...entitlement,
    stages: stages ?? entitlement.stages,
    maxSeconds: longest,
    defaultSeconds: Math.min(entitlement.defaultSeconds, longest),
  };
}
