import { cleanText } from '../../domain/text.ts';
import type { Ready } from '../words/ready.ts';

// Signs with which people's text could end our bold or pose as our formatting, and what is shown in their place.
// Underscores stay: names are full of them, and nothing of ours is set in italics.
const LOOK_ALIKE: Readonly<Record<string, string>> = { '*': '∗', '`': 'ˋ', '~': '∼' };
const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What each of them stands for. */
const WRITTEN = new Map(Object.entries({ ...LOOK_ALIKE, ...ESCAPED }).map(([sign, shown]) => [shown, sign]));

/**
 * Text of people or of Keycloak for a plain_text object, an option or an error: no control, bidi or invisible
 * characters, `&`, `<` and `>` escaped, cut by code points so that the escaped form has at most `max` UTF-16 units.
 * Slack parses neither mention nor link out of it.
 */
export const escape = (text: string, max: number): string => cutHead(pieces(text, false), max);

/** The same for mrkdwn: also without the signs that format. To be used in objects with `verbatim`, so that nothing is linked. */
export const escapeMrkdwn = (text: string, max: number): Ready => cutHead(pieces(text, true), max) as Ready;

/** As {@link escape}, but keeps the end, which is what tells two long paths apart. */
export const escapeKeepingEnd = (text: string, max: number): string =>
  cutHead(pieces(text, false).toReversed(), max, (kept) => kept.toReversed());

/** The same for a terminal, where no sign formats or leads anywhere: only cleaned and cut. */
export const forTerminal = (text: string, max: number): Ready => cutHead(Array.from(cleanText(text)), max) as Ready;

/** Lines that were made for Slack, as a terminal shows them: without signs that format, and with what was escaped as it was. */
export const plainly = (markup: string, who: string): string =>
  markup.replaceAll(/<@[A-Z0-9]*>|<!date\^[^|>]*\|([^>]*)>|[*`∗ˋ∼]|&(?:amp|lt|gt);/gu, (sign, date?: string) => {
    if (sign.startsWith('<@')) return forTerminal(who, 300);
    return date ?? WRITTEN.get(sign) ?? '';
  });

function pieces(text: string, mrkdwn: boolean): string[] {
  return Array.from(cleanText(text), (point) => ESCAPED[point] ?? (mrkdwn ? LOOK_ALIKE[point] : undefined) ?? point);
}

function cutHead(points: string[], max: number, order: (kept: string[]) => string[] = (kept) => kept): string {
  if (lengthOf(points) <= max) return order(points).join('');
  const kept: string[] = [];
  let room = max - 1;
  for (const point of points) {
    room -= point.length;
    if (room < 0) break;
    kept.push(point);
  }
  return order([...kept, '…']).join('');
}

const lengthOf = (points: readonly string[]): number => points.reduce((sum, point) => sum + point.length, 0);
