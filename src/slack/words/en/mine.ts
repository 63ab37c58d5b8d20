import type { Ready } from '../ready.ts';
import { duration } from './common.ts';

const countOf = (count: number, word: string): string =>
  `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`;

/** What one holds and waits for. */
export const mine = {
  title: 'Your access',
  nothing: 'You hold no lease and wait for none. Ask with /request-access.',
  summary: (leases: number, decisions: number) =>
    `You hold ${countOf(leases, 'lease')} and wait for ${countOf(decisions, 'decision')}.`,
  ending: 'is being taken away',
  live: (until: Ready) => `live until ${until}`,
  notLiveYet: 'approved, not live yet',
  leaseOf: (seconds: number) => `lease of ${duration(seconds)}`,
  /** `who`: whom it is for if that is somebody else; `group`: who is asked. */
  waiting: (what: Ready, who: Ready | null, group: Ready | null, until: Ready) =>
    `${what}${who === null ? '' : ` for ${who}`} · waiting${group === null ? '' : ` for ${group}`} until ${until}`,
  askedFor: (seconds: number) => `asked for ${duration(seconds)}`,
};
