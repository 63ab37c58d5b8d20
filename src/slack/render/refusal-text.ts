import { formatDuration, sayDuration } from '../../domain/duration.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { escapeMrkdwn } from './escape.ts';
import { groupName } from './facts.ts';
import { patternExample } from './pattern-example.ts';
import { mention, when } from './pieces.ts';

const quoted = (text: string): string => `"${escapeMrkdwn(text, 150)}"`;

const USAGE: Readonly<Record<Extract<Refusal, { refusal: 'usage' }>['command'], string>> = {
  '/request-access':
    'Write `/request-access` alone for a form, or `/request-access <access> <duration> <justification>`, for example `/request-access production-read 2h INC-42 debugging`.'
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;'),
  '/access':
    'Write `/access` for what you hold, `/access revoke @person <access>` to take a lease away (`everything` in place of the access for all of a person, `everyone` in place of the person for all on it), or `/access help`. Pick the person from the list that Slack offers, so that the name becomes a mention.'
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;'),
  '/access-audit':
    'Write `/access-audit`, narrowed if you like by @person, a part of a path, `since:7d`, `until:2d`, `state:live`, `state:pending`, `state:denied` or `state:ended`; `csv` sends a file, `verify` checks the chain.',
};

/** Why somebody cannot be asked for, as the rest of a sentence. */
const THEIRS: Readonly<Record<Extract<Refusal, { refusal: 'not_for_them' }>['because'], string>> = {
  outsider: 'they are not a member of this workspace',
  guest: 'they are a guest of this workspace',
  deactivated: 'their Slack account is deactivated',
  bot: 'that is a bot',
  not_linked: 'I do not know which Keycloak account is theirs',
  link_needed: 'for this risk an administrator has to set the attribute slack-user-id on their Keycloak account first',
  identity_ambiguous: 'more than one Keycloak account could be theirs',
  email_unverified: 'their e-mail is not verified in both Slack and Keycloak',
  user_disabled: 'their Keycloak account is disabled',
  not_eligible: 'they are not in the group of those who may have it',
};

