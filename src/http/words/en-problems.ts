import type { PageProblem } from '../../usecases/pages.ts';

/** `what` is what happened and what to do. `elsewhere`: the button was on no page of ours. */
export type Told = { readonly title: string; readonly what: string };
export type Problem = PageProblem | 'elsewhere';

export const problems: Readonly<Record<Problem, Told>> = {
  unknown: {
    title: 'No such link',
    what: 'Leasehold does not know this link. Open it from Slack again, or start again there to get a new one.',
  },
  used: {
    title: 'This link is used up',
    what: 'Each link works once; if you finished with it, that counts. Start again in Slack if you need another.',
  },
  expired: { title: 'This link has expired', what: 'Nothing was changed. Start again in Slack to get a new one.' },
  other_browser: {
    title: 'Started somewhere else',
    what: 'This sign-in went on in another browser or tab. Go on there, or open the link from Slack again to start over here.',
  },
  no_cookie: {
    title: 'A cookie is missing',
    what: 'Your browser sent no cookie for this sign-in. Allow cookies for this site, then open the link from Slack again.',
  },
  stale_form: {
    title: 'This page is out of date',
    what: 'It may be open in two tabs, or you went back to it. Open the link from Slack again to see how things are now.',
  },
  other_person: {
    title: 'Another Keycloak user',
    what: 'Your Slack account is linked to another Keycloak user than the one you signed in as, so nothing was done. Open the link from Slack again and sign in as the linked one.',
  },
  email_of_other: {
    title: 'This e-mail address is somebody else’s',
    what: 'The e-mail address of this Keycloak user belongs to another member of your Slack, who has been told. If both are you, ask an administrator to help.',
  },
  linked_elsewhere: {
    title: 'Already linked',
    what: 'One of the two accounts is linked to another one already. Type /access unlink in Slack with that one first, then /access link again.',
  },
  not_this_account: {
    title: 'This account cannot be linked',
    what: 'Only full, active members of your Slack can be linked, not guests and not deactivated accounts. Ask an administrator of your Slack.',
  },
  changed: {
    title: 'The request has changed',
    what: 'It is no longer what you were about to approve, so nothing was approved. Look at its card in Slack and decide again.',
  },
  settled: {
    title: 'Already decided',
    what: 'This request was decided or has ended meanwhile, so your click changed nothing. Its card in Slack says how it went.',
  },
  too_many: {
    title: 'Wait a minute',
    what: 'Too many pages were asked for at once. Open the link from Slack again in a minute.',
  },
  keycloak_away: {
    title: 'Keycloak does not answer',
    what: 'Nothing was changed. Open the link from Slack again in a few minutes.',
  },
  slack_away: {
    title: 'Slack does not answer',
    what: 'Nothing was changed. Open the link from Slack again in a few minutes.',
  },
  store_away: {
    title: 'Leasehold cannot work right now',
    what: 'Its database does not answer, so nothing was changed. Open the link from Slack again in a few minutes.',
  },
  denied: {
    title: 'Sign-in cancelled',
    what: 'Keycloak did not sign you in, so nothing was changed. Open the link from Slack again to try once more.',
  },
  forged: {
    title: 'Sign-in not accepted',
    what: 'The answer that your browser brought does not belong to this sign-in. Open the link from Slack again; if this happens once more, tell an administrator.',
  },
  stale: {
    title: 'Sign-in too old',
    what: 'Keycloak did not ask you to sign in afresh. Open the link from Slack again and sign in anew.',
  },
  weak: {
    title: 'A stronger sign-in is needed',
    what: 'This needs a passkey or a one-time password. Set one up in Keycloak if you have none, then open the link from Slack again.',
  },
  elsewhere: {
    title: 'Start from Slack',
    what: 'The button was not pressed on this site, so nothing was done. Open the link from Slack again.',
  },
};
