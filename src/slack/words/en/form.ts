import type { Ready } from '../ready.ts';
import { duration } from './common.ts';

/** The form in which access is asked for. Plain text, but for the facts below it. */
export const form = {
  title: 'Request access',
  submit: 'Ask',
  access: 'Access',
  accessPlaceholder: 'Groups or roles: type a part of a name',
  duration: 'Duration',
  durationPlaceholder: 'How long you need it',
  justification: 'Justification',
  justificationHint: 'For example: INC-42 replication lag, need to look at pg_stat_activity',
  patternHint: (example: string) => `It must contain something like: ${example}`,
  start: 'Start',
  startHint: 'Leave it empty to begin when it is approved',
  for: 'For',
  forPlaceholder: 'Somebody else, or many',
  forHint: (most: number) => `Leave it empty to ask for yourself; up to ${most} people at once`,
  forUnreadable: 'Choose people from the list.',
  /** Why something is offered before anything is typed. */
  offered: { lately: 'Lately', colleagues: 'Your colleagues hold', everything: 'Everything' },
  lookingUp: 'Looking up what you asked for …',

  youHold: (until: Ready) => `You hold it until ${until}; this asks for more time, without a gap.`,
  youAsked: 'You have asked for it already, and nobody has decided yet. `/access` shows it.',
  /** Whom to convince (`group` null: the manager), how long it may be had, and what happens to sessions. */
  terms(
    stages: readonly { readonly required: number; readonly group: Ready | null }[],
    maxSeconds: number,
    endSessions: boolean,
  ): string {
    const people = stages
      .map(({ required, group }) => (group === null ? 'the manager' : `${required} of ${group}`))
      .join(', then ');
    const asked = people === '' ? 'nobody, because policy gives it at once' : people;
    const sessions = endSessions ? ' Your sessions end with the access.' : '';
    return `Who must agree: ${asked}. Longest lease: ${duration(maxSeconds)}.${sessions}`;
  },
};
