import { refuse } from './refusal.ts';
import type { World } from './world.ts';

/** Opens one modal, once, for three seconds. */
export type Trigger = {
  readonly id: string;
  readonly userId: string;
  /** The modal in which the person acted, when it was one: only such a trigger can push. */
  readonly viewId?: string;
  readonly bornMs: number;
  used: boolean;
};

/** Where a response_url came from decides what replace_original and delete_original mean. */
export type ResponseUrl = {
  readonly userId: string;
  readonly channelId: string;
  readonly source?: { readonly ts: string; readonly isEphemeral: boolean };
  readonly threadTs?: string;
  readonly bornMs: number;
  uses: number;
};

export function issueTrigger(world: World, userId: string, viewId?: string): string {
  const id = `${world.ids.ts()}.${world.ids.secret()}`;
  world.triggers.set(id, { id, userId, ...(viewId === undefined ? {} : { viewId }), bornMs: Date.now(), used: false });
  forgetOldest(world.triggers, 10_000);
  return id;
}

export function useTrigger(world: World, id: string): Trigger {
  const trigger = world.triggers.get(id);
  if (trigger === undefined) throw refuse('invalid_trigger_id');
  if (trigger.used) throw refuse('exchanged_trigger_id');
  if (Date.now() - trigger.bornMs > world.settings.triggerLifetimeMs) throw refuse('expired_trigger_id');
  trigger.used = true;
  return trigger;
}

export function issueResponseUrl(world: World, origin: Omit<ResponseUrl, 'bornMs' | 'uses'>): string {
  const token = world.ids.secret();
  world.responseUrls.set(token, { ...origin, bornMs: Date.now(), uses: 0 });
  forgetOldest(world.responseUrls, 10_000);
  return `${world.baseUrl}/response/${token}`;
}

function forgetOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}
