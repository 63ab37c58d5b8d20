import type { Gate } from '../../../domain/gate.ts';
import type { BackchannelRefused } from '../../../domain/message.ts';
import type { Ready } from '../ready.ts';
import { counted, duration, listed } from './common.ts';
import type { Names } from './facts.ts';

function settled(state: Exclude<Gate['state'], 'waiting'>, by: Ready | null, at: Ready): string {
  switch (state) {
    case 'approved':
      return by === null ? `This token was approved ${at}` : `${by} approved this token ${at}`;
    case 'denied':
      return by === null ? `This token was denied ${at}` : `${by} denied this token ${at}`;
    case 'expired':
    case 'withdrawn':
    case 'superseded':
      return `Nobody decided in time, and the client stopped waiting ${at}`;
    case 'unreachable':
      return `Nobody could be asked about this token, so it was refused ${at}`;
    case 'changed':
    case 'untaken':
      return `No token was issued ${at}, and the client stopped waiting`;
  }
}

const because: Readonly<Record<Exclude<BackchannelRefused['because'], 'policy' | 'not_eligible'>, string>> = {
  no_policy: 'There is no policy that could decide about tokens. The operator has to set one.',
  no_approvers: 'Nobody who could approve it can be found. The operator has to mend that.',
  not_linked:
    'Your Keycloak account is not linked to Slack, so you cannot be asked. Type /access link, then start it again.',
  fatigue:
    'Too many such requests in your name were denied or not answered in the last quarter of an hour. Wait, then start it again.',
  no_message: 'It sent no message to compare (binding_message). Whoever runs it has to set one.',
  bad_duration: 'It asks for a time that is none, or longer than a day. Write it like 15m.',
  offline: 'It asks for offline access, which nobody can approve here.',
  administers: 'The token would administer Keycloak itself, which nobody can approve here.',
  step_up: 'The policy demands something that only a person at a browser can do.',
};

/** A token that a client asks for without a browser: its card, and what is told of it. Titles and labels are plain text. */
export const backchannel = {
  title: (status: string) => `Token: ${status}`,
  status: {
    waiting: 'waiting',
    approved: 'approved',
    issued: 'issued',
    denied: 'denied',
    expired: 'not answered',
    unreachable: 'nobody asked',
    changed: 'not issued',
    untaken: 'not issued',
  },
  wants: (client: Ready, who: Ready) => `${client} asks for a token as ${who}`,
  wanted: (client: Ready, who: Ready) => `${client} asked for a token as ${who}`,
  inOne: (client: Ready, who: Ready, message: Ready) =>
    `${client} asks for a token as ${who}, with message ${message}.`,

  /** The message stands below. */
  compare: (client: Ready) => `Approve only if the log of ${client} shows this very message. If it differs, deny.`,
  compareOwn: (client: Ready) =>
    `Approve only if you started this yourself, and ${client} shows this very message. If not, deny.`,
  gives: ({ names, rest }: Names) => `*Gives*  ${listed(names, rest)}`,
  givesNothing: (who: Ready) => `*Gives*  no role; it says that it is ${who}`,
  lasts: (seconds: number) => `*For*  ${duration(seconds)} from the approval, at most`,
  why: (justification: Ready) => `*Why*  ${justification}`,
  waitsForYou: (until: Ready) => `Waits for you until ${until}.`,
  whyYou: 'You are asked because it is in your name.',

  approveLabel: (who: string, message: string) => `Approve the token with message ${message}, as ${who}`,
  denyLabel: (who: string, message: string) => `Deny the token with message ${message}, as ${who}`,

  notYet: (until: Ready) => `*Now*  Keycloak is being told; the approval counts until ${until}.`,
  issued: (until: Ready) => `*Now*  issued; its tokens may be used until ${until} at most.`,
  expired: (before: Ready) => `*Not answered*  nobody decided before ${before}. The client can ask again.`,
  unreachable: (at: Ready) => `*Nobody asked*  ${at}: nobody could be reached, so there is no token.`,
  changed: (at: Ready) =>
    `*Not issued*  ${at}: the token would carry something else now than this card showed. The client can ask again.`,
  untaken: (at: Ready) => `*Not issued*  ${at}: Keycloak did not take the approval any more. The client can ask again.`,

  yourApprovalCounts: (who: Ready, where: Ready, missing: number) =>
    `Your approval of the token of ${where} as ${who} counts. ${counted(missing, 'more is', 'more are')} needed.`,
  youApproved: (who: Ready, where: Ready) =>
    `You approved the token of ${where} as ${who}. The card shows what becomes of it.`,
  youDenied: (who: Ready, where: Ready) => `You denied the token of ${where} as ${who}.`,
  denied: (where: Ready, who: Ready, by: Ready, at: Ready) =>
    `${where} asked for a token as ${who}, and ${by} denied it ${at}. If you did not start it, tell the operator of ${where}.`,
  refused: (where: Ready, who: Ready, message: Ready | null, why: string) =>
    `${where} got no token as ${who}${message === null ? '' : ` (message ${message})`}. ${why}`,
  because,
  policy: (texts: readonly string[]) =>
    texts.length === 0 ? 'The policy denies it.' : `The policy denies it: ${texts.join(' ')}`,
  notEligible: ({ names, rest }: Names) => `You do not hold what it asks for: ${listed(names, rest)}.`,
  notEligibleAtAll: 'You, or the client, are not there or not enabled in Keycloak.',

  settled: (state: Exclude<Gate['state'], 'waiting'>, by: Ready | null, at: Ready) =>
    `${settled(state, by, at)}. Your click changed nothing.`,
  own: 'This token is asked for in your own name, so somebody else has to decide.',
  counted: 'You have approved this token already, and one person counts once. Somebody else has to approve it, too.',
  notAsked: (group: Ready) => `Only members of ${group} can decide about this token, and you are not one of them now.`,
  notManager: (who: Ready) =>
    `Only the manager of ${who} can decide about this token, and Keycloak does not name you as that now.`,
  notInWhoseName: (who: Ready) => `Only ${who} can decide about this token, because it is in that name.`,

  /** In the audit, in place of the words for a sign-in. */
  kind: {
    'gate.opened': 'token waits',
    'gate.approval': 'one approval of a token',
    'gate.approved': 'token approved',
    'gate.denied': 'token denied',
    'gate.expired': 'token not answered',
    'gate.unreachable': 'nobody could be asked about a token',
    'gate.changed': 'token would have carried something else',
    'gate.untaken': 'Keycloak did not take an approval',
    'gate.spent': 'token handed over by approval',
    'gate.refused': 'token refused, nobody asked',
  },
};
