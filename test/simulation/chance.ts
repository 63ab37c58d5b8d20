/** Chance that can be had again: the same seed gives the same numbers, in the same order. */
export type Chance = {
  /** From 0 to below 1. */
  readonly next: () => number;
  /** A whole number from 0 to below `n`. */
  readonly below: (n: number) => number;
  /** A whole number from `from` to `to`, both possible. */
  readonly between: (from: number, to: number) => number;
  readonly happens: (probability: number) => boolean;
  readonly pick: <T>(values: readonly T[]) => T;
  /** One of the names, as often as its weight says. */
  readonly weighted: <K extends string>(weights: Readonly<Partial<Record<K, number>>>) => K;
  /** In the form of a UUID v4. */
  readonly uuid: () => string;
};

export function createChance(seed: number): Chance {
  let state = seed | 0;
  // mulberry32: 32 bits of state are plenty for one run.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  const hex = (digits: number): string =>
    below(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return {
    next,
    below,
    between: (from, to) => from + below(to - from + 1),
    happens: (probability) => next() < probability,
    pick: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error('nothing to pick from');
      return value;
    },
    weighted: (weights) => {
      const entries = Object.entries<number | undefined>(weights) as [keyof typeof weights, number][];
      let at = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) if ((at -= weight) < 0) return name;
      throw new Error('no weights');
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(8)}${hex(4)}`,
  };
}
