import type { Ready } from '../ready.ts';
import { counted } from './common.ts';
import { leases } from './facts.ts';

const because = (who: Ready): string => `${who} is no longer a full member of this workspace`;

/** Somebody left the workspace, and what ends with that. */
export const left = {
  inOne: (what: Ready, who: Ready) => `The request for ${what} is over: ${because(who)}.`,
  onCard: (who: Ready, at: Ready) => `*Withdrawn*  ${because(who)}, ${at}.`,
  line: (who: Ready) => `Withdrawn: ${because(who)}.`,
  endAsked: 'The holder is no longer a full member of this workspace. I am taking it away.',
  told: (what: Ready, who: Ready) => `The request for ${what} is over: ${because(who)}. Nothing was given.`,
  alarmTitle: '*Somebody left*',
  alarm: (who: Ready, isGuest: boolean, count: number, requests: number) =>
    `${who} is ${isGuest ? 'a guest now' : 'deactivated in Slack'}. I am ending ${leases({ count, of: null, on: null })} and withdrew ${counted(requests, 'request', 'requests')}; /access-audit shows each step.`,
};
