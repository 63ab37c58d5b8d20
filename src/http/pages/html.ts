const MARKUP = Symbol('markup');

/** Markup in which every text from outside is escaped: only {@link html} makes it, and nothing gets around it. */
export type Html = { readonly [MARKUP]: string };
type Part = Html | string | number | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '`': '&#96;',
};

/** A template whose texts are escaped, for the inside of elements and of attributes in double quotes, nowhere else. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  [MARKUP]: String.raw({ raw: strings }, ...parts.map(markupOf)),
});

/** The document, as it is sent. */
export const documentOf = (body: Html): string => `<!doctype html>\n${body[MARKUP]}\n`;

export const NOTHING = html``;

function markupOf(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return part.replace(/[&<>"'`]/g, (sign) => ESCAPES[sign] ?? '');
  return MARKUP in part ? part[MARKUP] : part.map(markupOf).join('');
}
