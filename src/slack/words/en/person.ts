import type { EndedBy } from '../../../domain/grant.ts';
import type { Ready } from '../ready.ts';
import { duration } from './common.ts';
import { ended, leases } from './facts.ts';
import type { Leases } from './facts.ts';

/** ` for @bob` where it is not for the reader. */
const forWhom = (who: Ready | null): string => (who === null ? '' : ` for ${who}`);

/** What one person is told in private. `who` is null where it is for the reader himself. */
export const person = {
  received(request: {
    readonly what: Ready;
    readonly who: Ready | null;
    readonly seconds: number;
    /** `group` null: the manager. */
    readonly stages: readonly { readonly required: number; readonly group: Ready | null }[];
    readonly until: Ready;
  }): string {
    const needed = request.stages
      .map(({ required, group }) => (group === null ? 'the manager' : `${required} from ${group}`))
      .join(', then ');
    return `Your request for ${request.what}${forWhom(request.who)} for ${duration(request.seconds)} is with the approvers. Needed: ${needed}. It waits until ${request.until}; I will write to you when it is decided.`;
  },
  askedForYou: (by: Ready, what: Ready, seconds: number, why: Ready) =>
    `${by} asked for ${what} for you, for ${duration(seconds)}: ${why}\nYou need not do anything; I will write to you when it is decided.`,

  /** `next`: a sentence about when it goes live. */
  approved(what: Ready, who: Ready | null, seconds: number, asked: number, next: string): string {
    const shortened = seconds < asked ? `, shortened from ${duration(asked)}` : '';
    return `${what}${forWhom(who)} is approved for ${duration(seconds)}${shortened}. ${next}`;
  },
  /** Nobody had to approve it. */
  allowed: (what: Ready, who: Ready | null, seconds: number, next: string) =>
    `${what}${forWhom(who)} needs no approval; it is given for ${duration(seconds)}. ${next}`,
  denied: (by: Ready, what: Ready, who: Ready | null, comment: Ready | null) =>
    `${by} denied ${what}${forWhom(who)}${comment === null ? '. Talk to them, or ask again with more words.' : `: ${comment}`}`,
  /** `why`: whole sentences. */
  stuck: (what: Ready, who: Ready | null, why: string) =>
    `Your request for ${what}${forWhom(who)} cannot be approved as things stand. ${why} It waits on; withdraw it with /access if you need it no longer.`,
  expired: (what: Ready, who: Ready | null) =>
    `Nobody decided about ${what}${forWhom(who)} in time, so the request is over. Ask again if you still need it.`,
  withdrawn: (what: Ready, who: Ready | null) =>
    `Your request for ${what}${forWhom(who)} is withdrawn. Nothing was given.`,
  reopened: (what: Ready, who: Ready | null) =>
    `Your request for ${what}${forWhom(who)} has changed in Keycloak and is asked anew; earlier approvals no longer count.`,

  youDenied: (what: Ready, who: Ready) => `You denied ${what} for ${who}.`,
  yourApprovalCounts: (what: Ready, who: Ready) =>
    `Your approval of ${what} for ${who} counts. More approvals are needed before it goes live.`,
  youApproved: (what: Ready, who: Ready) => `You approved ${what} for ${who}. The card shows when it is live.`,

  waitingForKeycloak: (what: Ready) =>
    `${what} is approved. Keycloak is not answering, so it is not live yet. I keep trying and will tell you here.`,
  /** `tokensUntil`: how long tokens outlive the end; null where they do not. */
  live(what: Ready, until: Ready, seconds: number, tokensUntil: Ready | null, tokenSeconds: number): string {
    const tokens =
      tokensUntil === null ? '' : ` Applications may accept tokens issued before the end until ${tokensUntil}.`;
    const wait = tokenSeconds > 0 ? `, or wait up to ${duration(tokenSeconds)}` : '';
    return `You have ${what} until ${until} (${duration(seconds)}). If an application does not see it yet, sign in again there${wait}.${tokens}`;
  },
  endsSoon: (what: Ready, leftSeconds: number, at: Ready) => `${what} ends in *${duration(leftSeconds)}*, ${at}.`,
  askedForMore: 'You have asked for more time, and nobody has decided yet.',
  extendAsks: 'Extend asks the approvers for as long again; nothing is interrupted while they decide.',

  ended: (what: Ready, at: Ready, endedBy: EndedBy) =>
    `Your lease on ${what} ended ${at}: ${endedBy === 'release' ? 'you released it' : ended[endedBy]}.`,
  endedOf: (holder: Ready, what: Ready, at: Ready, endedBy: EndedBy) =>
    `The lease of ${holder} on ${what} ended ${at}: ${ended[endedBy]}.`,
  kept: 'You keep the access, because another lease on it still runs or because you had it before.',
  gone: 'The access is gone.',
  askedAgain: 'You have asked for it again: if that is approved, you get it back, and I will write to you here.',

  ending: (what: Ready, count: number) =>
    `I am taking ${what} away now${count > 1 ? ` (${count} leases)` : ''}. The card shows when it is gone.`,
  endingMany: (many: Leases) => `I am ending ${leases(many)} now. The cards show when the access is gone.`,

  auditWhole: (entries: number) => `The audit is whole: ${entries} entries, each chained to the one before.`,
  auditBroken: (problem: Ready, entries: number) =>
    `The audit does not hold: ${problem}. ${entries} entries were read. Tell the operator, and keep the database as it is.`,

  /** What one can type, a line for each. */
  help: [
    'What you can type:',
    '• `/request-access`  a form to ask for access',
    '• `/request-access production-read 2h INC-42 debugging`  the same in one line: access, duration, justification',
    '• `/request-access production-read @ann @bob 2h INC-42 first day`  the same for others: one person, or up to 50 at once',
    '• `/request-access production-read + grafana/viewer 2h INC-42 debugging`  several at once, all or nothing',
    '• `/request-access production-read 2h from:+3h INC-42 debugging`  to begin in three hours, or `from:2026-12-01T18:00`',
    '• `/access`  what you hold and wait for, with Release, Extend and Withdraw; my *Home* tab shows it, too, and what waits for your decision',
    '• `/access link`  prove once which Keycloak user you are; `/access unlink` ends that',
  ],
  helpForAdmins: [
    "• `/access revoke @person production-read`  end somebody's lease now; `everything` ends all of that person",
    "• `/access revoke everyone production-read`  end everybody's leases on it; `/access revoke everything` asks first",
    '• `/access links`  who is linked to which Keycloak user; `/access unlink @person` ends it',
    '• `/access explain @person production-read 4h`  what would become of that request, who would be asked, and which rule of the policy says so',
    '• `/access-audit`  the latest entries; narrow with @person, a part of a path, `since:7d`, `until:2d`, `state:live`',
    '• `/access-audit csv`  the same as a file; `/access-audit verify`  whether the record is whole',
  ],
};
