import type { Delivery } from '../delivery.ts';
import type { JsonObject } from '../json.ts';
import { messageJson } from '../messages.ts';
import type { Ack, Channel, Ephemeral, Message, Person, View } from '../model.ts';
import { stateOf } from '../state-values.ts';
import { issueResponseUrl, issueTrigger } from '../tickets.ts';
import { viewJson } from '../views.ts';
import type { World } from '../world.ts';

/** What a person needs to act: the workspace and the way to the app. */
export type Stage = {
  readonly world: World;
  readonly delivery: Delivery;
  /** What each person chose in messages, by person and message. */
  readonly typedInMessages: Map<string, View['typed']>;
};

/** Where a person clicks. */
export type Surface =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'ephemeral'; readonly ephemeral: Ephemeral }
  | { readonly kind: 'view'; readonly view: View };

export type Outcome = {
  readonly ok: boolean;
  /** Slack's word for what the person sees when the app did not answer, such as operation_timeout. */
  readonly error?: string;
  readonly ack: JsonObject;
  readonly latencyMs: number;
};

export function outcomeOf(ack: Ack): Outcome {
  const common = { ack: ack.body, latencyMs: ack.latencyMs };
  return ack.outcome === 'acked' ? { ok: true, ...common } : { ok: false, error: ack.outcome, ...common };
}

export function blocksOf(surface: Surface): readonly JsonObject[] {
  if (surface.kind === 'view') return surface.view.blocks;
  return surface.kind === 'message' ? surface.message.blocks : surface.ephemeral.blocks;
}

export function personById(world: World, id: string): Person {
  const person = world.people.get(id) ?? [...world.people.values()].find((candidate) => candidate.name === id);
  if (person === undefined) throw new Error(`nobody here is ${id}`);
  return person;
}

/** By id, or by name with or without "#". */
export function channelById(world: World, id: string): Channel {
  const name = id.replace(/^#/, '');
  const channel =
    world.channels.get(id) ?? [...world.channels.values()].find((other) => other.name === name && other.kind !== 'im');
  if (channel === undefined) throw new Error(`there is no channel ${id}`);
  return channel;
}

export function typedOf(stage: Stage, userId: string, surface: Surface): View['typed'] {
  if (surface.kind === 'view') return surface.view.typed;
  const ts = surface.kind === 'message' ? surface.message.ts : surface.ephemeral.ts;
  const key = `${userId} ${ts}`;
  const typed = stage.typedInMessages.get(key) ?? new Map<string, never>();
  stage.typedInMessages.set(key, typed);
  return typed;
}

/** The fields that every interactive payload carries. */
export function identityFields(world: World, person: Person): JsonObject {
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    api_app_id: world.app.id,
    token: 'sandbox-verification-token',
    team: { id: person.teamId, domain: world.team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** Where it happened: container, message or view, channel, state and a response_url for messages. */
export function placeFields(stage: Stage, person: Person, surface: Surface): JsonObject {
  const { world } = stage;
  if (surface.kind === 'view') {
    const { view } = surface;
    return { container: { type: 'view', view_id: view.id }, view: viewJson(world, view) };
  }
  const isEphemeral = surface.kind === 'ephemeral';
  const shown = isEphemeral ? surface.ephemeral : surface.message;
  const channel = channelById(world, shown.channelId);
  return {
    container: {
      type: 'message',
      message_ts: shown.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(shown.threadTs === undefined ? {} : { thread_ts: shown.threadTs }),
    },
    channel: { id: channel.id, name: channelNameFor(channel) },
    // An ephemeral message is not stored, so its payload has none.
    ...(isEphemeral ? {} : { message: messageJson(world, surface.message) }),
    state: { values: stateOf(blocksOf(surface), typedOf(stage, person.id, surface)) },
  };
}

export function replyFields(world: World, person: Person, surface: Surface): JsonObject {
  if (surface.kind === 'view') return { trigger_id: issueTrigger(world, person.id, surface.view.id) };
  const isEphemeral = surface.kind === 'ephemeral';
  const shown = isEphemeral ? surface.ephemeral : surface.message;
  return {
    trigger_id: issueTrigger(world, person.id),
    response_url: issueResponseUrl(world, {
      userId: person.id,
      channelId: shown.channelId,
      source: { ts: shown.ts, isEphemeral },
      ...(shown.threadTs === undefined ? {} : { threadTs: shown.threadTs }),
    }),
  };
}

/** Payloads call a private channel "privategroup" and direct messages "directmessage". */
export function channelNameFor(channel: Channel): string {
  if (channel.kind === 'im') return 'directmessage';
  return channel.kind === 'private' ? 'privategroup' : channel.name;
}
