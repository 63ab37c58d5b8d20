import { hasCode } from '../lib/errors.ts';
import type { CatalogueItem, StageRule } from '../domain/entitlement.ts';
import { privilegeProblem } from '../domain/privilege.ts';
import { readListing } from './catalogue-list.ts';
import type { CatalogueOptions } from './catalogue-list.ts';
import type { Lane } from './connection.ts';
import { createDirectory } from './directory.ts';
import { readEffectiveRoles } from './effective-roles.ts';
import { groupsNamed } from './named-groups.ts';
import { readSlackIdWriters } from './profile.ts';
import type { SlackIdWriters } from './profile.ts';
import { createReader } from './reader.ts';
import { readRealm } from './realm.ts';
import { judgeRoles } from './set-up.ts';
import type { RoleRemark, SetUp } from './set-up.ts';

export type DoctorReport = {
  readonly setUp: SetUp;
  /** Roles of realm-management that are missing, and what does not work without each: a whole sentence. */
  readonly missing: readonly RoleRemark[];
  /** Roles that are not needed, and what each of them risks. */
  readonly superfluous: readonly RoleRemark[];
  /** null: it may not be read. */
  readonly slackIdWriters: SlackIdWriters | null;
  readonly tokenSeconds: number | null;
  readonly adminEvents: 'on' | 'on, without details' | 'off' | null;
  readonly adminGroup: 'there' | 'missing' | 'not readable';
  readonly entitlements: number;
  readonly problems: readonly { readonly path: string; readonly because: string }[];
};

/** Everything that keeps the bot from working as told, read live. @throws keycloak_unavailable, keycloak_forbidden (no token) */
export async function examine(lane: Lane, options: CatalogueOptions): Promise<DoctorReport> {
  const { roles } = await lane.token();
  const [realm, slackIdWriters, adminGroup, listing] = await Promise.all([
    readable(readRealm(lane)),
    readable(readSlackIdWriters(lane)),
    readable(groupsNamed(lane, options.adminGroup)),
    readable(readListing(lane, options)),
  ]);
  const items = listing?.items ?? [];
  return {
    ...judgeRoles(roles, realm?.adminPermissionsEnabled === true),
    slackIdWriters,
    tokenSeconds: realm?.accessTokenLifespan ?? null,
    adminEvents: adminEventsOf(realm?.adminEventsEnabled, realm?.adminEventsDetailsEnabled),
    adminGroup: adminGroup === null ? 'not readable' : adminGroup.length === 1 ? 'there' : 'missing',
    entitlements: items.filter((item) => item.requestable).length,
    problems: await problemsOf(lane, items),
  };
}

function adminEventsOf(enabled: boolean | undefined, details: boolean | undefined): DoctorReport['adminEvents'] {
  if (enabled === undefined) return null;
  if (!enabled) return 'off';
  return details === true ? 'on' : 'on, without details';
}

async function problemsOf(lane: Lane, items: readonly CatalogueItem[]): Promise<DoctorReport['problems']> {
  const reader = createReader(lane);
  const approvers = await countApprovers(lane, items);
  const perItem = items.map(async (item) => {
    if (!item.requestable) return [{ path: item.resource.path, because: item.because }];
    const { resource, stages } = item.entitlement;
    const privilege = privilegeProblem(await readEffectiveRoles(reader, resource));
    const reasons = [privilege, ...stages.map((stage) => stageProblem(stage, approvers))];
    return reasons.flatMap((because) => (because === null ? [] : [{ path: resource.path, because }]));
  });
  return (await Promise.all(perItem)).flat();
}

type Approvers = ReadonlyMap<string, number | 'missing' | 'ambiguous' | 'not readable'>;

/** How many people can decide, by the name that entitlements use for their group; each group is read once. */
async function countApprovers(lane: Lane, items: readonly CatalogueItem[]): Promise<Approvers> {
  const directory = createDirectory(lane, () => Promise.resolve(false));
  const stages = items.flatMap((item) => (item.requestable ? item.entitlement.stages : []));
  const counted = [...new Set(stages.map((stage) => stage.approverGroup))].map(async (name) => {
    const group = (await readable(directory.group(name))) ?? 'not readable';
    return [name, typeof group === 'string' ? group : group.members.length] as const;
  });
  return new Map(await Promise.all(counted));
}

function stageProblem({ approverGroup, required }: StageRule, approvers: Approvers): string | null {
  const found = approvers.get(approverGroup) ?? 'missing';
  if (typeof found === 'string') return `its approver group ${approverGroup} is ${found}`;
  if (found >= required) return null;
  return `its approver group ${approverGroup} has ${found} enabled members and ${required} must approve`;
}

/** null where it may not be read. */
async function readable<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error, 'keycloak_forbidden')) return null;
    throw error;
  }
}
