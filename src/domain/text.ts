/** Longest justification, comment, question and answer, in code points. */
export const MAX_TEXT_POINTS = 1000;

// C0/C1 controls, bidi and other format characters, line and paragraph separators, lone surrogates, and whatever Unicode
// shows as nothing (zero widths, fillers, variation selectors); the empty Braille pattern looks like a blank.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const BLANKS = /\s+/gu;

/**
 * What people typed, made safe to show anywhere: no control, bidi or invisible characters, no lone surrogates, blanks
 * folded to one. Escaping for Slack or CSV is the business of those who write there.
 */
export function cleanText(text: string): string {
  return text.replace(BLANKS, ' ').replace(INVISIBLE, '').replace(BLANKS, ' ').trim();
}

/** Number of code points, the unit in which limits are stated to people. */
export const countPoints = (text: string): number => Array.from(text).length;

/** The text as it is kept: cleaned and cut by code points (I20); null when nothing is left of it. */
export function keptText(text: string): string | null {
  const cleaned = cleanText(text);
  return cleaned === '' ? null : Array.from(cleaned).slice(0, MAX_TEXT_POINTS).join('');
}
