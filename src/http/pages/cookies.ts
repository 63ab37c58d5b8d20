import type { SetCookie } from '../../usecases/pages.ts';
import { isId } from './address.ts';

const MAX_AGE_SECONDS = 900;
/** RFC 6265, section 4.1.1: what a value may be made of, without quotes. */
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;

export type Cookies = {
  /** @returns null when the browser carries none for this sign-in */
  read(header: string | undefined, id: string): string | null;
  /** The value of `Set-Cookie`. @throws Error for an id or value that no cookie can carry */
  write(cookie: SetCookie): string;
};

/**
 * One cookie for each sign-in, so that two at once do not disturb each other.
 *
 * `SameSite=Lax` and not `Strict`: Keycloak sends the browser back by a top-level navigation from another site, and with
 * that a strict cookie does not come along; a lax one comes with no POST from another site (RFC 6265bis, the SameSite
 * attribute). The prefix `__Host-` has browsers refuse what a neighbouring host or plain http would put in its place (the
 * same, cookie name prefixes); it demands `Secure`, which is why http, as on localhost, goes without both.
 */
export function createCookies(isSecure: boolean): Cookies {
  const nameOf = (id: string): string => `${isSecure ? '__Host-' : ''}leasehold-${id.slice(0, 12)}`;
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${MAX_AGE_SECONDS}${isSecure ? '; Secure' : ''}`;
  return {
    read(header = '', id) {
      if (!isId(id)) return null;
      const start = `${nameOf(id)}=`;
      const found = header.split(';').find((pair) => pair.trim().startsWith(start));
      return found === undefined ? null : found.trim().slice(start.length);
    },
    write({ id, value }) {
      if (!isId(id) || !VALUE.test(value)) throw new Error('a sign-in has a cookie that cannot be sent');
      return `${nameOf(id)}=${value}; ${attributes}`;
    },
  };
}
