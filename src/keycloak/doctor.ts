import { hasCode } from '../lib/errors.ts';
import { asksManager } from '../domain/entitlement.ts';
import type { CatalogueItem, Entitlement, StageRule } from '../domain/entitlement.ts';
import type { Flaw } from '../domain/flaw.ts';
import { readEscalation } from '../domain/escalation.ts';
import { privilegeProblem } from '../domain/privilege.ts';
import { readListing } from './catalogue-list.ts';
import type { CatalogueOptions } from './catalogue-list.ts';
import type { Lane } from './connection.ts';
import { createDirectory } from './directory.ts';
import { readEffectiveRoles } from './effective-roles.ts';
import { groupsNamed } from './named-groups.ts';
import { readWriters } from './profile.ts';
import type { Writers } from './profile.ts';
import { createReader } from './reader.ts';
import { readRealm } from './realm.ts';
import { judgeRoles } from './set-up.ts';
import type { RoleRemark, SetUp } from './set-up.ts';

type Remark = { readonly path: string; readonly because: string };

export type DoctorReport = {
  readonly setUp: SetUp;
  /** Roles of realm-management that are missing, and what does not work without each: a whole sentence. */
  readonly missing: readonly RoleRemark[];
  /** Roles that are not needed, and what each of them risks. */
  readonly superfluous: readonly RoleRemark[];
  /** null: it may not be read. */
  readonly slackIdWriters: Writers | null;
  /** The same of the attribute manager. */
  readonly managerWriters: Writers | null;
  readonly tokenSeconds: number | null;
  readonly adminEvents: 'on' | 'on, without details' | 'off' | null;
  readonly adminGroup: 'there' | 'missing' | 'not readable';
  readonly entitlements: number;
  /** Marked, and nobody can ask for it. */
  readonly flaws: readonly { readonly path: string; readonly flaw: Flaw }[];
  /** Whose stages cannot be decided. */
  readonly problems: readonly Remark[];
  /** Approver groups whose stages can be decided but go no further. */
  readonly escalations: readonly Remark[];
};

/** Everything that keeps the bot from working as told, read live. @throws keycloak_unavailable, keycloak_forbidden (no token) */
export async function examine(lane: Lane, options: CatalogueOptions): Promise<DoctorReport> {
  const { roles } = await lane.token();
  const [realm, writers, adminGroup, listing] = await Promise.all([
    readable(readRealm(lane)),
    readable(readWriters(lane)),
    readable(groupsNamed(lane, options.adminGroup)),
    readable(readListing(lane, options)),
  ]);
  const items = listing?.items ?? [];
  return {
    ...judgeRoles(roles, realm?.adminPermissionsEnabled === true),
    slackIdWriters: writers?.('slack-user-id') ?? null,
    managerWriters: writers?.('manager') ?? null,
    tokenSeconds: realm?.accessTokenLifespan ?? null,
    adminEvents: adminEventsOf(realm?.adminEventsEnabled, realm?.adminEventsDetailsEnabled),
    adminGroup: adminGroup === null ? 'not readable' : adminGroup.length === 1 ? 'there' : 'missing',
    entitlements: items.filter((item) => item.requestable).length,
    ...(await remarksOn(lane, items)),
  };
}

function adminEventsOf(enabled: boolean | undefined, details: boolean | undefined): DoctorReport['adminEvents'] {
  if (enabled === undefined) return null;
  if (!enabled) return 'off';
  return details === true ? 'on' : 'on, without details';
}

async function remarksOn(
  lane: Lane,
  items: readonly CatalogueItem[],
): Promise<Pick<DoctorReport, 'flaws' | 'problems' | 'escalations'>> {
  const approvers = await readApprovers(lane, items);
  const escalations = [...approvers].map(([path, { escalation }]) => ({ path, because: escalation }));
  return {
    flaws: await flawsOf(lane, items),
    problems: items.flatMap((item) => (item.requestable ? stageProblems(item.entitlement, approvers) : [])),
    escalations: escalations.flatMap(({ path, because }) => (because === null ? [] : [{ path, because }])),
  };
}

async function flawsOf(lane: Lane, items: readonly CatalogueItem[]): Promise<DoctorReport['flaws']> {
  const reader = createReader(lane);
  const perItem = items.map(async (item) => {
    if (!item.requestable) return [{ path: item.resource.path, flaw: item.because }];
    const { resource } = item.entitlement;
    const flaw = privilegeProblem(await readEffectiveRoles(reader, resource));
    return flaw === null ? [] : [{ path: resource.path, flaw }];
  });
  return (await Promise.all(perItem)).flat();
}

const stageProblems = ({ resource, stages }: Entitlement, approvers: Approvers): readonly Remark[] =>
  stages
    .map((stage) => stageProblem(stage, approvers))
    .flatMap((because) => (because === null ? [] : [{ path: resource.path, because }]));

type Approver = {
  readonly members: number | 'missing' | 'ambiguous' | 'not readable';
  /** Why its stages go no further than they should, or null. */
  readonly escalation: string | null;
};
type Approvers = ReadonlyMap<string, Approver>;

/** How many people can decide, and why it escalates nowhere, by the name that entitlements use for a group; each is read once. */
async function readApprovers(lane: Lane, items: readonly CatalogueItem[]): Promise<Approvers> {
  const stages = items.flatMap((item) => (item.requestable ? item.entitlement.stages : []));
  const names = stages.filter((stage) => !asksManager(stage)).map((stage) => stage.approverGroup);
  const read = [...new Set(names)].map(async (name) => [name, await readApprover(lane, name)] as const);
  return new Map(await Promise.all(read));
}

async function readApprover(lane: Lane, name: string): Promise<Approver> {
  const directory = createDirectory(lane, lane, () => Promise.resolve(() => false));
  const group = (await readable(directory.group(name))) ?? 'not readable';
  if (typeof group === 'string') return { members: group, escalation: null };
  const [written] = (await readable(groupsNamed(lane, group.path))) ?? [];
  const escalation = readEscalation(written?.attributes ?? {});
  const members = group.members.length;
  if (escalation === null) return { members, escalation: null };
  if (!escalation.ok) return { members, escalation: escalation.because };
  const { to } = escalation.rule;
  const other = (await readable(directory.group(to))) ?? 'not readable';
  if (typeof other === 'string') return { members, escalation: `the group ${to} that it escalates to is ${other}` };
  if (other.id === group.id) return { members, escalation: 'it escalates to itself' };
  const empty = other.members.length === 0 ? `the group ${to} that it escalates to has no enabled member` : null;
  return { members, escalation: empty };
}

function stageProblem({ approverGroup, required }: StageRule, approvers: Approvers): string | null {
  if (asksManager({ approverGroup })) return null;
  const found = approvers.get(approverGroup)?.members ?? 'missing';
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
