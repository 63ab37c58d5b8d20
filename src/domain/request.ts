import type { EpochMs, GroupId, RequestId, TeamAskId } from './ids.ts';
import type { Risk } from './entitlement.ts';
import type { Person } from './people.ts';
import { escalationOf } from './plan.ts';
import type { Plan, Stage } from './plan.ts';
import type { Limits, PolicyBecause } from './policy.ts';
import type { EffectiveRole, Resource } from './resource.ts';

/** A sign-in for this one decision. `acr`: the authentication context class that it reached. */
export type SignedIn = { readonly acr: string | null; readonly at: EpochMs };

export type Decision =
  | {
      readonly kind: 'approve';
      readonly stage: number;
      readonly by: Person;
      readonly at: EpochMs;
      readonly leaseSeconds: number;
      /** How the approver had just signed in to Keycloak, where that was demanded. */
      readonly signedIn?: SignedIn;
    }
  | {
      readonly kind: 'deny';
      readonly stage: number;
      readonly by: Person;
      readonly at: EpochMs;
      readonly comment: string | null;
    };
export type Approval = Extract<Decision, { kind: 'approve' }>;
export type Denial = Extract<Decision, { kind: 'deny' }>;

/** What an approver wants to know before deciding, and what the requester said to it; null while that is awaited. */
export type Question = {
  readonly by: Person;
  readonly at: EpochMs;
  readonly text: string;
  readonly answer: { readonly at: EpochMs; readonly text: string } | null;
};
export const MAX_QUESTIONS = 10;

/** What one approver says afterwards about access that was taken by break-glass. */
export type Signature = {
  readonly by: Person;
  readonly at: EpochMs;
  readonly right: boolean;
  readonly comment: string | null;
};
/** `closedAt` null: it waits for signatures. */
export type Review = { readonly signatures: readonly Signature[]; readonly closedAt: EpochMs | null };
/**
 * The place of a request in a bundle of several that were asked for together: `id` is that of its first part, `part` counts
 * from 0, `parts` is how many there are.
 */
export type BundlePlace = { readonly id: RequestId; readonly part: number; readonly parts: number };

/** What policy had to say when this version was drawn up: the id of its decision, the rules that matched, and why, as far as it is told. */
export type RuledBy = {
  readonly id: string;
  readonly rules: readonly string[];
  readonly why?: readonly PolicyBecause[];
};

/** What is true of a request in every state. `revision` is the row's compare-and-swap counter, from 1. */
export type RequestFacts = {
  readonly id: RequestId;
  readonly realm: string;
  readonly requester: Person;
  readonly beneficiary: Person;
  readonly resource: Resource;
  readonly description: string;
  readonly risk: Risk;
  readonly endSessions: boolean;
  readonly askedSeconds: number;
  /** When the lease is to begin; null, or past when it is approved: at approval. Has nothing to do with the waiting. */
  readonly startsAt: EpochMs | null;
  readonly justification: string;
  readonly plan: Plan;
  /** Absent where no policy was asked. */
  readonly ruledBy?: RuledBy;
  /** Authentication context classes of the sign-in that each approval of this version needs; none or absent: no sign-in. */
  readonly stepUp?: readonly string[];
  /** What policy hands on with the access, such as a number of rows; absent: nothing. */
  readonly limits?: Limits;
  /** What the resource gave when this version was drawn up. */
  readonly roles: readonly EffectiveRole[];
  /** SHA-256 (hex) over the plan's digest text; `version` grows from 1 only when it changes. */
  readonly digest: string;
  readonly version: number;
  readonly submittedAt: EpochMs;
  /** The end of waiting; has nothing to do with the lease. */
  readonly waitsUntil: EpochMs;
  /** When its approvers are to be reminded next, if nobody has decided by then; null: not again. */
  readonly remindAt: EpochMs | null;
  /** When its current stage goes on to another group, too, if nobody has decided by then; null: it does not, or did. */
  readonly escalateAt: EpochMs | null;
  /** The group that may decide the current stage, too, because its own has not in time. */
  readonly escalatedTo: GroupId | null;
  /** Why it cannot be approved as things stand, as people were told; null while nothing of that kind is known. */
  readonly stuck: string | null;
  /** In the order they were asked; they change neither version nor approvals. */
  readonly questions: readonly Question[];
  /** The ask for many people at once that it is a part of; null: it was asked by itself. */
  readonly teamId: TeamAskId | null;
  /** null: it was asked for by itself. */
  readonly bundle: BundlePlace | null;
  readonly correlationId: string;
  readonly revision: number;
};

