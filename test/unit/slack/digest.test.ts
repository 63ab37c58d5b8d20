import { describe, expect, it } from '@jest/globals';
import type { Digest, News } from '../../../src/domain/message.ts';
import { renderChannelDigest, renderPersonDigest } from '../../../src/slack/render/digest.ts';
import { en } from '../../../src/slack/words/en.ts';
import { messageProblems } from '../../../sandbox/slack/validate/message.ts';
import { WORST_TEXTS } from '../../../sandbox/gallery/refusals.ts';
import { ann, HOSTILE, LONG } from '../../../sandbox/gallery/samples.ts';

const EVERY: readonly News[] = [
  'ended',
  'kept',
  'live',
  'decided',
  'expired',
  'end_asked',
  'trouble',
  'waiting_for_keycloak',
  'reminder',
];
const MOST_NAMED = 12;
const RENDERERS = [
  ['a channel', renderChannelDigest],
  ['a person', renderPersonDigest],
] as const;

const digestOf = (paths: readonly string[], news: News = 'ended', count = paths.length): Digest => ({
  counts: { [news]: count },
  named: paths.map((path) => ({ news, path, holder: ann.slack })),
});
const shown = (digest: Digest, render = renderChannelDigest): string => JSON.stringify(render(en, digest).blocks);

describe.each(RENDERERS)('a digest for %s', (_, render) => {
  it('I20: paths of any kind are escaped and cut', () => {
    for (const path of [...WORST_TEXTS, HOSTILE, LONG, '', '\u202e', '*a* `b` ~c~ <!here> <@U0BOB> &amp;']) {
      const said = shown(digestOf([path]), render);
      expect(said).not.toMatch(/<!channel|<!here|<@U0BOB|<https|\*a\*|\u202e|`b`|~c~/);
      expect(said).not.toContain('**');
    }
  });

  it('Slack takes it at its worst: a dozen of the longest names, each kind of news, millions of them', () => {
    const counts = Object.fromEntries(EVERY.map((news) => [news, 9_999_999]));
    for (const path of [LONG, '&'.repeat(1000), '<'.repeat(1000), '😀'.repeat(500), HOSTILE]) {
      for (const news of EVERY) {
        const named = Array.from({ length: MOST_NAMED }, () => ({ news, path, holder: ann.slack }));
        const { text, blocks } = render(en, { counts, named });
        expect(messageProblems(blocks)).toEqual([]);
        expect(blocks).toHaveLength(EVERY.length + 1);
        expect(text.length).toBeLessThan(3000);
      }
    }
  });

  it('names some, counts the rest, and has a whole sentence for those who only hear it', () => {
    const { text, blocks } = render(en, digestOf(['/prod/read', '/prod/write'], 'ended', 30));
    expect(text).toBe('30 leases ended and the access is gone.');
    expect(JSON.stringify(blocks[0])).toMatch(
      /30 leases ended and the access is gone: \*\/prod\/read\*.* and 28 more\./,
    );
    expect(render(en, digestOf([], 'live', 1)).text).toBe('1 lease went live.');
  });

  it('every kind of news has words of its own, for one and for many', () => {
    const texts = EVERY.flatMap((news) => [1, 2].map((count) => render(en, digestOf([], news, count)).text));
    expect(new Set(texts).size).toBe(texts.length);
    for (const text of texts) expect(text).toMatch(/^[12] [a-z].*\.$/);
  });
});

it('a channel hears whose access it was, by id; a person hears of his own only', () => {
  expect(shown(digestOf(['/prod/read']))).toContain('<@U0ANN>');
  expect(shown(digestOf(['/prod/read']), renderPersonDigest)).not.toContain('<@');
});
