import { de } from '../words/de.ts';
import { en } from '../words/en.ts';
import type { Words } from '../words/en.ts';

const SPOKEN = { en, de } as const satisfies Readonly<Record<string, Words>>;
type Language = keyof typeof SPOKEN;

const MAX_RANGES = 20;
/** RFC 9110, section 12.4.2: from 0 to 1 with three digits at most; 0 means not at all. */
const QUALITY = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/** Which of our languages the browser wants most by `Accept-Language` (RFC 9110, section 12.5.4); English when in doubt. */
export function wordsFor(header: string | undefined): Words {
  let best: { readonly language: Language; readonly quality: number } = { language: 'en', quality: 0 };
  for (const range of (header ?? '').split(',').slice(0, MAX_RANGES)) {
    const [tag = '', weight = 'q=1'] = range.split(';').map((part) => part.trim());
    const language = languageOf(tag);
    const quality = Number(QUALITY.exec(weight)?.[1] ?? 0);
    if (language !== null && quality > best.quality) best = { language, quality };
  }
  return SPOKEN[best.language];
}

/** `de-AT` is German enough; `*` gets what everybody gets. */
function languageOf(tag: string): Language | null {
  const primary = tag.toLowerCase().split('-')[0];
  if (primary === 'en' || primary === 'de') return primary;
  return primary === '*' ? 'en' : null;
}
