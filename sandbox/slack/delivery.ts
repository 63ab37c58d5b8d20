import { textIn, objectIn, type JsonObject } from './json.ts';
import type { Ack, EnvelopeKind } from './model.ts';
import type { World } from './world.ts';

export type Retry = { readonly attempt: number; readonly reason: string };

/** Hands one payload to the app and waits for its ack, at most as long as a person would. */
export interface Transport {
  send(kind: EnvelopeKind, payload: JsonObject, retry?: Retry): Promise<Ack>;
}

export interface Delivery extends Transport {
  /** Resolves after the first attempt; an event that was not acked comes again after Slack's delays, in the background. */
  event(payload: JsonObject): Promise<Ack>;
}

export function createDelivery(world: World, transport: () => Transport): Delivery {
  async function send(kind: EnvelopeKind, payload: JsonObject, retry?: Retry): Promise<Ack> {
    const ack = await transport().send(kind, payload, retry);
    world.acks.push({ kind, what: whatIs(kind, payload), latencyMs: ack.latencyMs, outcome: ack.outcome });
    world.bus.changed();
    return ack;
  }
  async function event(payload: JsonObject): Promise<Ack> {
    const ack = await send('events_api', payload);
    if (ack.outcome !== 'acked') void retry(payload, ack);
    return ack;
  }
  async function retry(payload: JsonObject, first: Ack): Promise<void> {
    let ack = first;
    for (const [index, delayMs] of world.settings.eventRetryDelaysMs.entries()) {
      if (ack.outcome === 'acked' || !(await world.bus.sleep(delayMs))) return;
      ack = await send('events_api', payload, { attempt: index + 1, reason: reasonOf(ack) });
    }
  }
  return { send, event };
}

function reasonOf(ack: Ack): string {
  if (ack.outcome === 'operation_timeout') return 'timeout';
  return ack.outcome === 'http_error' ? 'http_error' : 'connection_failed';
}

function whatIs(kind: EnvelopeKind, payload: JsonObject): string {
  if (kind === 'slash_commands') return textIn(payload, 'command') ?? kind;
  if (kind === 'interactive') return textIn(payload, 'type') ?? kind;
  return textIn(objectIn(payload, 'event') ?? {}, 'type') ?? kind;
}
