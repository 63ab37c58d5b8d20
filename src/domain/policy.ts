import type { Attributes, Risk, StageRule } from './entitlement.ts';
import type { EpochMs } from './ids.ts';
import type { ResourceKind } from './resource.ts';

/** The doors about a lease: asking, a click on Approve, right before activation, and break-glass. */
export const LEASE_DOORS = ['request', 'approval', 'activation', 'break-glass'] as const;
/** The doors inside Keycloak. */
export const GATE_DOORS = ['login', 'token'] as const;
export type LeaseDoor = (typeof LEASE_DOORS)[number];
export type GateDoor = (typeof GATE_DOORS)[number];
export type Door = LeaseDoor | GateDoor;

/**
 * Why a sign-in came to the gate: every one does that reaches it (`login`, `registration`), or its client, a scope it asks
 * for, a required action that it was sent for (`kc_action`), or a higher authentication context class.
 */
export const GATE_TRIGGERS = ['login', 'registration', 'client', 'scope', 'action', 'step-up'] as const;
export type GateTrigger = (typeof GATE_TRIGGERS)[number];

/** How a client asks for a token. */
export const TOKEN_GRANTS = [
  ...(['authorization_code', 'refresh_token', 'password', 'client_credentials'] as const),
  ...(['token_exchange', 'device_code', 'jwt_bearer', 'ciba'] as const),
] as const;
export type TokenGrant = (typeof TOKEN_GRANTS)[number];

/** The person who would hold the access, or who signs in. */
export type PolicySubject = {
  readonly username: string;
  /** Full paths of the groups that he is a direct member of; null: some of them may not be viewed. */
  readonly groups: readonly string[] | null;
  readonly attributes: Attributes;
  /** Username; null where none is known. */
  readonly manager: string | null;
};

export type PolicyResource = {
  readonly kind: ResourceKind;
  /** UUID in Keycloak. */
  readonly id: string;
  readonly path: string;
  readonly risk: Risk;
  /** Everything it really gives, as `roleName` writes it. */
  readonly roles: readonly string[];
};

export type PolicyRequest = {
  readonly seconds: number;
  /** ISO 8601 in UTC; null: at once. */
  readonly startsAt: string | null;
  readonly justification: string;
  /** Somebody else asks for the subject. */
  readonly onBehalf: boolean;
  /** Username of who asks. */
  readonly requester: string;
  /** Paths of the other things asked for together with this one. */
  readonly bundle: readonly string[];
};

/** What only a gate knows of the account that signs in. */
export type PolicyAccount = {
  readonly emailVerified: boolean;
  readonly termsAccepted: boolean;
  /** A one-time code is set up. */
  readonly otp: boolean;
  /** Whole days since it was made; null where Keycloak does not know. */
  readonly ageDays: number | null;
  /** Names of the attributes that have a value, `email` `firstName` `lastName` among them, whoever may write them. */
  readonly filled: readonly string[];
};

export type PolicyContext = {
  readonly now: EpochMs;
  /** What only a gate may know; null where it is not known. */
  readonly ip: string | null;
  readonly device: string | null;
  readonly client: string | null;
  /** The authentication context class that the sign-in has reached so far. */
  readonly acr: string | null;
  /** What brought it to the gate. */
  readonly trigger: GateTrigger | null;
  /** The required action that it was sent for (`kc_action`). */
  readonly action: string | null;
  /** How the client asks for a token; null at every other door. */
  readonly grant: TokenGrant | null;
  readonly scopes: readonly string[];
  /** Requests for the subject within the last 24 hours, and how many of them were denied. */
  readonly recent: { readonly requests24h: number; readonly denied24h: number };
  /** Paths of what the subject holds by live leases, without the one that is being decided. */
  readonly live: readonly string[];
  readonly liveCount: number;
};

/** A question about a lease. */
export type LeaseQuestion = {
  readonly kind: LeaseDoor;
  readonly subject: PolicySubject;
  readonly resource: PolicyResource;
  readonly request: PolicyRequest;
  readonly account: null;
  readonly context: PolicyContext;
};

/** A question about a sign-in. */
export type GateQuestion = {
  readonly kind: GateDoor;
  readonly subject: PolicySubject;
  readonly resource: null;
  readonly request: null;
  /** null at `token`. */
  readonly account: PolicyAccount | null;
  readonly context: PolicyContext;
};

/** The facts of one question. It is plain JSON, and goes to Open Policy Agent as it is. */
export type PolicyInput = LeaseQuestion | GateQuestion;

/** What an engine may be asked: of the past less may be known. */
export type AnyQuestion = PolicyInput | PastQuestion;

/** A question of the past, of which less may be known: null. A rule that uses such a fact is broken. */
export type PastQuestion = {
  readonly kind: LeaseDoor;
  readonly subject: Unsure<PolicySubject, 'attributes'>;
  readonly resource: Unsure<PolicyResource, 'risk' | 'roles'>;
  readonly request: Unsure<PolicyRequest, 'justification'>;
  readonly account: null;
  readonly context: PolicyContext;
};
type Unsure<Facts, Name extends keyof Facts> = Omit<Facts, Name> & { readonly [One in Name]: Facts[One] | null };

/** What a reason did. `broken`: the rule could not be evaluated, which denies. `not-at-once`: an `allow` did not count. */
export type PolicyEffect = keyof typeof EFFECTS | 'broken' | 'not-at-once';

