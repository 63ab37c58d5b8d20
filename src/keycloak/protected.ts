import { asksManager } from '../domain/entitlement.ts';
import type { Attributes } from '../domain/entitlement.ts';
import type { Flaw } from '../domain/flaw.ts';
import { hasCode } from '../lib/errors.ts';
import type { Lane } from './connection.ts';
import { groupsNamed } from './named-groups.ts';
import type { Group } from './representations.ts';

/** Why a group may never be given away (I19), by its UUID: what it is, or what it stands below. */
export type Protected = ReadonlyMap<string, Flaw>;

const APPROVERS = ['approver-group', 'approver-group-2', 'approver-group-3'];

/** The groups that these attributes name as deciding. */
export const decidingGroups = (attributes: Attributes): readonly string[] => {
  const written = (name: string): readonly string[] => (attributes[name] ?? []).map((value) => value.trim());
  const approvers = APPROVERS.flatMap(written).filter((approverGroup) => !asksManager({ approverGroup }));
  return [...approvers, ...written('escalate-to')].filter((name) => name !== '');
};

/**
 * Resolves ADMIN_GROUP and every deciding group, with those they escalate to. A bare name protects all its namesakes.
 * One call per distinct name. A group that may not be read is left out: what stands below it is refused as unreadable.
 */
export async function readProtected(lane: Lane, adminGroup: string, names: Iterable<string>): Promise<Protected> {
  const found = new Map<string, Flaw>();
  const asked = new Set<string>();
  const protect = async (name: string, flaw: 'admin_group' | 'approver_group'): Promise<void> => {
    if (asked.has(name)) return;
    asked.add(name);
    for (const group of await readable(groupsNamed(lane, name))) {
      if (!found.has(group.id)) found.set(group.id, { flaw, group: group.path });
      await Promise.all(decidingGroups(group.attributes ?? {}).map((next) => protect(next, 'approver_group')));
    }
  };
  await protect(adminGroup, 'admin_group');
  await Promise.all([...new Set(names)].map((name) => protect(name, 'approver_group')));
  return found;
}

async function readable(groups: Promise<readonly Group[]>): Promise<readonly Group[]> {
  try {
    return await groups;
  } catch (error) {
    if (hasCode(error, 'keycloak_forbidden')) return [];
    throw error;
  }
}

/** Why the first group of this chain (itself, then the groups above it) may not be given away, or null. */
export function protectedBecause(chain: readonly Group[], protectedGroups: Protected): Flaw | null {
  for (const group of chain) {
    const because = protectedGroups.get(group.id);
    if (because !== undefined) return because;
    if (group.attributes === undefined) return { flaw: 'above_unreadable' };
    if ('slack-channel' in group.attributes) return { flaw: 'deciding_group', group: group.path };
  }
  return null;
}
