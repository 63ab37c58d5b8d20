import { requestId } from '../../src/domain/ids.ts';
import type { Refusal } from '../../src/domain/refusal.ts';
import { AT, chen, HOSTILE, LONG } from './samples.ts';

/** One of every kind; the type makes a missing kind an error. `text` stands for whatever people or Keycloak wrote. */
export function everyRefusal(text: string): readonly Refusal[] {
  const correlationId = 'c0ffee00-0000-4000-8000-000000000000';
  const decision = { groupPath: text, maxSeconds: 3600 };
  const all: Readonly<Record<Refusal['refusal'], Refusal>> = {
    outsider: { refusal: 'outsider' },
    guest: { refusal: 'guest' },
    deactivated: { refusal: 'deactivated' },
    bot: { refusal: 'bot' },
    not_linked: { refusal: 'not_linked' },
    link_needed: { refusal: 'link_needed' },
    identity_ambiguous: { refusal: 'identity_ambiguous' },
    email_unverified: { refusal: 'email_unverified' },
    user_disabled: { refusal: 'user_disabled' },
    not_admin: { refusal: 'not_admin', adminGroup: text },
    may_not_revoke: { refusal: 'may_not_revoke', adminGroup: text },
    usage: { refusal: 'usage', command: '/access' },
    too_many_parts: { refusal: 'too_many_parts', limit: 10 },
    named_twice: { refusal: 'named_twice', path: text },
    parts_refused: {
      refusal: 'parts_refused',
      verb: 'ask',
      parts: Array.from({ length: 10 }, () => ({
        path: text,
        refusal: { refusal: 'not_requestable', path: text, because: { flaw: 'bad_risk', written: text } },
      })),
    },
    unknown_access: { refusal: 'unknown_access', asked: text },
    ambiguous_access: { refusal: 'ambiguous_access', asked: text, matches: Array.from({ length: 100 }, () => text) },
    not_requestable: { refusal: 'not_requestable', path: text, because: { flaw: 'bad_risk', written: text } },
    against_policy: {
      refusal: 'against_policy',
      path: text,
      id: '8d0f2c1e-5a51-4f2c-9a4b-1f6f0c1b7a10',
      reasons: [
        {
          rule: 'contractors only in office hours',
          because: 'Contractors get access from 8 to 18 only.',
          effect: 'deny',
        },
        { rule: text, because: text, effect: 'deny' },
        { rule: null, because: { own: 'too_many_leases', username: 'ann', count: 4, most: 3 }, effect: 'deny' },
      ],
    },
    not_eligible: { refusal: 'not_eligible', path: text, group: text },
    beneficiary_is_bot: { refusal: 'beneficiary_is_bot' },
    not_for_them: { refusal: 'not_for_them', person: chen.slack, because: 'not_linked' },
    asker_left: { refusal: 'asker_left', person: chen.slack, because: 'user_disabled' },
    bad_duration: { refusal: 'bad_duration', asked: text },
    bad_start: { refusal: 'bad_start', asked: text, because: 'unreadable' },
    too_short: { refusal: 'too_short', minSeconds: 60 },
    too_long: { refusal: 'too_long', path: text, maxSeconds: 14_400 },
    justification_missing: { refusal: 'justification_missing' },
    justification_too_long: { refusal: 'justification_too_long', points: 10_000, maxPoints: 1000 },
    justification_pattern: { refusal: 'justification_pattern', pattern: text },
    no_approvers: { refusal: 'no_approvers', group: text, because: 'only_you', required: 2 },
    no_manager: { refusal: 'no_manager', of: chen.slack, because: 'untrusted' },
    already_pending: { refusal: 'already_pending', path: text, link: requestId('r') },
    too_many_pending: { refusal: 'too_many_pending', limit: 10 },
    too_many_recently: { refusal: 'too_many_recently', limit: 20 },
    too_many_people: { refusal: 'too_many_people', count: 51, limit: 50 },
    bundle_for_many: { refusal: 'bundle_for_many' },
    start_for_many: { refusal: 'start_for_many' },
    team_under_way: { refusal: 'team_under_way', path: text },
    not_break_glass: { refusal: 'not_break_glass', path: text },
    too_often_taken: { refusal: 'too_often_taken', limit: 3 },
    own_review: { refusal: 'own_review' },
    already_signed: { refusal: 'already_signed' },
    review_closed: { refusal: 'review_closed' },
    self_approval: { refusal: 'self_approval', ...decision },
    already_decided_by_you: { refusal: 'already_decided_by_you', ...decision },
    longer_than_asked: { refusal: 'longer_than_asked', ...decision },
    not_an_approver: { refusal: 'not_an_approver', groupPath: text },
    not_the_manager: { refusal: 'not_the_manager', of: chen.slack },
    settled: { refusal: 'settled', state: 'denied', by: chen, at: AT },
    old_message: { refusal: 'old_message', link: requestId('r') },
    changed_meanwhile: { refusal: 'changed_meanwhile' },
    needed_later: { refusal: 'needed_later' },
    nothing_written: { refusal: 'nothing_written' },
    too_many_questions: { refusal: 'too_many_questions', limit: 10 },
    already_answered: { refusal: 'already_answered', at: AT },
    not_yours: { refusal: 'not_yours' },
    nothing_live: { refusal: 'nothing_live', path: text },
    extended_too_late: { refusal: 'extended_too_late', path: text, at: AT, leaseSeconds: 3600 },
    not_confirmed: { refusal: 'not_confirmed', realm: text },
    bad_filter: { refusal: 'bad_filter', word: text },
    sign_in_not_set_up: { refusal: 'sign_in_not_set_up' },
    already_linked: { refusal: 'already_linked', username: text },
    no_link: { refusal: 'no_link', person: null },
    no_code: { refusal: 'no_code' },
    wrong_code: { refusal: 'wrong_code', triesLeft: 4 },
    cannot_link: { refusal: 'cannot_link', because: 'email_of_other' },
    too_many_sign_ins: { refusal: 'too_many_sign_ins', limit: 10 },
    too_late_to_check: { refusal: 'too_late_to_check' },
    keycloak_unavailable: { refusal: 'keycloak_unavailable', correlationId },
    store_unavailable: { refusal: 'store_unavailable', correlationId },
    broken: { refusal: 'broken', correlationId },
  };
  const undecided: Refusal = {
    refusal: 'against_policy',
    path: text,
    id: '8d0f2c1e-5a51-4f2c-9a4b-1f6f0c1b7a10',
    reasons: [{ rule: null, because: { own: 'engine_late', seconds: 2 }, effect: 'broken' }],
  };
  const more: readonly Refusal[] = [
    { refusal: 'no_link', person: chen.slack },
    { refusal: 'wrong_code', triesLeft: 0 },
    { refusal: 'cannot_link', because: 'account' },
    { refusal: 'cannot_link', because: 'linked_elsewhere' },
    { refusal: 'cannot_link', because: 'disabled' },
  ];
  return [...Object.values(all), undecided, ...more];
}

export const WORST_TEXTS = [HOSTILE, LONG, ''];
