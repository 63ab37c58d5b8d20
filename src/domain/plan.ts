import { canonical } from './canonical.ts';
import type { GroupId, KeycloakUserId } from './ids.ts';
import type { EffectiveRole, Resource } from './resource.ts';

/** One approval stage as it was frozen at submission. `required` counts distinct approvers. */
export type Stage = { readonly groupId: GroupId; readonly groupPath: string; readonly required: number };

/** Ordered stages; each must be satisfied before the next begins. */
export type Plan = readonly Stage[];

/**
 * The text whose SHA-256 is a request's digest: everything an approver's click stands for. Group paths are left out on
 * purpose, a renamed group is the same group; a re-created one has another id.
 */
export function digestText(facts: {
  readonly beneficiary: KeycloakUserId;
  readonly resource: Resource;
  readonly askedSeconds: number;
  readonly plan: Plan;
  readonly roles: readonly EffectiveRole[];
}): string {
  return canonical({
    beneficiary: facts.beneficiary,
    resource: facts.resource.id,
    askedSeconds: facts.askedSeconds,
    plan: facts.plan.map((stage) => ({ group: stage.groupId, required: stage.required })),
    roles: [...new Set(facts.roles.map((role) => role.id))].sort(),
  });
}
