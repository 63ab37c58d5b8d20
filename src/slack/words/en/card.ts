import type { EndedBy } from '../../../domain/grant.ts';
import { ready } from '../ready.ts';
import type { Ready } from '../ready.ts';
import { counted, duration, listed } from './common.ts';
import { ended } from './facts.ts';
import type { Names } from './facts.ts';

export const card = {
  /** Plain text. */
  title: (status: string) => `Access request: ${status}`,

  has: (who: Ready, what: Ready) => `${who} has ${what}`,
  had: (who: Ready, what: Ready) => `${who} had ${what}`,
  askedFor: (who: Ready, what: Ready) => `${who} asked for ${what}`,

  /** The whole card in one sentence, by its state. */
  inOne: {
    approved: (what: Ready, who: Ready) => `${what} for ${who} is approved and not live yet.`,
    live: (what: Ready, who: Ready, until: Ready) => `${who} has ${what} until ${until}.`,
    ended: (what: Ready, who: Ready, endedBy: EndedBy) => `${what} for ${who} has ended: ${ended[endedBy]}.`,
    denied: (what: Ready, who: Ready, by: Ready) => `${what} for ${who} was denied by ${by}.`,
    expired: (what: Ready, who: Ready) => `Nobody decided in time about ${what} for ${who}.`,
    withdrawn: (what: Ready, by: Ready) => `${by} withdrew the request for ${what}.`,
  },

  why: (text: Ready) => `*Why*  ${text}`,
  /** `start`: when it is to begin, as the rest of a sentence. */
  asked: (seconds: number, start: string) => `*For*  ${duration(seconds)}, ${start}`,
  /** Shortened where less was approved than asked. */
  approved: (seconds: number, asked: number) =>
    `*For*  ${duration(seconds)}${seconds < asked ? `, shortened from ${duration(asked)}` : ''}`,
  notLiveYet: '*Now*  approved, not live in Keycloak yet',
  ahead: (at: Ready) => `*Now*  approved, to begin ${at}`,
  live: (until: Ready) => `*Now*  live until ${until}`,
  ended: (at: Ready, endedBy: EndedBy) => `*Now*  ended ${at}: ${ended[endedBy]}`,
  denied: (by: Ready, at: Ready, comment: Ready | null) =>
    `*Denied*  by ${by}, ${at}${comment === null ? '.' : `: ${comment}`}`,
  expired: (before: Ready) => `*Expired*  nobody decided before ${before}; the requester can ask again.`,
  withdrawn: (by: Ready, at: Ready) => `*Withdrawn*  by ${by}, ${at}.`,

  /** Whom it waits for; `stage` counts from 1 and is null where there is only one. */
  waiting(of: {
    readonly group: Ready;
    readonly approved: number;
    readonly required: number;
    readonly stage: number | null;
    readonly stages: number;
    readonly until: Ready;
  }): string {
    const approvals = `${of.approved} of ${counted(of.required, 'approval', 'approvals')}`;
    const stage = of.stage === null ? '' : ` · stage ${of.stage} of ${of.stages}`;
    return `Waiting for ${of.group}: ${approvals}${stage} · until ${of.until}`;
  },
  /** Who decides a stage that its manager decides, and one that may be decided by two groups. */
  managerOf: (who: Ready): Ready => ready`the manager of ${who}`,
  either: (group: Ready, other: Ready): Ready => ready`${group} or ${other}`,
  whyYouManage: (who: Ready) =>
    `You are asked because Keycloak names you as the manager of ${who}; only you can decide.`,
  whyYouToo: (group: Ready, other: Ready) =>
    `You are asked because ${group} has not decided; members of ${group} and of ${other} can.`,
  whyYou: (group: Ready) => `You are asked because this channel is for ${group}; only its members can decide.`,
  stageDone: (stage: number) => `Stage ${stage} is done; the next one decides in its own channel.`,

  /** Who has it by a lease now, and when the one it is for had it last. */
  now: {
    head: '*Now*',
    holds: (who: Ready, until: Ready) => `${who} holds it until ${until}; this would extend it.`,
    hadLast: (who: Ready, at: Ready, seconds: number) => `${who} last had it ${at}, for ${duration(seconds)}.`,
    never: (who: Ready) => `For ${who} it would be the first time.`,
    nobody: 'Nobody has a lease on it.',
    nobodyElse: 'Nobody else has a lease on it.',
    some: (count: number, people: Names) =>
      `${counted(count, 'person has', 'people have')} a lease on it: ${listed(people.names, people.rest)}.`,
    others: (count: number, people: Names) =>
      `${counted(count, 'other person has', 'others have')} a lease on it: ${listed(people.names, people.rest)}.`,
  },
};
