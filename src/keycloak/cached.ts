export type Cached<T> = {
  /** At most `ttlMs` old. */
  readonly fresh: () => Promise<T>;
  /** What there is, however old, at once; a newer one is asked for behind it. Waits only while there is none at all. */
  readonly latest: () => Promise<T>;
};

/**
 * Holds one answer, asks once however many wait, and keeps no failure.
 * @param onFailure hears of what failed while nobody waited for it
 */
export function cached<T>(
  load: () => Promise<T>,
  { ttlMs, now, onFailure }: { ttlMs: number; now: () => number; onFailure?: (error: unknown) => void },
): Cached<T> {
  let held: { readonly value: T; readonly until: number } | null = null;
  let loading: Promise<T> | null = null;
  const reload = (): Promise<T> => {
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
  const isFresh = (): boolean => held !== null && now() < held.until;
  return {
    fresh: async () => (held !== null && isFresh() ? held.value : reload()),
    latest: async () => {
      if (held === null) return reload();
      if (!isFresh()) reload().catch((error: unknown) => onFailure?.(error));
      return held.value;
    },
  };
}
