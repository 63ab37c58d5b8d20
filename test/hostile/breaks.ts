import type { csvLine } from '../../src/domain/csv.ts';
import { cleanText } from '../../src/domain/text.ts';
import { escape, escapeMrkdwn } from '../../src/slack/render/escape.ts';

/** One deliberate break of what makes people's words harmless; hostile input must find it. */
type Named = { readonly name: string; /** In one sentence, for people. */ readonly what: string };
export type EscapeBreak = Named & { readonly escape: (text: string, max: number) => string };
export type CsvBreak = Named & { readonly csvLine: typeof csvLine };

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const FORMATS: Readonly<Record<string, string>> = { '*': '∗', '`': 'ˋ', '~': '∼' };
const escaped = (text: string): string => text.replaceAll(/[&<>]/g, (sign) => ESCAPED[sign] ?? sign);
const plain = (text: string): string => text.replaceAll(/[*`~]/g, (sign) => FORMATS[sign] ?? sign);
const clean = (text: string): string => plain(cleanText(text));

/** I20: other ways to escape and to cut text for Slack, each with its hole. */
export const escapeBreaks: readonly EscapeBreak[] = [
  {
    name: 'escapes-nothing',
    what: 'text goes to Slack as it is, cut to fit',
    escape: (text, max) => clean(text).slice(0, max).toWellFormed(),
  },
  {
    name: 'forgets-the-ampersand',
    what: 'only the signs of a mention are escaped, so that people can write escaped signs themselves',
    escape: (text, max) => escapeMrkdwn(text, max).replaceAll('&amp;', '&'),
  },
  {
    name: 'cuts-before-it-escapes',
    what: 'the limit is kept by what was typed, and not by what is sent',
    escape: (text, max) => escaped(Array.from(clean(text)).slice(0, max).join('')),
  },
  {
    name: 'cuts-the-escaped-form',
    what: 'the cut may fall within an escaped sign',
    escape: (text, max) => escaped(clean(text)).slice(0, max).toWellFormed(),
  },
  {
    name: 'cuts-by-units',
    what: 'the cut may fall within a sign of two UTF-16 units',
    escape: (text, max) => {
      const kept = clean(text).split('');
      while (escaped(kept.join('')).length > max) kept.pop();
      return escaped(kept.join(''));
    },
  },
  {
    name: 'leaves-the-unseen',
    what: 'signs that are not seen, or turn the reading order round, are left in',
    escape: (text, max) =>
      escaped(plain(text))
        .slice(0, max)
        .replace(/&[a-z]*$/, '')
        .toWellFormed(),
  },
  {
    name: 'lets-people-format',
    what: "people's text may end our bold and begin its own",
    escape,
  },
];

const quoted = (mend: (text: string) => string): typeof csvLine => {
  const cell = (value: string | number | null): string =>
    typeof value === 'number' ? String(value) : `"${mend(value ?? '').replaceAll('"', '""')}"`;
  return (cells) => `${cells.map(cell).join(',')}\r\n`;
};

/** I21: other ways to write CSV cells, each with its hole. */
export const csvBreaks: readonly CsvBreak[] = [
  {
    name: 'only-quotes',
    what: 'a cell is quoted, and a formula in it is left as it is',
    csvLine: quoted((text) => text),
  },
  {
    name: 'looks-at-the-first-sign',
    what: 'a formula behind blanks or signs that are not seen is left as it is',
    csvLine: quoted((text) => text.replace(/^[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]/u, "'$&")),
  },
  {
    name: 'knows-ascii-only',
    what: 'a formula that begins with a full-width sign is left as it is',
    csvLine: quoted((text) =>
      text.replace(/[=+\-@|%](?<=(?:^|[;\t\r\n])[\s\p{C}\p{Default_Ignorable_Code_Point}"]*.)/gu, "'$&"),
    ),
  },
  {
    name: 'splits-at-commas-only',
    what: 'a formula behind what another country takes for the end of a cell is left as it is',
    csvLine: quoted((text) =>
      text.replace(/[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20](?<=^[\s\p{C}\p{Default_Ignorable_Code_Point}"]*.)/u, "'$&"),
    ),
  },
];
