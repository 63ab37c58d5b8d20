import type { JsonObject } from './json.ts';

/** Something the app can send, on show at `/gallery`: a state, drawn once for each language. */
export type Exhibit = {
  /** What it belongs to, such as `The card`. */
  readonly room: string;
  /** Which state it is, such as `waiting for its second stage`. */
  readonly name: string;
  /** BCP 47, such as `en`. */
  readonly language: string;
  readonly shown:
    | { readonly as: 'message'; readonly text: string; readonly blocks: readonly object[] }
    | { readonly as: 'modal' | 'home'; readonly view: JsonObject };
};
