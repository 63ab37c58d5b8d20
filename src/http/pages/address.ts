/** `look` and `start` are one address. Beside these there is nothing under /sign-in. */
export type Address =
  | { readonly at: 'sign_in'; readonly id: string }
  | { readonly at: 'confirm'; readonly id: string }
  /** `search`: with its question mark, or empty. */
  | { readonly at: 'callback'; readonly search: string };

const UUID_V4 = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const SIGN_IN = new RegExp(`^/sign-in/(${UUID_V4})(/confirm)?$`);
const CALLBACK = /^\/sign-in\/callback(\?.*)?$/s;

/** How the id of a sign-in is written: a UUID of version 4 in lower case (RFC 9562, section 5.4). */
export const isId = (text: string): boolean => new RegExp(`^${UUID_V4}$`).test(text);

export const isUnderSignIn = (path: string): boolean => path === '/sign-in' || path.startsWith('/sign-in/');

/** @returns null for every other spelling; only the callback may have a query */
export function addressOf(url: string): Address | null {
  const callback = CALLBACK.exec(url);
  if (callback !== null) return { at: 'callback', search: callback[1] ?? '' };
  const [, id, confirm] = SIGN_IN.exec(url) ?? [];
  if (id === undefined) return null;
  return { at: confirm === undefined ? 'sign_in' : 'confirm', id };
}

/** @throws Error for what is no id: no other address of ours is ever redirected to */
export function pathOfSignIn(id: string): string {
  if (!isId(id)) throw new Error('a sign-in has an id that is none');
  return `/sign-in/${id}`;
}
