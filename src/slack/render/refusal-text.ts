import { formatDuration } from '../../domain/duration.ts';
import { rulesOf } from '../../domain/policy.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { MAX_AHEAD_DAYS } from '../../domain/start.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Ready } from '../words/ready.ts';
import { reasonLines } from './bundle-words.ts';
import { escapeMrkdwn } from './escape.ts';
import { groupName, groupOrNull } from './facts.ts';
import { flawInSlack } from './flaw-text.ts';
import { gateRefusal } from './gate-words.ts';
import { patternExample } from './pattern-example.ts';
import { link, mention, when } from './pieces.ts';
import { reasonText } from './reason-text.ts';

/** So many of the names that fit are told. */
const MATCHES_MAX = 5;
/** So many reasons and rules of policy. */
const REASONS_MAX = 5;

const name = (text: string): Ready => escapeMrkdwn(text, 150);

/** One private sentence or two for every way to say no, with what to do about it. `address`: of what is meant, or null. */
export function refusalText(words: Catalogue, refusal: Refusal, address: string | null): string {
  const { refusals: say } = words;
  const see = address === null ? null : link(address, words.common.openIt);
  switch (refusal.refusal) {
    case 'outsider':
    case 'guest':
    case 'deactivated':
    case 'bot':
    case 'not_linked':
    case 'link_needed':
    case 'identity_ambiguous':
    case 'email_unverified':
    case 'user_disabled':
      return say.identity[refusal.refusal];
    case 'not_admin':
      return say.notAdmin(groupName(refusal.adminGroup));
    case 'may_not_revoke':
      return say.mayNotRevoke(groupName(refusal.adminGroup));
    case 'usage':
      return say.usage[refusal.command];
    case 'unknown_access':
      return /.\+./u.test(refusal.asked)
        ? `${say.unknownAccess(name(refusal.asked))} ${words.bundle.meantSeveral}`
        : say.unknownAccess(name(refusal.asked));
    case 'ambiguous_access': {
      const names = refusal.matches.slice(0, MATCHES_MAX).map(name);
      return say.ambiguousAccess(name(refusal.asked), { names, rest: refusal.matches.length - names.length });
    }
    case 'not_requestable':
      return say.notRequestable(name(refusal.path), flawInSlack(words, refusal.because));
    case 'against_policy': {
      const why = refusal.reasons.flatMap(({ because }) =>
        because === null ? [] : [reasonText(words, because, escapeMrkdwn)],
      );
      const id = escapeMrkdwn(refusal.id, 100);
      if (refusal.reasons.length > 0 && refusal.reasons.every(({ effect }) => effect === 'broken'))
        return say.policyUndecided(name(refusal.path), [...new Set(why)].slice(0, REASONS_MAX), id);
      const rules = rulesOf(refusal.reasons).map((rule) => escapeMrkdwn(rule, 100));
      return say.againstPolicy(
        name(refusal.path),
        [...new Set(why)].slice(0, REASONS_MAX),
        rules.slice(0, REASONS_MAX),
        id,
      );
    }
    case 'not_eligible':
      return say.notEligible(name(refusal.path), groupName(refusal.group));
    case 'not_for_them':
      return say.notForThem(mention(refusal.person), refusal.because);
    case 'asker_left':
      return say.askerLeft(mention(refusal.person), refusal.because);
    case 'beneficiary_is_bot':
      return say.beneficiaryIsBot;
    case 'bad_duration':
      return say.badDuration(name(refusal.asked));
    case 'bad_start':
      return words.holding.badStart(refusal.because, name(refusal.asked), MAX_AHEAD_DAYS);
    case 'too_short':
      return say.tooShort(refusal.minSeconds, formatDuration(refusal.minSeconds));
    case 'too_long':
      return say.tooLong(name(refusal.path), refusal.maxSeconds, formatDuration(refusal.maxSeconds));
    case 'justification_missing':
      return say.justificationMissing;
    case 'justification_too_long':
      return say.justificationTooLong(refusal.points, refusal.maxPoints);
    case 'justification_pattern':
      return say.justificationPattern(name(patternExample(refusal.pattern) ?? refusal.pattern));
    case 'no_approvers':
      return say.noApprovers(refusal.because, groupName(refusal.group), refusal.required);
    case 'no_manager':
      return say.noManager(mention(refusal.of), refusal.because);
    case 'not_break_glass':
      return words.glass.refusal.notMarked(name(refusal.path));
    case 'too_often_taken':
      return words.glass.refusal.tooOften(refusal.limit);
    case 'own_review':
      return words.glass.refusal.ownReview;
    case 'already_signed':
      return words.glass.refusal.alreadySigned;
    case 'review_closed':
      return words.glass.refusal.reviewClosed;
    case 'too_many_parts':
      return words.bundle.tooMany(refusal.limit);
    case 'named_twice':
      return words.bundle.namedTwice;
    case 'parts_refused':
      return [
        refusal.verb === 'ask' ? words.bundle.nothingAsked : words.bundle.nothingDecided,
        ...reasonLines(words, refusal.parts, (one) => refusalText(words, one, null)),
      ].join('\n');
    case 'already_pending':
      return say.alreadyPending(name(refusal.path), see);
    case 'too_many_pending':
      return say.tooManyPending(refusal.limit);
    case 'too_many_recently':
      return say.tooManyRecently(refusal.limit);
    case 'too_many_people':
      return say.tooManyPeople(refusal.count, refusal.limit);
    case 'start_for_many':
      return words.holding.startForMany;
    case 'bundle_for_many':
      return say.bundleForMany;
    case 'team_under_way':
      return say.teamUnderWay(name(refusal.path));
    case 'self_approval':
      return say.selfApproval(groupOrNull(refusal.groupPath));
    case 'already_decided_by_you':
      return say.alreadyDecidedByYou(groupOrNull(refusal.groupPath));
    case 'longer_than_asked':
      return say.longerThanAsked(refusal.maxSeconds);
    case 'not_an_approver':
      return say.notAnApprover(groupName(refusal.groupPath));
    case 'not_the_manager':
      return say.notTheManager(mention(refusal.of));
    case 'needed_later':
      return say.neededLater;
    case 'settled': {
      const by = refusal.by === null ? null : mention(refusal.by.slack);
      return say.settled(refusal.state, by, when(words, refusal.at));
    }
    case 'gate_settled':
    case 'own_gate':
    case 'gate_counted':
    case 'not_asked_at_gate':
    case 'not_in_whose_name':
      return gateRefusal(words, refusal);
    case 'old_message':
      return say.oldMessage(see);
    case 'changed_meanwhile':
      return say.changedMeanwhile;
    case 'nothing_written':
      return say.nothingWritten;
    case 'too_many_questions':
      return say.tooManyQuestions(refusal.limit);
    case 'already_answered':
      return say.alreadyAnswered(when(words, refusal.at));
    case 'not_yours':
      return say.notYours;
    case 'nothing_live':
      return say.nothingLive(refusal.path === null ? null : name(refusal.path));
    case 'extended_too_late': {
      const typed = formatDuration(refusal.leaseSeconds);
      return words.holding.extendedTooLate(name(refusal.path), when(words, refusal.at), typed);
    }
    case 'not_confirmed':
      return say.notConfirmed(name(refusal.realm));
    case 'bad_filter':
      return say.badFilter(name(refusal.word));
    case 'sign_in_not_set_up':
      return say.signInNotSetUp;
    case 'already_linked':
      return say.alreadyLinked(name(refusal.username));
    case 'no_link':
      return refusal.person === null ? say.noLink : say.noLinkOf(mention(refusal.person));
    case 'no_code':
      return say.noCode;
    case 'wrong_code':
      return say.wrongCode(refusal.triesLeft);
    case 'cannot_link':
      return say.cannotLink[refusal.because];
    case 'too_many_sign_ins':
      return say.tooManySignIns(refusal.limit);
    case 'too_late_to_check':
      return say.tooLateToCheck;
    case 'keycloak_unavailable':
      return say.keycloakUnavailable(escapeMrkdwn(refusal.correlationId, 60));
    case 'store_unavailable':
      return say.storeUnavailable(escapeMrkdwn(refusal.correlationId, 60));
    case 'broken':
      return say.broken(escapeMrkdwn(refusal.correlationId, 60));
  }
}
