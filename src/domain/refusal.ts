import type { SignRefusal } from './break-glass.ts';
import type { JsonObject } from './canonical.ts';
import type { Flaw } from './flaw.ts';
import type { PolicyReason } from './policy.ts';
import type { DecisionRefusal, RequestState } from './request.ts';
import type { EpochMs, RequestId } from './ids.ts';
import type { IdentityRefusal } from './identity.ts';
import type { LinkBar } from './link.ts';
import type { Person, SlackUser } from './people.ts';
import type { StartProblem } from './start.ts';

/** How a sign-in that waited came to its end. */
export type GateEnd =
  'approved' | 'denied' | 'expired' | 'withdrawn' | 'superseded' | 'unreachable' | 'changed' | 'untaken';

/** One of several things that were asked for or decided at once, and why it was not. `path`: as it is called, or as it was typed. */
export type RefusedPart = { readonly path: string; readonly refusal: Refusal };

/**
 * Every way to say no to a person, as data. `src/slack` maps each to one private sentence that says what to do.
 * Texts inside are unescaped.
 */
export type Refusal =
  // who you are
  | { readonly refusal: 'outsider' | 'guest' | 'deactivated' | 'bot' }
  | { readonly refusal: 'not_linked' | 'link_needed' | 'identity_ambiguous' | 'email_unverified' | 'user_disabled' }
  | { readonly refusal: 'not_admin' | 'may_not_revoke'; readonly adminGroup: string }
  // what you ask for
  | { readonly refusal: 'usage'; readonly command: '/request-access' | '/access' | '/access-audit' }
  | { readonly refusal: 'unknown_access'; readonly asked: string }
  | { readonly refusal: 'ambiguous_access'; readonly asked: string; readonly matches: readonly string[] }
  | { readonly refusal: 'not_requestable'; readonly path: string; readonly because: Flaw }
  /** `id`: the decision in the log of what decided. `record`: for the audit alone, where access was asked for. */
  | {
      readonly refusal: 'against_policy';
      readonly path: string;
      readonly id: string;
      readonly reasons: readonly PolicyReason[];
      readonly record?: JsonObject;
    }
  | { readonly refusal: 'not_eligible'; readonly path: string; readonly group: string }
  | { readonly refusal: 'beneficiary_is_bot' }
  | { readonly refusal: 'not_for_them'; readonly person: SlackUser; readonly because: IdentityRefusal | 'not_eligible' }
  | { readonly refusal: 'asker_left'; readonly person: SlackUser; readonly because: IdentityRefusal }
  | { readonly refusal: 'bad_duration'; readonly asked: string }
  | { readonly refusal: 'bad_start'; readonly asked: string; readonly because: StartProblem }
  | { readonly refusal: 'too_short'; readonly minSeconds: number }
  | { readonly refusal: 'too_long'; readonly path: string; readonly maxSeconds: number }
  | { readonly refusal: 'justification_missing' }
  | { readonly refusal: 'justification_too_long'; readonly points: number; readonly maxPoints: number }
  | { readonly refusal: 'justification_pattern'; readonly pattern: string }
  | {
      readonly refusal: 'no_approvers';
      readonly group: string;
      readonly because: 'missing' | 'ambiguous' | 'too_few' | 'only_you' | 'no_channel';
      readonly required: number;
    }
  /** `of`: whose manager is asked for. */
  | { readonly refusal: 'no_manager'; readonly of: SlackUser; readonly because: ManagerProblem }
  | { readonly refusal: 'too_many_parts'; readonly limit: number }
  | { readonly refusal: 'named_twice'; readonly path: string }
  /** Several at once, all or nothing. */
  | { readonly refusal: 'parts_refused'; readonly verb: 'ask' | 'decide'; readonly parts: readonly RefusedPart[] }
  | { readonly refusal: 'already_pending'; readonly path: string; readonly link: RequestId }
  | { readonly refusal: 'too_many_pending'; readonly limit: number }
  | { readonly refusal: 'too_many_recently'; readonly limit: number }
  | { readonly refusal: 'too_many_people'; readonly count: number; readonly limit: number }
  | { readonly refusal: 'team_under_way'; readonly path: string }
  | { readonly refusal: 'bundle_for_many' | 'start_for_many' }
  | { readonly refusal: 'not_break_glass'; readonly path: string }
  | { readonly refusal: 'too_often_taken'; readonly limit: number }
  // what you decide or do
  | { readonly refusal: SignRefusal }
  /** `groupPath` null: no group decides, a manager does. */
  | { readonly refusal: DecisionRefusal; readonly groupPath: string | null; readonly maxSeconds: number }
  | { readonly refusal: 'not_an_approver'; readonly groupPath: string }
  | { readonly refusal: 'not_the_manager'; readonly of: SlackUser }
  | { readonly refusal: 'settled'; readonly state: RequestState; readonly by: Person | null; readonly at: EpochMs }
  // of a sign-in that waits, or (`of`) of a token that a client asks for without a browser
  | {
      readonly refusal: 'gate_settled';
      readonly state: GateEnd;
      readonly by: Person | null;
      readonly at: EpochMs;
      readonly of?: 'token';
    }
  | { readonly refusal: 'own_gate' | 'gate_counted'; readonly of?: 'token' }
  /** `groupPath` null: the manager is asked. */
  | {
      readonly refusal: 'not_asked_at_gate';
      readonly groupPath: string | null;
      readonly username: string;
      readonly of?: 'token';
    }
  /** Nobody but the person himself is asked. */
  | { readonly refusal: 'not_in_whose_name'; readonly username: string }
  | { readonly refusal: 'old_message'; readonly link: RequestId | null }
  | { readonly refusal: 'changed_meanwhile' | 'needed_later' }
  | { readonly refusal: 'nothing_written' }
  | { readonly refusal: 'too_many_questions'; readonly limit: number }
  | { readonly refusal: 'already_answered'; readonly at: EpochMs }
  | { readonly refusal: 'not_yours' }
  | { readonly refusal: 'nothing_live'; readonly path: string | null }
  | {
      readonly refusal: 'extended_too_late';
      readonly path: string;
      readonly at: EpochMs;
      readonly leaseSeconds: number;
    }
  | { readonly refusal: 'not_confirmed'; readonly realm: string }
  | { readonly refusal: 'bad_filter'; readonly word: string }
  // who you are to prove
  | { readonly refusal: 'sign_in_not_set_up' }
  | { readonly refusal: 'already_linked'; readonly username: string }
  /** `person` null: who asks. */
  | { readonly refusal: 'no_link'; readonly person: SlackUser | null }
  | { readonly refusal: 'no_code' }
  | { readonly refusal: 'wrong_code'; readonly triesLeft: number }
  | { readonly refusal: 'cannot_link'; readonly because: LinkBar }
  | { readonly refusal: 'too_many_sign_ins'; readonly limit: number }
  // what is broken
  | { readonly refusal: 'too_late_to_check' }
  | { readonly refusal: 'keycloak_unavailable' | 'store_unavailable' | 'broken'; readonly correlationId: string };

