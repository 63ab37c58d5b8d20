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
export const mention = (slack: SlackUser): string => `<@${slack.userId}>`;

/** A date in the reader's own zone and language, with UTC for those who cannot see it. */
export const when = (at: EpochMs): string =>
  `<!date^${Math.floor(at / 1000)}^{date_short_pretty} at {time}|${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC>`;

/** The same to the second, for what is over within minutes. */
export const whenExactly = (at: EpochMs): string =>
  `<!date^${Math.floor(at / 1000)}^{date_short_pretty} at {time_secs}|${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC>`;

/** A path, role or other name in bold. */
export const strong = (name: string): string => `*${escapeMrkdwn(name, NAME_MAX) || '–'}*`;

/** Names joined by commas, at most `most` of them, then "and N more". */
export function listed(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).map((name) => escapeMrkdwn(name, 60));
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** Lines packed into as few sections as hold them; those beyond `maxBlocks` become "and N more". */
export function packed(lines: readonly string[], maxBlocks: number): KnownBlock[] {
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
  const shown = pages.slice(0, maxBlocks - 1);
  const rest = lines.length - shown.reduce((sum, page) => sum + page.length, 0);
  return [...shown.map((page) => section(...page)), section(`and ${rest} more`)];
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
