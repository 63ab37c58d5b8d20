import type { Entitlement } from './entitlement.ts';
import type { EpochMs } from './ids.ts';
import type { Person } from './people.ts';
import { progress, samePerson } from './request.ts';
import type { AccessRequest, Progress, RequestFacts, Signature, TakenRequest } from './request.ts';

/** So many people look at it afterwards. */
export const SIGNATURES = 2;
/** Nobody takes more than this within a day. */
export const MOST_TAKEN = 3;
export const TAKEN_WITHIN_MS = 86_400_000;

const LONGEST_SECONDS = 3600;
const HOUR_MS = 3_600_000;
/** The review is reminded of after these hours, and then every day for as long as it is open. */
const REMINDED_AFTER_HOURS = [1, 4];
const DAY_MS = 24 * HOUR_MS;

/** How long access that is taken at once lasts. */
export const takenSeconds = ({ maxSeconds }: Pick<Entitlement, 'maxSeconds'>): number =>
  Math.min(maxSeconds, LONGEST_SECONDS);

/**
 * The one way in which a request is approved by nobody (I12). Whether its entitlement is marked for it, and who may, is the
 * caller's to check, live; it is always for the one who takes it, and always ends his sessions.
 */
export function takeAtOnce(
  facts: Omit<
    RequestFacts,
    | 'requester'
    | 'beneficiary'
    | 'bundle'
    | 'teamId'
    | 'endSessions'
    | 'version'
    | 'questions'
    | 'revision'
    | 'remindAt'
    | 'escalateAt'
    | 'escalatedTo'
    | 'stuck'
  >,
  by: Person,
): TakenRequest {
  return {
    ...facts,
    requester: by,
    beneficiary: by,
    bundle: null,
    teamId: null,
    endSessions: true,
    version: 1,
    questions: [],
    escalateAt: null,
    escalatedTo: null,
    stuck: null,
    revision: 1,
    state: 'approved',
    approvals: [],
    decidedAt: facts.submittedAt,
    leaseSeconds: facts.askedSeconds,
    remindAt: nextReviewReminder(facts.submittedAt, facts.submittedAt),
    review: { signatures: [], closedAt: null },
  };
}

export const isTaken = (request: AccessRequest): request is TakenRequest =>
  request.state === 'approved' && request.review !== undefined;

/** What was taken, and how long its review is open, as far as that can be told of any request. */
export const openReviewOf = (request: AccessRequest): TakenRequest | null =>
  isTaken(request) && request.review.closedAt === null ? request : null;

/** Whom a message about a request is for now: the stage that is to decide, or the first one of what was taken. */
export function audienceOf(request: AccessRequest): Pick<Progress, 'index' | 'stage'> | null {
  if (request.state === 'pending') return progress(request);
  const first = isTaken(request) ? request.plan[0] : undefined;
  return first === undefined ? null : { index: 0, stage: first };
}

export type SignRefusal = 'own_review' | 'already_signed' | 'review_closed';

/** Why no signature of this person counts, whatever groups he is in; null when one can. */
export function barredFromReview({ beneficiary, requester, review }: TakenRequest, by: Person): SignRefusal | null {
  if (samePerson(by, beneficiary) || samePerson(by, requester)) return 'own_review';
  if (review.signatures.some((signature) => samePerson(signature.by, by))) return 'already_signed';
  return review.closedAt === null ? null : 'review_closed';
}

/** One approver's signature below a review; the last one closes it. Authority is the caller's to check, live. */
export function sign(
  request: TakenRequest,
  signature: Signature,
): { readonly ok: true; readonly request: TakenRequest } | { readonly ok: false; readonly refusal: SignRefusal } {
  const barred = barredFromReview(request, signature.by);
  if (barred !== null) return { ok: false, refusal: barred };
  const signatures = [...request.review.signatures, signature];
  const isClosed = signatures.length >= SIGNATURES;
  return {
    ok: true,
    request: {
      ...request,
      revision: request.revision + 1,
      remindAt: isClosed ? null : request.remindAt,
      review: { signatures, closedAt: isClosed ? signature.at : null },
    },
  };
}

/** When those who are to sign are reminded next after `now`. */
export function nextReviewReminder(takenAt: EpochMs, now: EpochMs): EpochMs {
  const early = REMINDED_AFTER_HOURS.map((hours) => takenAt + hours * HOUR_MS).find((at) => at > now);
  return early ?? takenAt + (Math.floor((now - takenAt) / DAY_MS) + 1) * DAY_MS;
}
