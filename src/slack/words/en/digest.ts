import type { News } from '../../../domain/message.ts';
import type { Ready } from '../ready.ts';
import { counted, listed } from './common.ts';

/** Of one, and of many. */
const NEWS: Readonly<Record<News, readonly [string, string]>> = {
  ended: ['lease ended and the access is gone', 'leases ended and the access is gone'],
  kept: ['lease ended; the access stays for another reason', 'leases ended; the access stays for another reason'],
  live: ['lease went live', 'leases went live'],
  ending_soon: ['lease ends soon', 'leases end soon'],
  decided: ['request was decided', 'requests were decided'],
  expired: ['request is over: nobody decided in time', 'requests are over: nobody decided in time'],
  end_asked: ['lease is being taken away', 'leases are being taken away'],
  trouble: ['lease waits for Keycloak; I keep trying', 'leases wait for Keycloak; I keep trying'],
  waiting_for_keycloak: ['approved lease waits for Keycloak', 'approved leases wait for Keycloak'],
  reminder: ['request still waits for a decision', 'requests still wait for a decision'],
};

/** Much news in one message. */
export const digest = {
  /** Without its full stop. */
  counted: (news: News, count: number) => counted(count, ...NEWS[news]),
  /** The same as a whole sentence, with some of them named, and whose they are where that is not the reader. */
  named(news: News, count: number, some: readonly { readonly what: Ready; readonly of: Ready | null }[]): string {
    const names = some.map(({ what, of }) => (of === null ? what : `${what} of ${of}`));
    return `${counted(count, ...NEWS[news])}: ${listed(names, count - names.length)}.`;
  },
  whyToChannel:
    'So much happened at once that I tell it in one message. Each card will show its own state; `/access-audit since:1h` has every single one.',
  whyToPerson: 'So much of yours changed at once that I tell it in one message. `/access` shows what you have now.',
};
