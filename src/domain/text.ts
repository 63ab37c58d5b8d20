/** Longest justification and comment, in code points. */
export const MAX_TEXT_POINTS = 1000;

// C0/C1 controls, bidi controls, zero-width and other invisible format characters, line and paragraph separators.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115F\u1160\u3164\uFFA0]/gu;
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
