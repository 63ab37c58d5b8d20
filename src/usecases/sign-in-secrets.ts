import { sha256 } from '../lib/hash.ts';

/** Letters and digits that nobody takes for each other, and no vowels, so that no word comes out. */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ2346789';
const CODE_LENGTH = 8;
const CODE = new RegExp(`^[${ALPHABET}]{${CODE_LENGTH}}$`);

/**
 * What follows from the secret of a browser's cookie. So a page can be drawn again, while the record holds nothing but hashes.
 */
export const cookieHash = (cookie: string): string => sha256(`cookie ${cookie}`);
/** What the form of a page must send back. */
export const formOf = (cookie: string): string => sha256(`form ${cookie}`);
export const codeHash = (signIn: string, code: string): string => sha256(`code ${signIn} ${code}`);

/** The code that is shown to this browser: 8 signs, some 38 bits. */
export function codeOf(cookie: string): string {
  let rest = BigInt(`0x${sha256(`shown code ${cookie}`)}`);
  let code = '';
  for (const base = BigInt(ALPHABET.length); code.length < CODE_LENGTH; rest /= base)
    code += ALPHABET[Number(rest % base)] ?? '';
  return code;
}

/** The code in what somebody typed, however he grouped it; null when it is none. */
export function codeIn(text: string): string | null {
  const code = text.replaceAll(/[\s\-–—`*_]/gu, '').toUpperCase();
  return CODE.test(code) ? code : null;
}
