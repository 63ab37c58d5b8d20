import type { Args } from '../args.ts';
import type { JsonObject } from '../json.ts';
import type { Channel } from '../model.ts';
import { refuse } from '../refusal.ts';
import type { World } from '../world.ts';

export type Method = {
  readonly token: 'bot' | 'app';
  /** The scope the token must carry; one that depends on the arguments is asked for by `run`. */
  readonly scope?: string;
  /** Calls per minute per app: tier 1, 2, 3 or 4; 'post' is one per second and channel. */
  readonly tier: 1 | 2 | 3 | 4 | 'post';
  /** Answers the body without `ok`; a refusal is thrown. */
  readonly run: (world: World, args: Args) => JsonObject;
};

export type Methods = Readonly<Record<string, Method>>;

export function needScope(world: World, needed: string): void {
  const provided = world.app.scopes;
  if (provided === undefined || provided.includes(needed)) return;
  throw refuse('missing_scope', { needed, provided: provided.join(',') });
}

/** Conversations have one scope per kind: channels:read, groups:read, im:read, and the same with :history. */
export function needConversationScope(world: World, channel: Channel, action: 'read' | 'history'): void {
  const kinds = { public: 'channels', private: 'groups', im: 'im' } as const;
  needScope(world, `${kinds[channel.kind]}:${action}`);
}