export type PendingRequest = RequestFacts & { readonly state: 'pending'; readonly approvals: readonly Approval[] };
export type DecidedRequest = RequestFacts & {
  readonly state: 'approved';
  readonly approvals: readonly Approval[];
  readonly decidedAt: EpochMs;
  readonly leaseSeconds: number;
  readonly review?: never;
};
/** Break-glass: taken at once by the one whom it is for, approved by nobody, and reviewed afterwards. */
export type TakenRequest = RequestFacts & {
  readonly state: 'approved';
  readonly approvals: readonly [];
  readonly decidedAt: EpochMs;
  readonly leaseSeconds: number;
  readonly review: Review;
};
export type ApprovedRequest = DecidedRequest | TakenRequest;
export type DeniedRequest = RequestFacts & {
  readonly state: 'denied';
  readonly approvals: readonly Approval[];
  readonly denial: Denial;
};
export type ClosedRequest = RequestFacts & {
  readonly state: 'expired' | 'withdrawn';
  readonly approvals: readonly Approval[];
  readonly closedAt: EpochMs;
  /** Who is no longer a member of the workspace, where that is why it was withdrawn. */
  readonly leaver?: Person;
};
export type AccessRequest = PendingRequest | ApprovedRequest | DeniedRequest | ClosedRequest;
export type RequestState = AccessRequest['state'];

/** Whether its approvers sign in to approve it. */
export const needsSignIn = ({ stepUp = [] }: Pick<RequestFacts, 'stepUp'>): boolean => stepUp.length > 0;

/** Whether somebody asks on behalf of somebody else. */
export const isForAnother = ({ requester, beneficiary }: Pick<RequestFacts, 'requester' | 'beneficiary'>): boolean =>
  !samePerson(requester, beneficiary);

/** When the lease of an approved request begins, if that is after its approval; null: at approval. */
export const beginsAt = ({ startsAt, decidedAt }: Pick<ApprovedRequest, 'startsAt' | 'decidedAt'>): EpochMs | null =>
  startsAt !== null && startsAt > decidedAt ? startsAt : null;

/** Where a request stands: the current stage (0-based) and how many have approved it. */
export type Progress = { readonly index: number; readonly stage: Stage; readonly approved: number };

/** The first stage whose quorum is not reached; null when all are: then a pending request waits for the rest of its bundle. */
export function progress(request: Pick<PendingRequest, 'plan' | 'approvals'>): Progress | null {
  for (const [index, stage] of request.plan.entries()) {
    const approved = request.approvals.filter((approval) => approval.stage === index).length;
    if (approved < stage.required) return { index, stage, approved };
  }
  return null;
}

/** Why a decision does not count, as a value (I12, I13, I15). */
export type DecisionRefusal = 'self_approval' | 'already_decided_by_you' | 'longer_than_asked';

/**
 * One approver's decision on a pending request. Authority (membership of the stage's group) is the caller's to check,
 * live; what can be told from the request itself is decided here. A part of a bundle stays pending with all its approvals:
 * what becomes of it is decided for the whole bundle.
 */