/** Effects that deny, whatever else holds. */
export const isDenying = (effect: PolicyEffect): boolean =>
  effect === 'deny' || effect === 'forbid-together' || effect === 'broken';

/** Why Leasehold itself, and no author of a rule, denies or holds back. Texts inside are unescaped. */
export type OwnReason =
  | { readonly own: 'limit_disputed'; readonly limit: string }
  | { readonly own: 'verdict_meaningless'; readonly verdict: PolicyAnswer['verdict']; readonly door: Door }
  | { readonly own: 'too_many_stages'; readonly count: number; readonly most: number }
  /** `count`: how many the person would hold. */
  | { readonly own: 'too_many_leases'; readonly username: string; readonly count: number; readonly most: number }
  | { readonly own: 'not_together'; readonly path: string }
  /** Why an `allow` does not count. */
  | { readonly own: 'stages_demanded' | 'step_up_demanded' | 'risk_critical' | 'administers_keycloak' }
  | { readonly own: 'groups_hidden' | 'not_checked_here' }
  // what is wrong with an engine outside
  | { readonly own: 'engine_status'; readonly status: number }
  | { readonly own: 'engine_late'; readonly seconds: number }
  | { readonly own: 'engine_unconnected' | 'engine_undefined' }
  /** `detail`: as the check of its answer says it, in English. */
  | { readonly own: 'engine_nonsense'; readonly detail: string };

/** A sentence of a rule's author, or why Leasehold says so. */
export type PolicyBecause = string | OwnReason;

/**
 * `rule` null: Leasehold itself, not a rule. `because`: a sentence for people, where the rule's author gives one; or why
 * Leasehold says so.
 */
export type PolicyReason = {
  readonly rule: string | null;
  readonly because: PolicyBecause | null;
  readonly effect: PolicyEffect;
};

/** Values that are handed on and may become claims in a token. */
export type Limits = Readonly<Record<string, string | number | boolean>>;

/** The answer without its id. */
export type PolicyAnswer = {
  /**
   * `allow`: at once; at a gate: go on. `approval`: by approvers; at a gate by those of the one stage in `stages`, and at
   * `login` after `requiredActions` and `stepUp`. `actions`: at `login`, only after those; at `token` it means no.
   */
  readonly verdict: 'allow' | 'deny' | 'approval' | 'actions';
  readonly reasons: readonly PolicyReason[];
  /** In place of the entitlement's own stages, in order; null: those decide. */
  readonly stages: readonly StageRule[] | null;
  /** Longest lease, or use of an approved token; null: no shorter than it would be. */
  readonly maxSeconds: number | null;
  /** Required actions of Keycloak, such as `CONFIGURE_TOTP`. */
  readonly requiredActions: readonly string[];
  /** Patterns that the justification must contain, all of them. */
  readonly tickets: readonly string[];
  /**
   * Authentication context classes (`acr`) that must be reached, all of them: by the subject at a gate, and by each approver,
   * in a sign-in for that decision, at a lease's door.
   */
  readonly stepUp: readonly string[];
  /** How many live leases the subject may hold, this one included. */
  readonly maxLeases: number | null;
  readonly limits: Limits;
  /** Scopes that a token goes without; means nothing at other doors. */
  readonly removedScopes: readonly string[];
  /** Names of rules that could not be evaluated: somebody should be told. */
  readonly broken: readonly string[];
};

/** `id` is the engine's own, by which its log finds the decision. */
export type PolicyDecision = PolicyAnswer & { readonly id: string };

/** What a rule does when it matches; durations in seconds. */
export type RuleEffects = {
  /** The sentence that the person reads. */
  readonly deny?: string;
  readonly allow?: true;
  readonly stages?: readonly StageRule[];
  readonly maxSeconds?: number;
  readonly requiredActions?: readonly string[];
  readonly ticket?: string;
  readonly stepUp?: string;
  readonly maxLeases?: number;
  readonly limits?: Limits;
  /** Paths of which a person may hold one at a time. */
  readonly forbidTogether?: readonly string[];
  /** Scopes that the token goes without. */
  readonly removeScopes?: readonly string[];
};

/** Each effect as policy files write it, with its name here. */
export const EFFECTS = {
  deny: 'deny',
  allow: 'allow',
  stages: 'stages',
  'max-duration': 'maxSeconds',
  'required-actions': 'requiredActions',
  ticket: 'ticket',
  'step-up': 'stepUp',
  'max-leases': 'maxLeases',
  limits: 'limits',
  'forbid-together': 'forbidTogether',
  'remove-scopes': 'removeScopes',
} as const satisfies Readonly<Record<string, keyof RuleEffects>>;

/** The rules behind an answer, each once. */
export const rulesOf = (reasons: readonly PolicyReason[]): readonly string[] => [
  ...new Set(reasons.flatMap(({ rule }) => rule ?? [])),
];

/** Why, each once. */
export const whyOf = (reasons: readonly PolicyReason[]): readonly PolicyBecause[] => {
  const told = reasons.flatMap(({ because }) => (because === null ? [] : [because]));
  return [...new Map(told.map((because) => [JSON.stringify(because), because])).values()];
};

export const isGate = (door: Door): door is GateDoor => (GATE_DOORS as readonly Door[]).includes(door);
