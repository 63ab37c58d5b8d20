import type { Digest, News } from '../../domain/message.ts';
import { escapeMrkdwn } from './escape.ts';
import { context, mention, section } from './pieces.ts';
import type { Rendered } from './pieces.ts';

/** So many UTF-16 units of a path, that a dozen of them fit one section. */
const PATH_MAX = 120;

/** Order and words of each kind of news: of one, and of many. */
const NEWS: readonly (readonly [News, string, string])[] = [
  ['ended', 'lease ended and the access is gone', 'leases ended and the access is gone'],
  ['kept', 'lease ended; the access stays for another reason', 'leases ended; the access stays for another reason'],
  ['live', 'lease went live', 'leases went live'],
  ['ending_soon', 'lease ends soon', 'leases end soon'],
  ['decided', 'request was decided', 'requests were decided'],
  ['expired', 'request is over: nobody decided in time', 'requests are over: nobody decided in time'],
  ['end_asked', 'lease is being taken away', 'leases are being taken away'],
  ['trouble', 'lease waits for Keycloak; I keep trying', 'leases wait for Keycloak; I keep trying'],
  ['waiting_for_keycloak', 'approved lease waits for Keycloak', 'approved leases wait for Keycloak'],
  ['reminder', 'request still waits for a decision', 'requests still wait for a decision'],
];

/** Much news for one channel at once. */
export const renderChannelDigest = (digest: Digest): Rendered =>
  rendered(
    digest,
    (named) => `${pathOf(named)} of ${mention(named.holder)}`,
    'So much happened at once that I tell it in one message. Each card will show its own state; `/access-audit since:1h` has every single one.',
  );

/** Much news for one person at once: all of it is about his own access. */
export const renderPersonDigest = (digest: Digest): Rendered =>
  rendered(
    digest,
    pathOf,
    'So much of yours changed at once that I tell it in one message. `/access` shows what you have now.',
  );

const pathOf = (named: Digest['named'][number]): string => `*${escapeMrkdwn(named.path, PATH_MAX) || '–'}*`;

function rendered(digest: Digest, say: (named: Digest['named'][number]) => string, why: string): Rendered {
  const kinds = NEWS.flatMap(([news, one, many]) => {
    const count = digest.counts[news] ?? 0;
    return count === 0 ? [] : [{ news, count, sentence: `${count} ${count === 1 ? one : many}` }];
  });
  const lines = kinds.map(({ news, count, sentence }) => {
    const named = digest.named.filter((each) => each.news === news).map(say);
    const rest = count - named.length;
    if (named.length === 0) return `${sentence}.`;
    return `${sentence}: ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
  });
  return {
    text: `${kinds.map(({ sentence }) => sentence).join('; ')}.`,
    blocks: [...lines.map((line) => section(line)), context(why)],
  };
}
