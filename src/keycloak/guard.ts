/**
 * The admin client leaves undefined and empty parameters out of the query: `users.find({ email: undefined })` answers
 * everybody, and an id that is missing makes another address. So each value is looked at before it is sent.
 */
export function present(value: string, what: string): string {
  // The types say string; data that came through JSON or a cast may say otherwise.
  if (typeof (value as unknown) !== 'string' || value.trim() === '') throw new TypeError(`${what} is empty`);
  return value;
}

/** An id that goes into an address: never a path of its own. */
export function presentId(value: string, what: string): string {
  if (!/^[\w-]+$/.test(present(value, what))) throw new TypeError(`${what} is no id`);
  return value;
}
