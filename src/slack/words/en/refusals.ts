import type { IdentityRefusal } from '../../../domain/identity.ts';
import type { ManagerProblem, Refusal } from '../../../domain/refusal.ts';
import type { RequestState } from '../../../domain/request.ts';
import type { Ready } from '../ready.ts';
import { counted, duration, ended, listed } from './common.ts';
import type { Names } from './facts.ts';

type NoApprovers = Extract<Refusal, { refusal: 'no_approvers' }>['because'];

const USAGE = {
  '/request-access':
    'Write `/request-access` alone for a form, or `/request-access &lt;access&gt; &lt;duration&gt; &lt;justification&gt;`, for example `/request-access production-read 2h INC-42 debugging`. Several at once, all or nothing: `/request-access production-read + grafana/viewer 2h INC-42 debugging`.',
  '/access':
    'Write `/access` for what you hold, `/access revoke @person &lt;access&gt;` to take a lease away (`everything` in place of the access for all of a person, `everyone` in place of the person for all on it), `/access break-glass &lt;access&gt; &lt;justification&gt;` in an emergency, `/access explain @person &lt;access&gt; &lt;duration&gt;` to see what would become of a request, or `/access help`. Pick the person from the list that Slack offers, so that the name becomes a mention.',
  '/access-audit':
    'Write `/access-audit`, narrowed if you like by @person, a part of a path, `since:7d`, `until:2d`, `state:live`, `state:pending`, `state:denied`, `state:ended`, or `state:review` for break-glass whose review is open; `csv` sends a file, `verify` checks the chain.',
};

/** Why we do not know you. */
const IDENTITY: Readonly<Record<IdentityRefusal, string>> = {
  outsider: 'I only work for members of the workspace I belong to, so nothing was done. Ask a colleague there.',
  guest: 'Guests of this workspace cannot use me, so nothing was done. Ask a full member to make the request.',
  deactivated: 'This Slack account is deactivated, so nothing was done.',
  bot: 'Bots cannot ask for access or decide about it; a person has to.',
  not_linked:
    'I do not know which Keycloak account is yours, because none has your Slack e-mail. Ask an administrator to set it, or to set the attribute slack-user-id on your account.',
  link_needed:
    'For this risk an e-mail is not proof enough of who you are. Type `/access link`, or ask an administrator to set the attribute slack-user-id on your Keycloak account.',
  identity_ambiguous:
    'More than one Keycloak account could be yours, so I take none. Ask an administrator to set the attribute slack-user-id on the right one only.',
  email_unverified:
    'Your e-mail is not verified in both Slack and Keycloak, so it proves nothing. Verify it, then try again.',
  user_disabled: 'Your Keycloak account is disabled, so nothing was done. Ask an administrator to enable it.',
};

/** Why somebody cannot be asked for, as the rest of a sentence. */
const THEIRS: Readonly<Record<IdentityRefusal | 'not_eligible', string>> = {
  outsider: 'they are not a member of this workspace',
  guest: 'they are a guest of this workspace',
  deactivated: 'their Slack account is deactivated',
  bot: 'that is a bot',
  not_linked: 'I do not know which Keycloak account is theirs',
  link_needed: 'for this risk they have to prove who they are first, with `/access link`',
  identity_ambiguous: 'more than one Keycloak account could be theirs',
  email_unverified: 'their e-mail is not verified in both Slack and Keycloak',
  user_disabled: 'their Keycloak account is disabled',
  not_eligible: 'they are not in the group of those who may have it',
};

/** Why the manager cannot decide, as the rest of a sentence. */
const NO_MANAGER: Readonly<Record<ManagerProblem, string>> = {
  not_set: 'Keycloak names none; the attribute manager has to be set on the account',
  untrusted: 'users may write the attribute manager themselves, so it counts for nothing',
  unknown: 'the attribute manager names nobody in Keycloak',
  ambiguous: 'the attribute manager names more than one person',
  disabled: 'the Keycloak account that the attribute manager names is disabled',
  asks: 'the attribute manager names somebody whom the request is from or for',
  counts_once: 'the manager is needed at another stage as well, and one person counts once',
  not_found: 'I cannot find the Slack account of the manager',
  outsider: 'the manager is not a member of this workspace',
  guest: 'the manager is a guest of this workspace',
  deactivated: 'the Slack account of the manager is deactivated',
  bot: 'the manager is a bot',
  not_linked: 'I do not know which Keycloak account the Slack account of the manager belongs to',
  link_needed: 'for this risk the manager has to prove who they are first, with `/access link`',
  identity_ambiguous: 'the Slack account of the manager could be more than one person',
  email_unverified: 'the e-mail of the manager is not verified in both Slack and Keycloak',
  user_disabled: 'the Keycloak account of the manager is disabled',
};

