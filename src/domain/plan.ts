import { canonical } from './canonical.ts';
import type { EpochMs, GroupId, KeycloakUserId } from './ids.ts';
import type { EffectiveRole, Resource } from './resource.ts';

/** To whom a stage goes on when its group has not decided within `afterSeconds` of its beginning. */
export type Escalation = { readonly groupId: GroupId; readonly groupPath: string; readonly afterSeconds: number };

/** A stage that a group decides. `required` counts distinct approvers; without `escalation` it goes no further. */
export type GroupStage = {
  readonly groupId: GroupId;
  readonly groupPath: string;
  readonly required: number;
  readonly escalation?: Escalation;
};

/** A stage that the beneficiary's manager decides, and nobody else. */
export type ManagerStage = {
  readonly manager: { readonly userId: KeycloakUserId; readonly username: string };
  readonly required: 1;
};

/** One approval stage as it was frozen at submission. */
export type Stage = GroupStage | ManagerStage;

/** Ordered stages; each must be satisfied before the next begins. */
export type Plan = readonly Stage[];

/** What finds a stage by who may decide it: the UUID of a group, or that of the manager. */
export type SeatKey = GroupId | KeycloakUserId;

export const isManagerStage = (stage: Stage): stage is ManagerStage => 'manager' in stage;

export const seatKey = (stage: Stage): SeatKey => (isManagerStage(stage) ? stage.manager.userId : stage.groupId);

/** The group that decides a stage; null where a manager does. */
export const groupPathOf = (stage: Stage): string | null => (isManagerStage(stage) ? null : stage.groupPath);

/** Where a stage goes when it is not decided in time; null for one that stays where it is. */
export const escalationOf = (stage: Stage | undefined): Escalation | null =>
  stage === undefined || isManagerStage(stage) ? null : (stage.escalation ?? null);

/**
 * The text whose SHA-256 is a request's digest: everything an approver's click stands for. Group paths are left out on
 * purpose, a renamed group is the same group; a re-created one has another id.
 */
export function digestText(facts: {
  readonly beneficiary: KeycloakUserId;
  readonly resource: Resource;
  readonly askedSeconds: number;
  readonly startsAt: EpochMs | null;
  readonly plan: Plan;
  readonly roles: readonly EffectiveRole[];
}): string {
  return canonical({
    beneficiary: facts.beneficiary,
    resource: facts.resource.id,
    ...(facts.resource.inToken === true ? { inToken: true } : {}),
    askedSeconds: facts.askedSeconds,
    ...(facts.startsAt === null ? {} : { startsAt: facts.startsAt }),
    plan: facts.plan.map(stageFacts),
    roles: [...new Set(facts.roles.map((role) => role.id))].sort(),
  });
}

function stageFacts(stage: Stage) {
  if (isManagerStage(stage)) return { manager: stage.manager.userId, required: stage.required };
  const { groupId: group, required, escalation } = stage;
  if (escalation === undefined) return { group, required };
  return { group, required, escalation: { group: escalation.groupId, afterSeconds: escalation.afterSeconds } };
}
