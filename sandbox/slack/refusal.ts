import type { JsonObject } from './json.ts';

/** An answer `{ok: false, error}`: the way Slack says no, with HTTP status 200. */
export class Refusal extends Error {
  readonly code: string;
  readonly extra: JsonObject;

  constructor(code: string, extra: JsonObject) {
    super(code);
    this.code = code;
    this.extra = extra;
  }
}

export function refuse(code: string, extra: JsonObject = {}): Refusal {
  return new Refusal(code, extra);
}

/** With the messages that Slack puts into response_metadata, one per JSON pointer. */
export function refuseWith(code: string, messages: readonly string[]): Refusal {
  return new Refusal(code, { response_metadata: { messages } });
}
