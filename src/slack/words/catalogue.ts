import type { en } from './en.ts';

/**
 * Every word that a person reads in Slack, in one language, by where it is read. What varies is a parameter; how it is
 * said, with plural, order and list, is the language's own affair. Command words and what others wrote stay as they are.
 *
 * Who escapes: never the catalogue. Sentences in Slack's markup are handed `Ready` text, which the renderers made, and
 * the compiler refuses any other. Labels, titles, hints and other plain text are handed text as it is (`string`), and
 * `plain` or `button` escape the whole of it. Blocks, links, dates and the order of lines belong to the renderers.
 */
export type Catalogue = typeof en;
