/** Holds one answer for `ttlMs`, asks once however many wait, and keeps no failure. Never gives out an older one. */
export function cached<T>(load: () => Promise<T>, ttlMs: number, now: () => number): () => Promise<T> {
  let held: { readonly value: T; readonly until: number } | null = null;
  let loading: Promise<T> | null = null;
  return async () => {
    if (held !== null && now() < held.until) return held.value;
    loading ??= (async () => {
      const askedAt = now();
      const value = await load();
      held = { value, until: askedAt + ttlMs };
      return value;
    })().finally(() => {
      loading = null;
    });
    return loading;
  };
}
