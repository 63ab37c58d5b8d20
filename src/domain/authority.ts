import type { KeycloakUserId } from './ids.ts';
import type { DirectoryUser, Person } from './people.ts';
import type { IdentityNeed } from './identity.ts';

type Members = { readonly members: readonly DirectoryUser[] };

/** Who may decide a stage, as just read: a group's members and those of the group it escalates to, or one manager. */
export type Seat =
  | { readonly group: Members | null; readonly escalation: Members | null }
  | { readonly manager: Pick<DirectoryUser, 'userId'> | null };

/** A stage with the people who may decide it, and how many of them it still needs. */
export type StaffedStage = Members & { readonly required: number };

/** Whether a person is an enabled, direct member of a group as it was just read; of one that could not be found nobody is. */
export const isMember = (
  group: { readonly members: readonly DirectoryUser[] } | string | null | undefined,
  person: Person,
): boolean =>
  typeof group === 'object' &&
  group !== null &&
  group.members.some((user) => user.enabled && user.userId === person.userId);

/** Whether a person may decide there; `isEscalated`: the stage has gone on to the other group, too. */
export function mayDecide(seat: Seat | undefined, person: Person, isEscalated: boolean): boolean {
  if (seat === undefined) return false;
  if ('manager' in seat) return seat.manager?.userId === person.userId;
  return isMember(seat.group, person) || (isEscalated && isMember(seat.escalation, person));
}

/** Members who could decide: enabled, not one of the `barred`, and linked where that is needed. */
export function ableApprovers(
  stage: StaffedStage,
  barred: readonly KeycloakUserId[],
  need: IdentityNeed,
): readonly DirectoryUser[] {
  return stage.members.filter(
    (member) => member.enabled && !barred.includes(member.userId) && (need === 'email' || isLinked(member)),
  );
}

/** Whether one Slack account is his by more than an e-mail. */
const isLinked = ({ slackIds, link }: DirectoryUser): boolean => slackIds.length === 1 || link !== undefined;

/**
 * The first stage that can never be satisfied, or null. A person counts once over all stages, so every set of stages
 * needs as many different approvers as it asks for (Hall's condition; there are at most three stages).
 */
export function unsatisfiable<Staffed extends StaffedStage>(
  stages: readonly Staffed[],
  barred: readonly KeycloakUserId[],
  need: IdentityNeed,
): Staffed | null {
  for (let set = 1; set < 1 << stages.length; set++) {
    const chosen = stages.filter((_, index) => (set & (1 << index)) !== 0);
    const required = chosen.reduce((sum, stage) => sum + stage.required, 0);
    const able = new Set(chosen.flatMap((stage) => ableApprovers(stage, barred, need).map((member) => member.userId)));
    if (able.size < required) return chosen.at(-1) ?? null;
  }
  return null;
}
