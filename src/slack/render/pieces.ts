import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
} from '@slack/types';
import type { EpochMs } from '../../domain/ids.ts';
import type { SlackUser } from '../../domain/people.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Names } from '../words/en/facts.ts';
import { ready } from '../words/ready.ts';
import type { Ready } from '../words/ready.ts';
import { escape, escapeMrkdwn } from './escape.ts';

/** A message as Slack takes it. `text` is a whole sentence: screen readers and notifications read it instead of the blocks. */
export type Rendered = { readonly text: string; readonly blocks: KnownBlock[] };

/** Slack's limits in UTF-16 units, and how much of a name we show (docs.slack.dev/reference/block-kit). */
const SECTION_MAX = 3000;
const NAME_MAX = 300;
const MESSAGE_BLOCKS_MAX = 50;
export const HOME_BLOCKS_MAX = 100;

/** With `verbatim` Slack formats and resolves our own `<…>` marks, but links nothing that merely looks like an address. */
const mrkdwn = (text: string): MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true });

/** plain_text of at most `max` UTF-16 units; a dash where nothing is left, because Slack refuses an empty text. */
export const plain = (text: string, max: number): PlainTextElement => ({
  type: 'plain_text',
  text: escape(text, max) || '–',
  emoji: false,
});

export const header = (text: string): HeaderBlock => ({ type: 'header', text: plain(text, 150) });

/** One section of at most 3,000 units; the lines are already escaped and expected to fit. */
export const section = (...lines: readonly string[]): SectionBlock => ({
  type: 'section',
  text: mrkdwn(lines.join('\n')),
});

export const context = (...lines: readonly string[]): ContextBlock => ({
  type: 'context',
  elements: lines.map(mrkdwn),
});

export const actions = (buttons: readonly Button[]): ActionsBlock => ({ type: 'actions', elements: [...buttons] });

/** `label` is what a screen reader says, so that repeated buttons can be told apart. */
export const button = (
  actionId: string,
  text: string,
  value: string,
  more: { readonly style?: 'primary' | 'danger'; readonly label?: string } = {},
): Button => ({
  type: 'button',
  action_id: actionId,
  text: plain(text, 75),
  value,
  ...(more.style === undefined ? {} : { style: more.style }),
  ...(more.label === undefined ? {} : { accessibility_label: escape(more.label, 75) }),
});

/** Clickable, and never a name that a person chose himself. */
export const mention = (slack: SlackUser): Ready => `<@${slack.userId}>` as Ready;

/** A date in the reader's own zone and language, with UTC for those who cannot see it. */
export const when = (say: Catalogue, at: EpochMs): Ready => dated(at, say.common.moment, 16);

/** The same to the second, for what is over within minutes. */
export const whenExactly = (say: Catalogue, at: EpochMs): Ready => dated(at, say.common.momentToTheSecond, 19);

const dated = (at: EpochMs, format: string, digits: number): Ready =>
  `<!date^${Math.floor(at / 1000)}^${format}|${new Date(at).toISOString().slice(0, digits).replace('T', ' ')} UTC>` as Ready;

/** Words of ours that lead to a message; where its address is not known they stand alone. */
export const link = (address: string | null, words: string): Ready =>
  (address === null ? words : `<${address}|${words}>`) as Ready;

/** A path, role or other name in bold. */
export const strong = (name: string): Ready => bold(name, NAME_MAX);

/** The same with at most `max` UTF-16 units of the name. */
export const bold = (name: string, max: number): Ready => ready`*${shown(name, max)}*`;

/** What people or Keycloak wrote, escaped and cut; a dash where nothing is left of it. */
export const shown = (text: string, max: number): Ready => escapeMrkdwn(text, max) || ready`–`;

/** The same; null where nothing is left. */
export const shownOrNull = (text: string, max: number): Ready | null => escapeMrkdwn(text, max) || null;

/** At most `most` of the names, and how many more there are. */
export const some = (names: readonly string[], most: number): Names => ({
  names: names.slice(0, most).map((name) => escapeMrkdwn(name, 60)),
  rest: Math.max(0, names.length - most),
});

/** Lines packed into as few sections as hold them; those beyond `maxBlocks` are counted. */
export function packed(say: Catalogue, lines: readonly string[], maxBlocks: number): KnownBlock[] {
  const pages: string[][] = [];
  let room = 0;
  for (const line of lines) {
    if (line.length + 1 > room) {
      pages.push([]);
      room = SECTION_MAX;
    }
    pages.at(-1)?.push(line);
    room -= line.length + 1;
  }
  if (pages.length <= maxBlocks) return pages.map((page) => section(...page));
  const kept = pages.slice(0, maxBlocks - 1);
  const rest = lines.length - kept.reduce((sum, page) => sum + page.length, 0);
  return [...kept.map((page) => section(...page)), section(say.common.andMore(rest))];
}

/** As many whole groups of blocks as there is room for beside `used` others, and how many are left out. */
export function fitting(
  groups: readonly KnownBlock[][],
  used: number,
  most = MESSAGE_BLOCKS_MAX,
): { blocks: KnownBlock[]; left: number } {
  const blocks: KnownBlock[] = [];
  for (const [index, group] of groups.entries()) {
    if (used + blocks.length + group.length > most) return { blocks, left: groups.length - index };
    blocks.push(...group);
  }
  return { blocks, left: 0 };
}
