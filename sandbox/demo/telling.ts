import type { Message } from '../slack/model.ts';

/** Tells one step of a journey, and what was seen of it. */
export type Step = (what: string, seen: string) => void;

export function expectStep(seen: boolean, instead: string): asserts seen {
  if (!seen) throw new Error(`The journey stopped: ${instead}.`);
}

/** The last message with all of these texts. */
export const findLast = (messages: readonly Message[], ...texts: readonly string[]): Message | undefined =>
  messages.findLast((message) => texts.every((text) => message.text.includes(text)));

export const indent = (text: string): string => text.replaceAll('\n', '\n    ');
