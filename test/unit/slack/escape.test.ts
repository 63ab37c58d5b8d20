import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readableText } from '../../../sandbox/slack/text.ts';
import { cleanText } from '../../../src/domain/text.ts';
import { escape, escapeKeepingEnd, escapeMrkdwn } from '../../../src/slack/render/escape.ts';

const reader = { tz: 'Etc/UTC', personName: () => 'SOMEBODY', channelName: () => 'SOMEWHERE' };
/** What a reader sees; a mention, date or link would be replaced by something else than its own signs. */
const seen = (text: string): string => readableText(text, reader);

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(
        '<!channel>',
        '<@U0BOB>',
        '<#C1|x>',
        '<https://e.example|bank>',
        '&lt;',
        '&',
        '*',
        '`',
        '~',
        '\u202E',
        '\uD800',
        '😀',
        '\n',
        'a',
      ),
    )
    .map((parts) => parts.join('')),
);
const limits = fc.integer({ min: 1, max: 300 });

describe('I20: people’s text reaches Slack', () => {
  it('I20: the escaped form fits the limit, whole code points only', () => {
    fc.assert(
      fc.property(hostile, limits, (text, max) => {
        for (const form of [escape(text, max), escapeMrkdwn(text, max), escapeKeepingEnd(text, max)]) {
          expect(form.length).toBeLessThanOrEqual(max);
          expect(form.isWellFormed()).toBe(true);
          expect(form).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
          expect(form).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }
      }),
    );
  });

  it('I20: what fits is read exactly as it was typed, without mention, date or link', () => {
    fc.assert(fc.property(hostile, (text) => expect(seen(escape(text, 10_000))).toBe(cleanText(text))));
  });

  it('I20: what is cut is the beginning of what was typed, or its end where the end tells paths apart', () => {
    fc.assert(
      fc.property(hostile, limits, (text, max) => {
        const clean = cleanText(text);
        const head = seen(escape(text, max));
        const tail = seen(escapeKeepingEnd(text, max));
        expect(head === clean || (head.endsWith('…') && clean.startsWith(head.slice(0, -1)))).toBe(true);
        expect(tail === clean || (tail.startsWith('…') && clean.endsWith(tail.slice(1)))).toBe(true);
      }),
    );
  });

  it('I20: what fits is not cut, and what is cut keeps as much as fits beside the sign that says so', () => {
    expect([escape('abc', 3), escape('abcd', 3), escape('a&b', 7), escape('a&b', 6)]).toEqual([
      'abc',
      'ab…',
      'a&amp;b',
      'a…',
    ]);
    expect([escapeKeepingEnd('abc', 3), escapeKeepingEnd('abcd', 3)]).toEqual(['abc', '…cd']);
    expect([escape('😀😀', 4), escape('😀😀😀', 5), escape('😀😀', 3)]).toEqual(['😀😀', '😀😀…', '😀…']);
  });

  it('I20: signs that would format are shown by others that look like them', () => {
    expect(escapeMrkdwn('*a* `b` ~c~ _d_', 99)).toBe('∗a∗ ˋbˋ ∼c∼ _d_');
    expect(escape('*a* `b` ~c~', 99)).toBe('*a* `b` ~c~');
  });

  it('I20: mrkdwn text holds none of the signs that would end our bold or pose as our formatting', () => {
    fc.assert(fc.property(hostile, (text) => expect(escapeMrkdwn(text, 10_000)).not.toMatch(/[*`~]/)));
  });
});
