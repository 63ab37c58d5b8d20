import { cleanText } from '../../domain/text.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** What people chose or typed: nothing invisible in it, and its direction of writing ends where it ends. */
export const said = (text: string): Html => html`<bdi>${cleanText(text)}</bdi>`;

/** Whether {@link said} leaves anything of it to see. */
export const isSeen = (text: string): boolean => cleanText(text) !== '';

/** Each with {@link said}, with commas. */
export const saidAll = (texts: readonly string[]): Html =>
  html`${texts.map((text, index) => html`${index === 0 ? '' : ', '}${said(text)}`)}`;
