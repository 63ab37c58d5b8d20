import type { Gate } from '../../../domain/gate.ts';
import type { GateTrigger } from '../../../domain/policy.ts';
import type { Ready } from '../ready.ts';
import { counted, listed } from './common.ts';
import type { Names } from './facts.ts';

/** Those of backchannel requests alone have words of their own. */
export type SignInEnd = Exclude<Gate['state'], 'waiting' | 'changed' | 'untaken'>;

/** How a gate ended before this click, as the beginning of a sentence. */
function settled(state: SignInEnd, by: Ready | null, at: Ready): string {
  switch (state) {
    case 'approved':
      return by === null ? `This sign-in was approved ${at}` : `${by} approved this sign-in ${at}`;
    case 'denied':
      return by === null ? `This sign-in was denied ${at}` : `${by} denied this sign-in ${at}`;
    case 'expired':
      return `Nobody decided in time, and this sign-in stopped waiting ${at}`;
    case 'withdrawn':
      return `Whoever wanted to sign in turned back ${at}`;
    case 'superseded':
      return `The same person came from another browser ${at}, which has a card of its own`;
    case 'unreachable':
      return `Nobody could be asked about this sign-in, so it was refused ${at}`;
  }
}

/** Why a sign-in came to the gate, as the rest of a sentence. */
const why: Readonly<Record<Exclude<GateTrigger, 'action'>, string>> = {
  login: 'every sign-in of this kind needs an approval',
  registration: 'a new account is being registered',
  client: 'sign-ins to this application need an approval',
  scope: 'what this application asks for needs an approval',
  'step-up': 'this application asks for a higher sign-in level',
};

/** A sign-in that waits: its card, and what is told of it. Titles and labels are plain text, the rest is for Slack's markup. */
export const gate = {
  title: (status: string) => `Sign-in: ${status}`,
  status: {
    waiting: 'waiting',
    approved: 'approved',
    signedIn: 'done',
    denied: 'denied',
    expired: 'not answered',
    withdrawn: 'turned back',
    superseded: 'replaced',
    unreachable: 'nobody asked',
  },
  wants: (who: Ready, where: Ready) => `${who} wants to sign in to ${where}`,
  wanted: (who: Ready, where: Ready) => `${who} wanted to sign in to ${where}`,
  inOne: (who: Ready, where: Ready, from: string, code: Ready) =>
    `${who} wants to sign in to ${where} from ${from}, with code ${code}.`,
  unknownPlace: 'an unknown place',

  /** The code stands below. */
  compare: (who: Ready) => `Approve only after ${who} has told or shown you this very code. If it differs, deny.`,
  why: (because: string) => `*Why*  ${because}`,
  because: why,
  /** What the person came to change, as the rest of a sentence. */
  change: {
    password: 'to change the password',
    email: 'to change the e-mail address',
    profile: 'to change the profile',
    otp: 'to set up one-time codes',
    recoveryCodes: 'to make new recovery codes',
    securityKey: 'to register a security key',
    passkey: 'to register a passkey',
    removeCredential: 'to remove a way to sign in',
    deleteAccount: 'to delete the account',
    linkAccount: 'to link an account elsewhere',
    other: (action: Ready) => `for ${action} in Keycloak`,
  },
  from: (where: string) => `*From*  ${where}`,
  scopes: ({ names, rest }: Names) => `*Scopes*  ${listed(names, rest)}`,

  deny: 'Deny',
  /** The name stands at the end, because it may be cut. */
  approveLabel: (who: string, code: string) => `Approve the sign-in with code ${code}, of ${who}`,
  denyLabel: (who: string, code: string) => `Deny the sign-in with code ${code}, of ${who}`,

  goneOn: (who: Ready) => `*Now*  ${who} has signed in.`,
  notYet: (until: Ready) => `*Now*  not signed in yet; the approval counts until ${until}.`,
  expired: (before: Ready) => `*Not answered*  nobody decided before ${before}. Who still needs it can sign in again.`,
  withdrawn: (who: Ready, at: Ready) => `*Turned back*  by ${who}, ${at}.`,
  superseded: (who: Ready, at: Ready) =>
    `*Replaced*  ${at}: ${who} came from another browser, which has a card of its own.`,
  unreachable: (at: Ready) => `*Nobody asked*  ${at}: no approver could be reached, so the sign-in was refused.`,

  yourApprovalCounts: (who: Ready, where: Ready, missing: number) =>
    `Your approval of the sign-in of ${who} to ${where} counts. ${counted(missing, 'more is', 'more are')} needed.`,
  youApproved: (who: Ready, where: Ready) =>
    `You approved the sign-in of ${who} to ${where}. The card shows what becomes of it.`,
  youDenied: (who: Ready, where: Ready) =>
    `You denied the sign-in of ${who} to ${where}. The page on which it waited says so.`,
  /** To the person behind the account. */
  denied: (where: Ready, who: Ready, by: Ready, at: Ready, from: string) =>
    `A sign-in to ${where} as ${who}, from ${from}, was denied by ${by} ${at}. If that was not you, somebody else can sign in with your account: change your password now and tell the operator. If it was you, talk to ${by}.`,

  settled: (state: SignInEnd, by: Ready | null, at: Ready) => `${settled(state, by, at)}. Your click changed nothing.`,
  own: 'This is your own sign-in, so somebody else has to decide.',
  counted: 'You have approved this sign-in already, and one person counts once. Somebody else has to approve it, too.',
  notAsked: (group: Ready) =>
    `Only members of ${group} can decide about this sign-in, and you are not one of them now.`,
  notManager: (who: Ready) =>
    `Only the manager of ${who} can decide about this sign-in, and Keycloak does not name you as that now.`,

  /** Why it came to the gate, in the audit. */
  trigger: {
    login: 'any sign-in',
    registration: 'registration',
    client: 'the application',
    scope: 'scopes',
    action: 'account change',
    'step-up': 'higher level',
  } satisfies Readonly<Record<GateTrigger, string>>,
};
