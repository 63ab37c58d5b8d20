import type { Catalogue } from './catalogue.ts';
import { de } from './de.ts';
import { en } from './en.ts';

const CATALOGUES = { en, de } as const satisfies Readonly<Record<string, Catalogue>>;

/** A language that we speak, as Slack's locales begin. */
export type Language = keyof typeof CATALOGUES;
export const LANGUAGES = Object.keys(CATALOGUES) as readonly Language[];

export const catalogueOf = (language: Language): Catalogue => CATALOGUES[language];

/** The language of a Slack locale such as `de-DE`; English where that is none of ours. */
export function languageOf(locale: string | null): Language {
  const language = (locale ?? '').toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((one) => one === language) ?? 'en';
}
