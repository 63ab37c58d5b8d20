import type { Words } from '../words/en.ts';
import { NOTHING, documentOf, html } from './html.ts';
import type { Html } from './html.ts';
import { STYLE } from './style.ts';

/** What fills the frame. `title` is the heading too. */
export type Sheet = { readonly title: string; readonly body: Html };

// A key whose bow is a clock.
const MARK = html`<svg
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  aria-hidden="true"
>
  <circle cx="8" cy="12" r="6" />
  <path d="M8 9v3l2 1M14 12h8v4M18 12v3" />
</svg>`;

// The hash that the policy names covers every blank in it.
// prettier-ignore
const STYLE_SHEET = html`<style>${STYLE}</style>`;

/** @param next where the browser goes on by itself, at once */
export const framed = ({ language }: Words, { title, body }: Sheet, next: string | null = null): string =>
  documentOf(
    html`<html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${next === null ? NOTHING : html`<meta http-equiv="refresh" content="0;url=${next}" />`}
        <title>${title} · Leasehold</title>
        ${STYLE_SHEET}
      </head>
      <body>
        <header>${MARK}Leasehold</header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`,
  );

/** A name and what it stands for; what is `long` gets the whole width of a phone. */
export type Fact = readonly [name: string, value: Html, size?: 'long'];

export const facts = (rows: readonly Fact[]): Html =>
  html`<dl>
    ${rows.map(
      ([name, value, size = '']) =>
        html`<dt class="${size}">${name}</dt>
          <dd class="${size}">${value}</dd>`,
    )}
  </dl>`;

/**
 * The one button of a page. `autocomplete="off"`, since Firefox would put the value of an older page back on a reload.
 * @param form what it sends back as `form`, if anything
 */
export const button = (path: string, label: string, form: string | null = null): Html =>
  html`<form method="post" action="${path}" autocomplete="off">
    ${form === null ? NOTHING : html`<input type="hidden" name="form" value="${form}" />`}<button type="submit">
      ${label}
    </button>
  </form>`;
