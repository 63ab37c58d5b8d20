import type { AccessRequest } from '../../src/domain/request.ts';
import type { Grant, OpenGrant } from '../../src/domain/grant.ts';
import type { Holding } from '../../src/domain/holding.ts';
import { START } from '../builders/domain.ts';
import type { FakeKeycloak } from '../doubles/fake-keycloak.ts';
import type { FakeSlack } from '../doubles/fake-slack.ts';
import type { MemoryStore } from '../doubles/memory-store.ts';
import type { Person } from '../../src/domain/people.ts';
import { escalationOf, isManagerStage } from '../../src/domain/plan.ts';
import type { Stage } from '../../src/domain/plan.ts';
import { seatOf } from './truth.ts';
import type { Chance } from './chance.ts';
import type { Replica } from './replica.ts';
import type { Story } from './story.ts';
import type { Timeline } from './timeline.ts';
import type { Truth } from './truth.ts';
import type { Weather } from './weather.ts';

export type Breach = { readonly invariant: string; readonly what: string };

/** Everything that takes part in one run. */
export type Scene = {
  readonly chance: Chance;
  readonly timeline: Timeline;
  readonly story: Story;
  readonly weather: Weather;
  readonly truth: Truth;
  readonly keycloak: FakeKeycloak;
  readonly slack: FakeSlack;
  /** The record itself, past the network: what is looked at here is what is written. */
  readonly record: MemoryStore;
  readonly realm: string;
  /** Every process that ever ran. */
  readonly replicas: readonly Replica[];
  readonly shared: boolean;
  /** The furthest clock, UTC epoch ms: with the record to itself a process whose wall clock jumped stays ahead. */
  readonly latest: () => number;
  /** Whether something was written or changed since this was asked last. */
  readonly hasNews: () => boolean;
  /** Notes the first promise that was broken; the run ends with it. */
  readonly complain: (invariant: string, what: string) => void;
};

/** Rows as they were right before a write. */
export type Before = {
  readonly requests: ReadonlyMap<string, AccessRequest>;
  readonly grants: ReadonlyMap<string, Grant>;
  readonly holdings: ReadonlyMap<string, Holding>;
};

export const alive = ({ replicas }: Pick<Scene, 'replicas'>): readonly Replica[] =>
  replicas.filter((replica) => !replica.dead);

/** UTC epoch ms as ms since the start. */
export const sinceStart = (epochMs: number): number => epochMs - START;

/** Whether a lease may be there by now, by what was asked for and not by what its grant says. */
export const hasBegun = (scene: Pick<Scene, 'record' | 'latest'>, { requestId }: OpenGrant): boolean =>
  (scene.record.tables.requests.get(requestId)?.startsAt ?? 0) <= scene.latest();

/** Whether somebody has a seat in this group, as Keycloak would tell it now. */
function isSeated({ keycloak }: Pick<Scene, 'keycloak'>, userId: string, groupId: string): boolean {
  const user = [...keycloak.users.values()].find((one) => one.userId === userId);
  return user?.enabled === true && keycloak.giver(userId, groupId) !== null && pathOf({ keycloak }, groupId) !== null;
}

/**
 * Whether somebody may decide this stage, as Keycloak would tell it now: in its group, in the one it was escalated to, or as
 * the manager.
 */
export function maySit(
  scene: Pick<Scene, 'keycloak'>,
  userId: string,
  { stage, beneficiary, isEscalated }: Place,
): boolean {
  if (isManagerStage(stage)) return isManager(scene, userId, beneficiary.userId);
  const other = isEscalated ? escalationOf(stage) : null;
  return isSeated(scene, userId, stage.groupId) || (other !== null && isSeated(scene, userId, other.groupId));
}

/** When somebody last lost what let him decide this stage. */
export const lostSeatAt = (
  { truth }: Pick<Scene, 'truth'>,
  userId: string,
  { stage, beneficiary, isEscalated }: Place,
): number | undefined => {
  if (isManagerStage(stage)) return truth.lostSeats.get(seatOf(userId, `manager of ${beneficiary.userId}`));
  const own = truth.lostSeats.get(seatOf(userId, stage.groupId));
  const other = isEscalated ? escalationOf(stage) : null;
  const wider = other === null ? undefined : truth.lostSeats.get(seatOf(userId, other.groupId));
  return own === undefined ? wider : Math.max(own, wider ?? own);
};

type Place = { readonly stage: Stage; readonly beneficiary: Person; readonly isEscalated: boolean };

function isManager({ keycloak }: Pick<Scene, 'keycloak'>, userId: string, of: string): boolean {
  const user = [...keycloak.users.values()].find((one) => one.userId === userId);
  const written = keycloak.managerOf(of);
  return user?.enabled === true && (written === user.username || written === userId);
}

/** The path of a group or role that exists now. */
const pathOf = ({ keycloak }: Pick<Scene, 'keycloak'>, id: string): string | null =>
  [...keycloak.things.values()].find((thing) => thing.resource.id === id)?.resource.path ?? null;

/** Whether our own access is there: given by us, to somebody and on something that exist. */
export const isOursThere = (scene: Pick<Scene, 'keycloak'>, userId: string, resourceId: string): boolean =>
  scene.keycloak.giver(userId, resourceId) === 'leasehold' && exists(scene, userId, resourceId);

export const isThere = (scene: Pick<Scene, 'keycloak'>, userId: string, resourceId: string): boolean =>
  scene.keycloak.giver(userId, resourceId) !== null && exists(scene, userId, resourceId);

const exists = ({ keycloak }: Pick<Scene, 'keycloak'>, userId: string, resourceId: string): boolean =>
  [...keycloak.users.values()].some((user) => user.userId === userId) && pathOf({ keycloak }, resourceId) !== null;
