import type { EpochMs } from '../../domain/ids.ts';
import { html } from '../pages/html.ts';
import type { Html } from '../pages/html.ts';
import { problems } from './en-problems.ts';
import { clock, day, duration } from './moments.ts';

/**
 * Every word of the pages, in one language. What people wrote comes in as {@link Html} that was made safe to show; the
 * words between are the language's own affair. Command words stay as they are.
 */
export type Words = typeof en;

export const en = {
  language: 'en',
  start: {
    link: {
      title: 'Link your account',
      what: (name: Html, inBrackets: Html) =>
        html`You are about to tie the Slack account <strong>${name}</strong> (${inBrackets}) to your Keycloak user.`,
      onlyIf: 'Only go on if you typed /access link in Slack yourself.',
    },
    approve: {
      title: 'Sign in again to approve',
      what: (name: Html, inBrackets: Html) =>
        html`An approval by the Slack account <strong>${name}</strong> (${inBrackets}) needs a fresh sign-in to
          Keycloak. After it you see what you approve.`,
      onlyIf: 'Only go on if you pressed Approve in Slack yourself.',
    },
    take: {
      title: 'Sign in again to take access',
      what: (name: Html, inBrackets: Html) =>
        html`The Slack account <strong>${name}</strong> (${inBrackets}) asked to take access at once. That needs a fresh
          sign-in to Keycloak. After it you see what you take.`,
      onlyIf: 'Only go on if you did that in Slack yourself.',
    },
    revoke_all: {
      title: 'Sign in again to end every lease',
      what: (name: Html, inBrackets: Html) =>
        html`The Slack account <strong>${name}</strong> (${inBrackets}) asked to end every lease. That needs a fresh
          sign-in to Keycloak. After it you see how many there are.`,
      onlyIf: 'Only go on if you did that in Slack yourself.',
    },
    elseClose: 'If somebody sent you this link, close this page.',
    inWorkspace: (workspace: Html) => html`workspace ${workspace}`,
    button: 'Sign in to Keycloak',
  },
  link: {
    title: 'Are both of these you?',
    slack: 'In Slack',
    keycloak: 'In Keycloak',
    workspace: 'Workspace',
    memberId: 'Member ID',
    button: 'Link these two',
    ifNot:
      'If one of them is not you, close this page: nothing is linked then. If you did not ask for this link, tell an administrator.',
  },
  code: {
    title: 'Type this code in Slack',
    where: (name: Html) =>
      html`Type it in your own direct messages with Leasehold in Slack, as <strong>${name}</strong>.`,
    until: (at: EpochMs) => `It is good until ${clock(at)}.`,
    secret: 'Tell it to nobody else: nobody from Leasehold will ask you for it.',
  },
  decision: {
    title: 'Approve this access?',
    titleOfMany: (count: number) => `Approve these ${count}?`,
    asks: (who: Html, path: Html) => html`<strong>${who}</strong> asks for <strong>${path}</strong>`,
    asksFor: (who: Html, path: Html, beneficiary: Html) =>
      html`<strong>${who}</strong> asks for <strong>${path}</strong> for <strong>${beneficiary}</strong>`,
    lease: 'For',
    leaseFrom: (seconds: number, startsAt: EpochMs | null) =>
      `${duration('en', seconds)}, from ${startsAt === null ? 'approval' : day(startsAt)}`,
    why: 'Why',
    gives: 'Gives',
    noRoles: 'no roles',
    moreRoles: (count: number) => ` and ${count} more`,
    risk: 'Risk',
    risks: { low: 'low', medium: 'medium', high: 'high', critical: 'critical' },
    stage: 'Stage',
    stageOf: (stage: number, stages: number) => `${stage} of ${stages}`,
    approvedBy: 'Approved by',
    button: 'Approve',
    buttonOfMany: (count: number) => `Approve all ${count}`,
    orInSlack: 'To deny it or to shorten it, go back to Slack.',
    done: 'Your approval has arrived',
    doneWhat: (paths: Html) =>
      html`Your approval of <strong>${paths}</strong> is being checked. Its card in Slack says what came of it.`,
  },
  taking: {
    title: 'Take this access now?',
    what: (path: Html) =>
      html`You get <strong>${path}</strong> at once, without an approval. Its approvers are told, and two of them review
        it.`,
    lease: (seconds: number) => duration('en', seconds),
    button: 'Take it now',
    done: 'On its way',
    doneWhat: (path: Html) => html`<strong>${path}</strong> is being given to you. Leasehold tells you in Slack.`,
  },
  ending: {
    title: 'End every lease?',
    what: (realm: Html, leases: number) =>
      html`In the realm <strong>${realm}</strong> ${leases === 1 ? 'one lease' : `all ${leases} leases`} would end now,
        and with ${leases === 1 ? 'it' : 'them'} the access.`,
    button: 'End every lease',
    done: 'Every lease is being ended',
    doneWhat: 'Leasehold tells you in Slack how many there were.',
  },
  confirm: {
    you: 'You are',
    orClose: 'If you do not want this, close this page: nothing happens then.',
    close: 'You can close this page.',
  },
  onward: {
    title: 'On to Keycloak',
    what: 'Keycloak opens in a moment.',
    link: 'Go on to Keycloak',
  },
  problems,
};
