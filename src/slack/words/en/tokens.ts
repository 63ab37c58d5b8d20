import type { Ready } from '../ready.ts';
import { duration } from './common.ts';

/** Leases of roles that only tokens carry. */
export const tokens = {
  /** After the kind of an access. */
  mark: 'in tokens only',
  live: (what: Ready, until: Ready, seconds: number) =>
    `Tokens issued to you from now on carry ${what}, until ${until} (${duration(seconds)}). If an application does not see it yet, sign in again there. Nothing is written to Keycloak.`,
  goneInTime: 'No token carries it any more.',
  /** `until`: how long a token may still be taken; null: not at all. */
  gone: (until: Ready | null) =>
    `No token is issued with it any more, and the sessions that had it end now.${until === null ? '' : ` An application that checks tokens by itself may accept one until ${until}.`}`,
  lineLive: (until: Ready) =>
    `Live: tokens issued from now on carry it, and end with it ${until}. Nothing is written to Keycloak.`,
  atTheEnd: (seconds: number) =>
    `Only tokens carry it, and they end with the lease. If that ends early, the sessions that had it end, too; an application that checks tokens by itself may accept one for up to ${duration(seconds)} more.`,
};