export function decide(
  request: PendingRequest,
  decision:
    | { readonly kind: 'approve'; readonly leaseSeconds: number; readonly signedIn?: SignedIn }
    | { readonly kind: 'deny'; readonly comment: string | null },
  by: Person,
  at: EpochMs,
):
  | { readonly ok: true; readonly request: PendingRequest | ApprovedRequest | DeniedRequest }
  | { readonly ok: false; readonly refusal: DecisionRefusal } {
  const barred = barredFrom(request, by);
  if (barred !== null) return { ok: false, refusal: barred };
  const current = progress(request);
  if (current === null) throw new Error(`nobody is asked about request ${request.id} any more`);
  const revision = request.revision + 1;
  if (decision.kind === 'deny') {
    return {
      ok: true,
      request: { ...request, revision, state: 'denied', denial: { ...decision, stage: current.index, by, at } },
    };
  }
  if (!Number.isSafeInteger(decision.leaseSeconds) || decision.leaseSeconds < 1) {
    throw new RangeError(`no lease: ${decision.leaseSeconds} s`);
  }
  if (decision.leaseSeconds > request.askedSeconds) return { ok: false, refusal: 'longer_than_asked' };
  const approvals = [...request.approvals, { ...decision, stage: current.index, by, at }];
  const waiting = { ...request, revision, approvals };
  const next = progress(waiting);
  if (next !== null) {
    const begun = next.index === current.index ? {} : beginStage(next.stage, at);
    return { ok: true, request: { ...waiting, ...begun } };
  }
  // Nobody is asked about it any more, so that it goes on to nobody either.
  const whole = { ...waiting, escalateAt: null };
  return { ok: true, request: whole.bundle === null ? approve(whole, at) : whole };
}

/** The request as every approval it needs makes it. */
export const approve = (request: PendingRequest, at: EpochMs): ApprovedRequest => ({
  ...request,
  state: 'approved',
  decidedAt: at,
  leaseSeconds: approvedSeconds(request),
});

/** The shortest lease that anybody approved. */
export const approvedSeconds = ({
  askedSeconds,
  approvals,
}: Pick<PendingRequest, 'askedSeconds' | 'approvals'>): number =>
  Math.min(askedSeconds, ...approvals.map((approval) => approval.leaseSeconds));

/** Why no decision of this person on the request can count, whatever groups he is in; null when one can. */
export function barredFrom(
  request: PendingRequest,
  by: Person,
): Extract<DecisionRefusal, 'self_approval' | 'already_decided_by_you'> | null {
  if (samePerson(by, request.requester) || samePerson(by, request.beneficiary)) return 'self_approval';
  return request.approvals.some((approval) => samePerson(approval.by, by)) ? 'already_decided_by_you' : null;
}

/** One approver's question on a pending request, which waits on. Who may decide may ask; authority is the caller's to check. */
export function askMore(
  request: PendingRequest,
  text: string,
  by: Person,
  at: EpochMs,
):
  | { readonly ok: true; readonly request: PendingRequest }
  | { readonly ok: false; readonly refusal: Exclude<DecisionRefusal, 'longer_than_asked'> | 'too_many_questions' } {
  const barred = barredFrom(request, by);
  if (barred !== null) return { ok: false, refusal: barred };
  if (request.questions.length >= MAX_QUESTIONS) return { ok: false, refusal: 'too_many_questions' };
  const questions = [...request.questions, { by, at, text, answer: null }];
  return { ok: true, request: { ...request, revision: request.revision + 1, questions } };
}

/** The request with its question `index` answered. */
export function answerTo(request: PendingRequest, index: number, text: string, at: EpochMs): PendingRequest {
  const questions = request.questions.map((one, place) => (place === index ? { ...one, answer: { at, text } } : one));
  return { ...request, revision: request.revision + 1, questions };
}

