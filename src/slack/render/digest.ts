import type { Digest, News } from '../../domain/message.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Ready } from '../words/ready.ts';
import { bold, context, mention, section } from './pieces.ts';
import type { Rendered } from './pieces.ts';

/** So many UTF-16 units of a path, that a dozen of them fit one section. */
const PATH_MAX = 120;

const ORDER: readonly News[] = [
  'ended',
  'kept',
  'live',
  'ending_soon',
  'decided',
  'expired',
  'end_asked',
  'trouble',
  'waiting_for_keycloak',
  'reminder',
];

/** Much news for one channel at once. */
export const renderChannelDigest = ({ digest: say }: Catalogue, digest: Digest): Rendered =>
  rendered(say, digest, ({ holder }) => mention(holder), say.whyToChannel);

/** Much news for one person at once: all of it is about his own access. */
export const renderPersonDigest = ({ digest: say }: Catalogue, digest: Digest): Rendered =>
  rendered(say, digest, () => null, say.whyToPerson);

function rendered(
  say: Catalogue['digest'],
  digest: Digest,
  holderOf: (named: Digest['named'][number]) => Ready | null,
  why: string,
): Rendered {
  const kinds = ORDER.flatMap((news) => {
    const count = digest.counts[news] ?? 0;
    return count === 0 ? [] : [{ news, count, sentence: say.counted(news, count) }];
  });
  const lines = kinds.map(({ news, count, sentence }) => {
    const named = digest.named
      .filter((each) => each.news === news)
      .map((each) => ({ what: bold(each.path, PATH_MAX), of: holderOf(each) }));
    return named.length === 0 ? `${sentence}.` : say.named(news, count, named);
  });
  return {
    text: `${kinds.map(({ sentence }) => sentence).join('; ')}.`,
    blocks: [...lines.map((line) => section(line)), context(why)],
  };
}
