import type { Ambush } from './points.ts';

/** By how many ms the bot's clocks are ahead of the machine's. */
export type Skew = { readonly wallMs: number; readonly monotonicMs: number };

/** What is wrong with one bot process. Everything is absent in an honest one. */
export type Plan = {
  /** A file that gets the name of each port call. */
  readonly points?: string;
  readonly ambush?: Ambush;
  /** A file that holds a {@link Skew}; written whole, by rename. */
  readonly clock?: string;
  /** `kill -9` when so many statements of opening the database have been carried out; with a file, each is noted there. */
  readonly migration?: { readonly killAfter?: number; readonly notes?: string };
};
