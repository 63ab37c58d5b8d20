import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { messageProblems } from '../../../sandbox/slack/validate/message.ts';
import { viewProblems } from '../../../sandbox/slack/validate/view.ts';
import { readConfig } from '../../../src/config.ts';
import type { Catalogue } from '../../../src/slack/words/catalogue.ts';
import { de } from '../../../src/slack/words/de.ts';
import { en } from '../../../src/slack/words/en.ts';
import { catalogueOf, languageOf, LANGUAGES } from '../../../src/slack/words/languages.ts';
import { everySaying } from './sayings.ts';

type Leaf = string | readonly string[] | ((...args: readonly unknown[]) => string);
type Said = { readonly path: string; readonly args: readonly unknown[]; readonly words: string };

/** Every leaf of a catalogue by its path. */
function leaves(node: object, path = ''): readonly (readonly [string, Leaf])[] {
  return Object.entries(node).flatMap(([key, value]: [string, Leaf | object]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return typeof value === 'object' && !Array.isArray(value) ? leaves(value, here) : [[here, value as Leaf] as const];
  });
}

/** The catalogue with a note of whatever is said with it. */
function noting<T extends object>(node: T, heard: (said: Said) => void, path = ''): T {
  return new Proxy(node, {
    get(target, key, receiver): unknown {
      const value: unknown = Reflect.get(target, key, receiver);
      const here = path === '' ? String(key) : `${path}.${String(key)}`;
      if (typeof value === 'function') {
        return (...args: readonly unknown[]): unknown => {
          const words: unknown = Reflect.apply(value, target, args);
          heard({ path: here, args, words: String(words) });
          return words;
        };
      }
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return noting(value, heard, here);
      heard({ path: here, args: [], words: String(value) });
      return value;
    },
  });
}

function heardOf(catalogue: Catalogue): readonly Said[] {
  const heard: Said[] = [];
  everySaying(noting(catalogue, (said) => heard.push(said)));
  return heard;
}