/** One private sentence or two for every way to say no, with what to do about it. `link` points to what is meant, or is null. */
export function refusalText(refusal: Refusal, link: string | null): string {
  const see = link === null ? '' : ` <${link}|Open it>.`;
  switch (refusal.refusal) {
    case 'outsider':
      return 'I only work for members of the workspace I belong to, so nothing was done. Ask a colleague there.';
    case 'guest':
      return 'Guests of this workspace cannot use me, so nothing was done. Ask a full member to make the request.';
    case 'deactivated':
      return 'This Slack account is deactivated, so nothing was done.';
    case 'bot':
      return 'Bots cannot ask for access or decide about it; a person has to.';
    case 'not_linked':
      return 'I do not know which Keycloak account is yours, because none has your Slack e-mail. Ask an administrator to set it, or to set the attribute slack-user-id on your account.';
    case 'link_needed':
      return 'For this risk an e-mail is not proof enough of who you are. Ask an administrator to set the attribute slack-user-id on your Keycloak account.';
    case 'identity_ambiguous':
      return 'More than one Keycloak account could be yours, so I take none. Ask an administrator to set the attribute slack-user-id on the right one only.';
    case 'email_unverified':
      return 'Your e-mail is not verified in both Slack and Keycloak, so it proves nothing. Verify it, then try again.';
    case 'user_disabled':
      return 'Your Keycloak account is disabled, so nothing was done. Ask an administrator to enable it.';
    case 'not_admin':
      return `Only members of ${groupName(refusal.adminGroup)} can do this. Ask one of them.`;
    case 'may_not_revoke':
      return `Only members of ${groupName(refusal.adminGroup)} can end the leases of others, and approvers those on what they approve. Ask one of them.`;
    case 'usage':
      return USAGE[refusal.command];
    case 'unknown_access':
      return `I know no access like ${quoted(refusal.asked)}. Open the form with /request-access and choose from the list.`;
    case 'ambiguous_access':
      return ambiguous(refusal);
    case 'not_requestable':
      return `${quoted(refusal.path)} cannot be asked for: ${escapeMrkdwn(refusal.because, 500)}. Ask whoever looks after it in Keycloak.`;
    case 'not_eligible':
      return `Only members of ${groupName(refusal.group)} may ask for ${quoted(refusal.path)}. Ask to be added to that group first.`;
    case 'not_for_them':
      return `I cannot take this for ${mention(refusal.person)}: ${THEIRS[refusal.because]}.`;
    case 'beneficiary_is_bot':
      return 'That is my own account. I never give access to myself.';
    case 'bad_duration':
      return `I cannot read the duration ${quoted(refusal.asked)}. Write it as 30m, 4h or 2d.`;
    case 'too_short':
      return `The shortest lease is ${sayDuration(refusal.minSeconds)}. Ask for at least ${formatDuration(refusal.minSeconds)}.`;
    case 'too_long':
      return `The longest lease for ${quoted(refusal.path)} is ${sayDuration(refusal.maxSeconds)}. Ask for ${formatDuration(refusal.maxSeconds)} or less.`;
    case 'justification_missing':
      return 'Say why you need it, in a few words; the approvers will read them.';
    case 'justification_too_long':
      return `The justification has ${refusal.points} characters; ${refusal.maxPoints} are the most. Shorten it, and link to the rest.`;
    case 'justification_pattern':
      return `The justification must contain something like ${quoted(patternExample(refusal.pattern) ?? refusal.pattern)}; add it and ask again.`;
    case 'no_approvers':
      return noApprovers(refusal);
    case 'already_pending':
      return `${quoted(refusal.path)} is asked for already and still waits for a decision.${see} Whoever asked can withdraw it with /access.`;
    case 'too_many_pending':
      return `You have ${refusal.limit} requests waiting, which is the most. Withdraw one with /access, or wait for a decision.`;
    case 'too_many_recently':
      return `You asked ${refusal.limit} times within an hour, which is the most. Try again later.`;
    case 'self_approval':
      return `You asked for this access yourself, or it is for you, so somebody else in ${groupName(refusal.groupPath)} has to decide.`;
    case 'already_decided_by_you':
      return `You already approved this request, and one person counts once. Somebody else in ${groupName(refusal.groupPath)} has to decide now.`;
    case 'longer_than_asked':
      return `An approval can only shorten the lease. Choose ${sayDuration(refusal.maxSeconds)} or less.`;
    case 'not_an_approver':
      return `Only members of ${groupName(refusal.groupPath)} can decide this, and you are not one of them now. Ask one of them.`;
    case 'settled':
      return `${settled(refusal)}, so your click changed nothing.`;
    case 'old_message':
      return `This message no longer counts, so nothing was changed.${see === '' ? ' Look for the latest card of the request.' : see}`;
    case 'changed_meanwhile':
      return `This request has changed since the message was drawn, so your click changed nothing. Look at it again and decide anew.${see}`;
    case 'nothing_written':
      return 'There is nothing to read in this, so nobody was asked or told anything. Write it in a few words.';
    case 'too_many_questions':
      return `This request was asked ${refusal.limit} questions, which is the most. Decide with what is on its card, or talk to the requester.`;
    case 'already_answered':
      return `You answered this ${when(refusal.at)}; the approvers can read it on the card.`;
    case 'not_yours':
      return 'This is not yours, so nothing was changed. Use /access to see what is.';
    case 'nothing_live':
      return refusal.path === null
        ? 'There is no live lease, so there was nothing to take away.'
        : `There is no live lease on ${quoted(refusal.path)}, so there was nothing to take away.`;
    case 'not_confirmed':
      return `To end every lease, type the name of the realm, ${quoted(refusal.realm)}, exactly. Nothing was ended.`;
    case 'bad_filter':
      return `I do not understand ${quoted(refusal.word)}. ${USAGE['/access-audit']}`;
    case 'not_built':
      return `${escapeMrkdwn(refusal.what, 200)} is not built yet, so nothing was done.`;
    case 'too_late_to_check':
      return 'Keycloak did not answer within a minute, so I dropped your click and nothing was changed. Please click again.';
    case 'keycloak_unavailable':
      return `Keycloak is not answering, so nothing was done. Live access still ends on time. Try again in a minute. (${escapeMrkdwn(refusal.correlationId, 60)})`;
    case 'store_unavailable':
      return `I could not record this, so nothing was done. Try again in a minute. (${escapeMrkdwn(refusal.correlationId, 60)})`;
    case 'broken':
      return `Something in me failed, and nothing was done. Tell an administrator this number: ${escapeMrkdwn(refusal.correlationId, 60)}.`;
  }
}

function ambiguous(refusal: Extract<Refusal, { refusal: 'ambiguous_access' }>): string {
  const shown = refusal.matches.slice(0, 5).map((path) => `\`${escapeMrkdwn(path, 150)}\``);
  const rest = refusal.matches.length - shown.length;
  return `${quoted(refusal.asked)} fits more than one access: ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}. Write more of the one you mean.`;
}

function noApprovers(refusal: Extract<Refusal, { refusal: 'no_approvers' }>): string {
  const group = groupName(refusal.group);
  const because = {
    missing: `the approver group ${group} does not exist`,
    ambiguous: `more than one group is called ${group}`,
    too_few:
      refusal.required === 1
        ? `nobody in ${group} could approve it`
        : `${group} has fewer than ${refusal.required} people besides you, and ${refusal.required} have to approve`,
    only_you: `${group} has nobody but you who could decide`,
    no_channel: `${group} has no Slack channel that I can post to`,
  }[refusal.because];
  return `Nobody could decide about this: ${because}. Ask whoever looks after it in Keycloak.`;
}

function settled(refusal: Extract<Refusal, { refusal: 'settled' }>): string {
  const by = refusal.by === null ? null : mention(refusal.by.slack);
  const at = when(refusal.at);
  switch (refusal.state) {
    case 'approved':
      return by === null ? `This was already approved ${at}` : `${by} already approved this ${at}`;
    case 'denied':
      return by === null ? `This was denied ${at}` : `${by} denied this ${at}`;
    case 'withdrawn':
      return by === null ? `This was withdrawn ${at}` : `${by} withdrew this ${at}`;
    case 'expired':
      return `Nobody decided in time, and this request ended ${at}`;
    case 'pending':
      return `This request has moved on ${at}`;
  }
}