/** Why the one whom the attribute `manager` names cannot decide; `not_found`: he has no Slack account that I can find. */
export type ManagerProblem =
  | 'not_set'
  | 'untrusted'
  | 'unknown'
  | 'ambiguous'
  | 'disabled'
  | 'asks'
  | 'counts_once'
  | 'not_found'
  | IdentityRefusal;
/** One refusal for some of `count` parts: the reason alone where it is the same for all of them. */
export function refusedTogether(verb: 'ask' | 'decide', parts: readonly RefusedPart[], count: number): Refusal {
  const [first] = parts;
  const isSame = parts.every(({ refusal }) => JSON.stringify(refusal) === JSON.stringify(first?.refusal));
  if (first !== undefined && isSame && parts.length === count) return first.refusal;
  return { refusal: 'parts_refused', verb, parts };
}

/** The outcome of an operation that may refuse. */
export type Outcome<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly refusal: Refusal };

export const refuse = (refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } => ({ ok: false, refusal });

/** The refusal as people are told it: without what is for the audit alone. */
export function asTold(refusal: Refusal): Refusal {
  if (refusal.refusal === 'parts_refused')
    return { ...refusal, parts: refusal.parts.map((part) => ({ ...part, refusal: asTold(part.refusal) })) };
  if (refusal.refusal !== 'against_policy') return refusal;
  const { path, id, reasons } = refusal;
  return { refusal: refusal.refusal, path, id, reasons };
}