/** What has to be the same in every language: mentions, moments, links, code, placeholders and numbers. */
function marks(words: string): readonly string[] {
  const found: string[] = [];
  const rest = words
    .replaceAll(/<!date\^(\d+)\^[^>]*>/gu, (_, at: string) => (found.push(`date ${at}`), ' '))
    .replaceAll(/<(@[^>|]+|https:[^>|]+)(?:\|[^>]*)?>/gu, (_, mark: string) => (found.push(mark), ' '))
    .replaceAll(/`([^`]*)`/gu, (_, code: string) => (found.push(commandOf(code)), ' '))
    .replaceAll(/\{\w+\}/gu, (mark) => (found.push(mark), ' '));
  return [...found, ...(rest.match(/\d+/gu) ?? []), ...(rest.match(/\/access[-\w]*/gu) ?? [])].sort();
}
/** Of a line to type the command words; what stands for one's own is said in each language. */
const commandOf = (code: string): string =>
  code.replaceAll(/&lt;[^&]+&gt;/gu, '&lt;&gt;').replace(/INC-42 .*/u, 'INC-42');

/** The same word in both languages. */
const SAME = new Set(['dialogs.realm']);

/** What was handed over, such as paths and people's words, as far as it is said. Names of states choose words and are none. */
function factsIn(args: readonly unknown[], words: string): readonly string[] {
  return args.flatMap((arg) => {
    if (typeof arg === 'string') return /^[a-z_]*$/u.test(arg) || !words.includes(arg) ? [] : [arg];
    return typeof arg === 'object' && arg !== null ? factsIn(Object.values(arg), words) : [];
  });
}

const heard = heardOf(en);

describe('the catalogue', () => {
  it('has every word in every language', () => {
    const paths = (catalogue: Catalogue) => leaves(catalogue).map(([path, leaf]) => `${path} ${typeof leaf}`);
    for (const language of LANGUAGES) expect(paths(catalogueOf(language))).toEqual(paths(en));
  });

  it('holds nothing that is never said', () => {
    const said = new Set(heard.map(({ path }) => path));
    const unsaid = leaves(en).filter(([path]) => !said.has(path));
    // The title that a file is given is not drawn.
    expect(unsaid.map(([path]) => path)).toEqual(['audit.fileTitle']);
  });

  it('with the same facts German says the same names, mentions, moments, links, commands and numbers, in words of its own', () => {
    const words = new Map(leaves(de));
    const apart = heard.flatMap(({ path, args, words: english }) => {
      const leaf = words.get(path);
      if (leaf === undefined) throw new Error(`no German for ${path}`);
      const german = typeof leaf === 'function' ? leaf(...args) : String(leaf);
      const isOwn = german !== english || SAME.has(path) || !/\p{L}{3}/u.test(english);
      const told = (said: string) => [...marks(said), ...factsIn(args, said)].join();
      return isOwn && told(german) === told(english) ? [] : [{ path, english, german }];
    });
    expect(apart).toEqual([]);
  });

  it('is calm: no exclamation mark, no oops, no empty word', () => {
    const loud = LANGUAGES.flatMap((language) =>
      heardOf(catalogueOf(language)).filter(({ words }) => {
        const ours = words.replaceAll(/<!date|&lt;!channel/gu, '');
        return words.trim() === '' || /!|\boops\b|\bhoppla\b|\bundefined\b|\bnull\b/iu.test(ours);
      }),
    );
    expect(loud).toEqual([]);
  });

  it('says each state, kind and reason differently', () => {
    const lists = (catalogue: Catalogue): readonly object[] => [
      catalogue.facts.kind,
      catalogue.facts.status,
      catalogue.audit.kind,
      catalogue.refusals.identity,
      catalogue.refusals.usage,
    ];
    for (const language of LANGUAGES) {
      for (const list of lists(catalogueOf(language))) {
        const words = Object.values(list) as readonly string[];
        expect(new Set(words).size).toBe(words.length);
      }
    }
  });
});

describe('in every language', () => {
  it.each(LANGUAGES)('%s: Slack takes everything that is said, and no title or button is cut', (language) => {
    for (const saying of everySaying(catalogueOf(language))) {
      const { type, blocks = [] } = saying;
      const problems =
        type === 'modal' || type === 'home' ? viewProblems({ ...saying }, type) : messageProblems(blocks);
      expect(problems).toEqual([]);
      for (const title of plainTexts(saying)) expect(title).not.toMatch(/\p{L}…$/u);
    }
  });

  it.each([
    ['en', '1 day 1 hour 1 minute 1 second', ['45 seconds', '1 minute', '1 hour 30 minutes', '1 day']],
    ['de', '1 Tag 1 Stunde 1 Minute 1 Sekunde', ['45 Sekunden', '1 Minute', '1 Stunde 30 Minuten', '1 Tag']],
  ] as const)('%s: a time is read as it was meant', (language, all, some) => {
    const { duration } = catalogueOf(language).common;
    expect(duration(90_061)).toBe(all);
    expect([45, 60, 5400, 86_400].map(duration)).toEqual(some);
    const sizes = { d: 86_400, t: 86_400, h: 3600, st: 3600, m: 60, s: 1, se: 1 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999 }), (value) => {
        const said = [...duration(value).matchAll(/(\d+) (d|t|h|st|m|se|s)/giu)];
        const seconds = said.map(([, count, unit]) => Number(count) * sizes[unit?.toLowerCase() as keyof typeof sizes]);
        expect(seconds.reduce((sum, part) => sum + part, 0)).toBe(value);
      }),
    );
  });
});

/** Titles and what closes a dialog: they have 24 characters, and `plain` would cut them. */
function plainTexts(saying: object): readonly string[] {
  const { title, submit, close } = saying as Readonly<Record<string, { readonly text: string } | undefined>>;
  return [title, submit, close].flatMap((one) => (one === undefined ? [] : [one.text]));
}

it('the locale that is set in Slack chooses the language; what we do not speak is answered in English', () => {
  expect(['de-DE', 'de-AT', 'DE', 'de_CH', 'en-US', 'en-GB', 'fr-FR', 'dev', '', null].map(languageOf)).toEqual([
    ...['de', 'de', 'de', 'de', 'en', 'en', 'en', 'en', 'en', 'en'],
  ]);
});

it('CHANNEL_LANGUAGE may be every language that we speak, and no other', () => {
  const problems = (language: string) => {
    const read = readConfig({ CHANNEL_LANGUAGE: language });
    return read.ok ? [] : read.problems.filter((problem) => problem.startsWith('CHANNEL_LANGUAGE'));
  };
  expect(LANGUAGES.flatMap(problems)).toEqual([]);
  expect(problems('xx')).toEqual([`CHANNEL_LANGUAGE must be one of ${LANGUAGES.join(', ')}.`]);
});
