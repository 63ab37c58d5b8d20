import type { EndedBy } from '../../../domain/grant.ts';
import type { Ready } from '../ready.ts';
import { all } from './bundle.ts';
import { duration } from './common.ts';

/** Why several leases are over, as the rest of a sentence about them. */
const ended: Readonly<Record<EndedBy, string>> = {
  expiry: 'the time ran out',
  release: 'the holder released them',
  revocation: 'they were revoked',
  drift: 'somebody removed them in Keycloak, and I do not put that back',
  not_activated: 'they could not be made live in time, so nothing was given',
  refused_at_activation:
    'they were refused right before they would have gone live, because what they give or who may decide had changed',
  person_gone: 'the account in Keycloak or in Slack is disabled or gone',
  resource_gone: 'the groups or roles no longer exist in Keycloak',
};

/** Which parts of a bundle a sentence is about: all of them by name, or only how many, where their names follow. */
export type Which = { readonly count: number; readonly names: readonly Ready[] | null };

const them = ({ count, names }: Which): string => (names === null ? `${count} accesses` : all(names));

const leasesOf = (holder: Ready | null): string => (holder === null ? 'Your leases' : `The leases of ${holder}`);

/** The same news of several accesses that were asked for together. */
export const together = {
  live: (which: Which, until: Ready, seconds: number) =>
    `You have ${them(which)} until ${until} (${duration(seconds)}).`,
  liveEach: (which: Which) => `You have ${them(which)} now, each until a time of its own.`,
  until: (what: Ready, until: Ready, seconds: number) => `${what} · live until ${until} (${duration(seconds)})`,
  /** `tokenSeconds`: for how long tokens outlive the end. */
  notSeenYet(tokenSeconds: number): string {
    const wait = tokenSeconds > 0 ? `, or wait up to ${duration(tokenSeconds)}` : '';
    return `If an application does not see one of them yet, sign in again there${wait}.`;
  },
  tokens: (tokenSeconds: number) =>
    `Applications may accept tokens issued before the end for up to ${duration(tokenSeconds)} after it.`,

  endSoon: (which: Which, leftSeconds: number, at: Ready) => `${them(which)} end in *${duration(leftSeconds)}*, ${at}.`,
  endSoonEach: (which: Which) => `${them(which)} end soon, each at a time of its own.`,

  /** `holder`: whose they were; null: the reader's. */
  ended(which: Which, holder: Ready | null, at: Ready, endedBy: EndedBy): string {
    const why = endedBy === 'release' && holder === null ? 'you released them' : ended[endedBy];
    return `${leasesOf(holder)} on ${them(which)} ended ${at}: ${why}.`;
  },
  endedEach: (which: Which, holder: Ready | null) => `${leasesOf(holder)} on ${them(which)} ended.`,
};
