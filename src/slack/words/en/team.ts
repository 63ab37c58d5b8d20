import type { Tally } from '../../../domain/team-ask.ts';
import type { Ready } from '../ready.ts';
import { duration, listed } from './common.ts';
import type { Names } from './facts.ts';

/** How many of them were decided how; what nobody decided is over for one reason or another. */
export type Decided = {
  readonly approved: number;
  readonly denied: number;
  readonly over: number;
  readonly waiting: number;
};

/** How an ask for many people at once goes. */
export const team = {
  title: (what: Ready, people: number, seconds: number) =>
    `You asked for ${what} for ${people} people, for ${duration(seconds)}.`,
  state: ({ asked, people, refused }: Tally, goesOn: boolean) =>
    `${asked} of ${people} asked, ${refused} could not be.${goesOn ? ' I go on and show it here.' : ''}`,
  nothingDecided: 'Nothing is decided yet.',
  decided({ approved, denied, over, waiting }: Decided): string {
    const parts = [
      ...(approved > 0 ? [`${approved} approved`] : []),
      ...(denied > 0 ? [`${denied} denied`] : []),
      ...(over > 0 ? [`${over} over without a decision`] : []),
    ];
    const wait = waiting === 0 ? 'nobody waits any more' : waiting === 1 ? '1 waits' : `${waiting} wait`;
    return `*Decided*  ${parts.join(', ')}; ${wait}.`;
  },
  denied: ({ names, rest }: Names) => `*Denied*  ${listed(names, rest)}`,
  couldNot: '*Could not be asked*',
};
