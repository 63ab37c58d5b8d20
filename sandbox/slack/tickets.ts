import type { ResponseUrl, Trigger } from './model.ts';
import { refuse } from './refusal.ts';
import type { World } from './world.ts';

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