/** The request as it must be asked anew because its plan or what it gives changed: every approval is void. */
export function reopen(
  request: PendingRequest,
  { plan, roles, digest, stepUp = [], ruledBy, limits, entitlement }: Fresh,
  at: EpochMs,
): PendingRequest {
  const ruled = { stepUp, ...(ruledBy && { ruledBy }), ...(limits && { limits }) };
  const fresh = { plan, roles, digest, ...ruled, ...beginStage(plan[0], at), stuck: null, approvals: [] };
  const before: Omit<PendingRequest, 'limits'> & { limits?: Limits } = { ...request };
  delete before.limits;
  const { kind, id, path, clientUuid } = request.resource;
  // The digest says whether only tokens carry it, so that the approvals to come are for just that.
  const resource = { kind, id, path, clientUuid, ...(entitlement.resource.inToken && { inToken: true as const }) };
  return { ...before, resource, ...fresh, version: request.version + 1, revision: request.revision + 1 };
}
type Fresh = Pick<RequestFacts, 'plan' | 'roles' | 'digest' | 'ruledBy' | 'stepUp' | 'limits'> & {
  readonly entitlement: { readonly resource: Resource };
};

/**
 * The request with what one more decision of policy hands on. Of two numbers the lower one stays; of other values the later
 * one. What was handed on before stays, whatever the later decision leaves out.
 */
export function withLimits<Any extends AccessRequest>(request: Any, later: Limits | undefined): Any {
  if (later === undefined) return request;
  const limits: Record<string, Limits[string]> = { ...request.limits };
  for (const [name, value] of Object.entries(later)) {
    const known = limits[name];
    limits[name] = typeof known === 'number' && typeof value === 'number' ? Math.min(known, value) : value;
  }
  return { ...request, limits };
}

/** What is true of a request whose current stage has just begun. */
export function beginStage(stage: Stage | undefined, at: EpochMs): Pick<RequestFacts, 'escalateAt' | 'escalatedTo'> {
  const escalation = escalationOf(stage);
  return { escalateAt: escalation === null ? null : at + escalation.afterSeconds * 1000, escalatedTo: null };
}

/** The request as the other group may decide its current stage, too; null where there is none, or it may already. */
export function escalate(request: PendingRequest): PendingRequest | null {
  const escalation = escalationOf(progress(request)?.stage);
  if (escalation === null || request.escalatedTo !== null) return null;
  return { ...request, escalateAt: null, escalatedTo: escalation.groupId, revision: request.revision + 1 };
}

/** Parts of the waiting after which approvers are reminded, ever more rarely. */
const REMINDED_AFTER = [1 / 24, 1 / 8, 1 / 2];
/** Nobody is reminded sooner than this, but for the last time. */
const REMIND_MIN_MS = 600_000;

/** When the approvers of a request are to be reminded first or next after `now`; null: not again. */
export function nextReminder(
  { submittedAt, waitsUntil }: Pick<RequestFacts, 'submittedAt' | 'waitsUntil'>,
  now: EpochMs,
): EpochMs | null {
  const waits = REMINDED_AFTER.map((part) => Math.round((waitsUntil - submittedAt) * part));
  const due = waits.filter((wait, index) => wait >= REMIND_MIN_MS || index === waits.length - 1);
  return due.map((wait) => submittedAt + wait).find((at) => at > now) ?? null;
}

/** Ends a pending request without a decision. */
export function close(request: PendingRequest, state: 'expired' | 'withdrawn', at: EpochMs): ClosedRequest {
  return { ...request, state, closedAt: at, revision: request.revision + 1 };
}

/** Withdraws a pending request because somebody in it left the workspace. */
export const withdrawFor = (request: PendingRequest, leaver: Person, at: EpochMs): ClosedRequest => ({
  ...close(request, 'withdrawn', at),
  leaver,
});

/** One human is one Keycloak user, whichever Slack account he used. */
export const samePerson = (a: Person, b: Person): boolean =>
  a.userId === b.userId || (a.slack.teamId === b.slack.teamId && a.slack.userId === b.slack.userId);