/** Every way to say no: what is so, and what to do about it. `asked`, `what` and `path` come in quotation marks. */
export const refusals = {
  // who you are
  identity: IDENTITY,
  notAdmin: (group: Ready) => `Only members of ${group} can do this. Ask one of them.`,
  mayNotRevoke: (group: Ready) =>
    `Only members of ${group} can end the leases of others, and approvers those on what they approve. Ask one of them.`,

  // what you ask for
  usage: USAGE,
  unknownAccess: (asked: Ready) =>
    `I know no access like ${quoted(asked)}. Open the form with /request-access and choose from the list.`,
  ambiguousAccess: (asked: Ready, { names, rest }: Names) =>
    `${quoted(asked)} fits more than one access: ${listed(
      names.map((name) => `\`${name}\``),
      rest,
    )}. Write more of the one you mean.`,
  /** `because`: one of `flaws`. */
  notRequestable: (path: Ready, because: string) =>
    `${quoted(path)} cannot be asked for: ${because}. Ask whoever looks after it in Keycloak.`,
  /** `why`: sentences without their ends, our own or as the policy's authors wrote them; none: they gave none. `rules`: names, as they wrote them. */
  againstPolicy: (path: Ready, why: readonly string[], rules: readonly Ready[], decision: Ready) =>
    `Policy does not allow ${quoted(path)}${why.length === 0 ? '.' : `: ${why.map(ended).join(' ')}`}${rules.length === 0 ? '' : ` (${rules.length === 1 ? 'Rule' : 'Rules'}: ${rules.join('; ')}.)`} Ask your security team if that is wrong, and name the decision ${decision}.`,
  /** Nobody could tell what policy says. `why`: sentences without their ends. */
  policyUndecided: (path: Ready, why: readonly string[], decision: Ready) =>
    `Policy cannot decide about ${quoted(path)} now, so I refuse it: ${why.map(ended).join(' ')} The operators know; try again later (decision ${decision}).`,
  notEligible: (path: Ready, group: Ready) =>
    `Only members of ${group} may ask for ${quoted(path)}. Ask to be added to that group first.`,
  notForThem: (who: Ready, because: IdentityRefusal | 'not_eligible') =>
    `I cannot take this for ${who}: ${THEIRS[because]}.`,
  askerLeft: (who: Ready, because: IdentityRefusal) =>
    `${who} asked for this and could not any more: ${THEIRS[because]}.`,
  beneficiaryIsBot: 'That is my own account. I never give access to myself.',
  badDuration: (asked: Ready) => `I cannot read the duration ${quoted(asked)}. Write it as 30m, 4h or 2d.`,
  /** `typed`: the same time as one writes it, `4h`. */
  tooShort: (minSeconds: number, typed: string) =>
    `The shortest lease is ${duration(minSeconds)}. Ask for at least ${typed}.`,
  tooLong: (path: Ready, maxSeconds: number, typed: string) =>
    `The longest lease for ${quoted(path)} is ${duration(maxSeconds)}. Ask for ${typed} or less.`,
  justificationMissing: 'Say why you need it, in a few words; the approvers will read them.',
  justificationTooLong: (points: number, most: number) =>
    `The justification has ${points} characters; ${most} are the most. Shorten it, and link to the rest.`,
  justificationPattern: (example: Ready) =>
    `The justification must contain something like ${quoted(example)}; add it and ask again.`,

  noApprovers: (because: NoApprovers, group: Ready, required: number) =>
    `Nobody could decide about this: ${noApprovers(because, group, required)}. Ask whoever looks after it in Keycloak.`,

  noManager: (of: Ready, because: ManagerProblem) =>
    `The manager of ${of} has to decide about this and cannot: ${NO_MANAGER[because]}. Ask whoever looks after Keycloak.`,

  alreadyPending: (path: Ready, see: Ready | null) =>
    `${quoted(path)} is asked for already and still waits for a decision.${also(see)} Whoever asked can withdraw it with /access.`,
  tooManyPending: (limit: number) =>
    `You have ${limit} requests waiting, which is the most. Withdraw one with /access, or wait for a decision.`,
  tooManyRecently: (limit: number) => `You asked ${limit} times within an hour, which is the most. Try again later.`,
  tooManyPeople: (count: number, limit: number) =>
    `You named ${count} people, and ${limit} are the most at once, so nobody was asked for. Name fewer, then the rest.`,
  bundleForMany:
    'Several accesses for several people at once are more than I can take, so nobody was asked for. Ask for one access, or for one person.',
  teamUnderWay: (path: Ready) =>
    `I am still asking for ${quoted(path)} for the people you named before, so I took nothing new. Wait for its report, then ask again.`,

  // what you decide or do
  /** `group` null: a manager decides. */
  selfApproval: (group: Ready | null) =>
    `You asked for this access yourself, or it is for you, so somebody else${inGroup(group)} has to decide.`,
  alreadyDecidedByYou: (group: Ready | null) =>
    `You already approved this request, and one person counts once. Somebody else${inGroup(group)} has to decide now.`,
  longerThanAsked: (maxSeconds: number) =>
    `An approval can only shorten the lease. Choose ${duration(maxSeconds)} or less.`,
  notAnApprover: (group: Ready) =>
    `Only members of ${group} can decide this, and you are not one of them now. Ask one of them.`,
  notTheManager: (of: Ready) =>
    `Only the manager of ${of} can decide this, and Keycloak does not name you as that now.`,
  neededLater:
    'You are needed at a later stage of this request, and one person counts once. Let somebody else approve this one.',
  settled: (state: RequestState, by: Ready | null, at: Ready) =>
    `${settled(state, by, at)}, so your click changed nothing.`,
  oldMessage: (see: Ready | null) =>
    `This message no longer counts, so nothing was changed.${see === null ? ' Look for the latest card of the request.' : also(see)}`,
  changedMeanwhile:
    'This request has changed since the message was drawn, so your click changed nothing. Look at it again and decide anew.',
  nothingWritten: 'There is nothing to read in this, so nobody was asked or told anything. Write it in a few words.',
  tooManyQuestions: (limit: number) =>
    `This request was asked ${limit} questions, which is the most. Decide with what is on its card, or talk to the requester.`,
  alreadyAnswered: (at: Ready) => `You answered this ${at}; the approvers can read it on the card.`,
  notYours: 'This is not yours, so nothing was changed. Use /access to see what is.',
  nothingLive: (path: Ready | null) =>
    `There is no live lease${path === null ? '' : ` on ${quoted(path)}`}, so there was nothing to take away.`,
  notConfirmed: (realm: Ready) =>
    `To end every lease, type the name of the realm, ${quoted(realm)}, exactly. Nothing was ended.`,
  badFilter: (word: Ready) => `I do not understand ${quoted(word)}. ${USAGE['/access-audit']}`,
  signInNotSetUp:
    'Signing in to Keycloak from Slack is not set up here. Ask an administrator to set the attribute slack-user-id on your Keycloak account instead.',
  alreadyLinked: (username: Ready) =>
    `You are linked to the Keycloak user ${quoted(username)} already. \`/access unlink\` ends that.`,
  noLink: 'You are not linked to a Keycloak user. `/access link` does that.',
  noLinkOf: (who: Ready) => `${who} is not linked to a Keycloak user.`,
  noCode: 'I am not waiting for a code from you, or it is too old. Type `/access link` to begin anew.',
  wrongCode: (triesLeft: number) =>
    triesLeft === 0
      ? 'That is not the code, and those were all tries. Type `/access link` to begin anew.'
      : `That is not the code. Look at the page again; you have ${counted(triesLeft, 'try', 'tries')} left.`,
  cannotLink: {
    account: 'Only full members of this workspace can be linked to a Keycloak user.',
    email_of_other: 'The e-mail of that Keycloak user belongs to somebody else here, so I did not link you.',
    linked_elsewhere:
      'You or that Keycloak user are tied to another account already, so I did not link you. `/access unlink` ends a link; an administrator can correct the attribute slack-user-id.',
    disabled: 'That Keycloak user is disabled, so I did not link you.',
  },
  tooManySignIns: (limit: number) =>
    `You began ${limit} times within an hour. Wait an hour, and ask an administrator if something does not work.`,

  // what is broken
  tooLateToCheck:
    'Keycloak did not answer within a minute, so I dropped your click and nothing was changed. Please click again.',
  keycloakUnavailable: (id: Ready) =>
    `Keycloak is not answering, so nothing was done. Live access still ends on time. Try again in a minute. (${id})`,
  storeUnavailable: (id: Ready) => `I could not record this, so nothing was done. Try again in a minute. (${id})`,
  broken: (id: Ready) => `Something in me failed, and nothing was done. Tell an administrator this number: ${id}.`,
};

function inGroup(group: Ready | null): string {
  return group === null ? '' : ` in ${group}`;
}

function quoted(text: Ready): string {
  return `"${text}"`;
}

/** A link to what is meant, as a sentence of its own. */
function also(see: Ready | null): string {
  return see === null ? '' : ` ${see}.`;
}

function noApprovers(because: NoApprovers, group: Ready, required: number): string {
  switch (because) {
    case 'missing':
      return `the approver group ${group} does not exist`;
    case 'ambiguous':
      return `more than one group is called ${group}`;
    case 'too_few':
      return required === 1
        ? `nobody in ${group} could approve it`
        : `${group} has fewer than ${required} people besides you, and ${required} have to approve`;
    case 'only_you':
      return `${group} has nobody but you who could decide`;
    case 'no_channel':
      return `${group} has no Slack channel that I can post to`;
  }
}

function settled(state: RequestState, by: Ready | null, at: Ready): string {
  switch (state) {
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
