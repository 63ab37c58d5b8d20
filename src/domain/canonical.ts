/** What canonical JSON can hold. Numbers are safe integers: anything else would print differently elsewhere. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/**
 * Strict canonical JSON: keys sorted by UTF-16 code unit, no blanks, no lone surrogates, whole numbers only. The same
 * value gives the same text in every language (the subset of RFC 8785 that needs no float printing).
 * @throws RangeError for a number that is no safe integer, or text with a lone surrogate
 */
export function canonical(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new RangeError(`not a whole number: ${value}`);
    return String(value);
  }
  if (typeof value === 'string') {
    if (PLAIN.test(value)) return `"${value}"`;
    if (!value.isWellFormed()) throw new RangeError('text with a lone surrogate');
    return JSON.stringify(value);
  }
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members += `${members === '' ? '' : ','}${canonical(key)}:${canonical(member)}`;
  }
  return `{${members}}`;
}

/** Printable ASCII that JSON writes as it is: most of the audit, and three times as fast. */
const PLAIN = /^[ !#-[\]-~]*$/;

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);
