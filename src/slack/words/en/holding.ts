import type { StartProblem } from '../../../domain/start.ts';
import type { Ready } from '../ready.ts';

/** When a lease begins, and how it goes on after its end. */
export const holding = {
  from: (at: Ready) => `from ${at}`,
  fromApproval: 'from approval',
  /** A request that is decided after its start still gives the whole length. */
  fromStart: (at: Ready) => `from ${at}, or from approval if that is later`,
  isToBegin: (at: Ready) => `It is to begin ${at}, or when it is approved if that is later.`,
  begins: (at: Ready) => `It begins ${at}; I will tell you when it is live.`,
  goesLiveNow: 'I am making it live now.',
  approvedToBegin: (at: Ready) => `approved, to begin ${at}`,

  nothingGiven: 'Nothing was given.',
  keptUntil: (at: Ready) => `You keep the access until ${at}, by another lease on it.`,
  /** Each: some roles, and the group or role through which one has them; null: they are mapped to oneself. */
  stillKept(ways: readonly { readonly roles: readonly Ready[]; readonly through: Ready | null }[]): string {
    const parts = ways.map(({ roles, through }) => {
      const how = through === null ? 'which is yours apart from leases' : `through ${through}`;
      return `${roles.map((role) => `*${role}*`).join(' and ')}, ${how}`;
    });
    return `You still keep ${parts.join('; ')}.`;
  },
  askedForMore:
    'You have asked for more time, and nobody has decided yet: if that is approved, you get it back, and I will write to you here.',
  approvedTooLate:
    'More time was approved, but too late to leave no gap: I am making it live again and will write to you here.',
  nextBegins: (at: Ready) => `Your next lease on it begins ${at}.`,

  startForMany:
    'For many people at once a lease begins when it is approved. Leave the start out, or ask for each of them.',
  /** `asked` as it was written; `mostDays`: how far ahead a start may lie. */
  badStart(because: StartProblem, asked: Ready, mostDays: number): string {
    switch (because) {
      case 'unreadable':
        return `I cannot read the start "${asked}". Write \`from:+2h\`, or \`from:2026-12-01T18:00\` in your own time.`;
      case 'past':
        return 'That start is over already. Name a later one, or none to begin when it is approved.';
      case 'too_far':
        return `A lease can begin at most ${mostDays} days from now. Name an earlier start, or ask again nearer to it.`;
      case 'no_zone':
        return `Slack does not tell me your time zone, so I cannot read the start "${asked}". Write it with its offset, such as \`from:2026-12-01T18:00+01:00\`.`;
      case 'skipped':
        return `The clocks are put forward over the start "${asked}", so there is no such time where you are. Name another one.`;
      case 'twice':
        return `The clocks are put back over the start "${asked}", so it comes twice where you are. Write it with its offset, such as \`from:2026-12-01T18:00+01:00\`.`;
    }
  },
  /** `typed`: the length of the lease as one writes it. */
  extendedTooLate: (path: Ready, at: Ready, typed: string) =>
    `Your lease on "${path}" ended ${at}, before you asked for more time. Ask for it again: \`/request-access ${path} ${typed}\` and why you need it.`,
};
