import { parseDuration } from './duration.ts';
import type { Attributes } from './entitlement.ts';

/** Where an approver group's stages go when it has not decided in time, as its attributes write it. */
export type EscalationRule = { readonly to: string; readonly afterSeconds: number };

/**
 * Reads `escalate-to` and `escalate-after` of an approver group. What cannot be read escalates nothing: its own stages go on
 * as they are.
 * @returns null when it has neither
 */
export function readEscalation(
  attributes: Attributes,
): { readonly ok: true; readonly rule: EscalationRule } | { readonly ok: false; readonly because: string } | null {
  const no = (because: string) => ({ ok: false, because }) as const;
  const to = attributes['escalate-to'] ?? [];
  const after = attributes['escalate-after'] ?? [];
  if (to.length + after.length === 0) return null;
  if (to.length !== 1 || after.length !== 1) return no('it needs one value each of escalate-to and escalate-after');
  const [group = ''] = to.map((text) => text.trim());
  const [wait = ''] = after.map((text) => text.trim());
  if (group === '') return no('its attribute escalate-to is empty');
  const afterSeconds = parseDuration(wait);
  if (afterSeconds === null) return no(`its attribute escalate-after is "${wait}"; write for example 30m`);
  return { ok: true, rule: { to: group, afterSeconds } };
}
