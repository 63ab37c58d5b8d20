import type { Unreadable } from '../domain/flaw.ts';
import type { EffectiveRole, EffectiveRoles, Resource } from '../domain/resource.ts';
import { hasCode } from '../lib/errors.ts';
import { chainOf } from './reader.ts';
import type { Reader } from './reader.ts';
import type { Group, Mappings, Role } from './representations.ts';

/**
 * What a resource gives: a group the roles of itself and of every group above it, a role itself, and everything that
 * these contain. Known only if nothing can have been left out: Keycloak hides what belongs to a client that the service
 * account may not view, and answers 200 all the same.
 * @throws keycloak_unavailable
 */
export async function readEffectiveRoles(reader: Reader, resource: Resource): Promise<EffectiveRoles> {
  try {
    const direct =
      resource.kind === 'group' ? await rolesOfGroup(reader, resource.id) : [await reader.role(resource.id)];
    if ('flaw' in direct) return { known: false, because: direct };
    const all = await withComposites(reader, direct);
    if ('flaw' in all) return { known: false, because: all };
    return { known: true, roles: await Promise.all(all.map((role) => named(reader, role))) };
  } catch (error) {
    if (hasCode(error, 'keycloak_forbidden')) return { known: false, because: { flaw: 'part_unreadable' } };
    if (hasCode(error, 'keycloak_not_found')) return { known: false, because: { flaw: 'part_removed' } };
    throw error;
  }
}

/** Roles mapped to the group and to those above it, or why they cannot be known. */
async function rolesOfGroup(reader: Reader, id: string): Promise<readonly Role[] | Unreadable> {
  const roles: Role[] = [];
  for (const group of await chainOf(reader, id)) {
    const [atPath, mappings] = await Promise.all([reader.groupAt(group.path), reader.groupMappings(group.id)]);
    // Another group answers to this path: a name with a slash in it, or a rename at this very moment.
    if (atPath.id !== group.id) return { flaw: 'path_ambiguous', path: group.path };
    const role = hiddenRole(atPath, mappings);
    if (role !== null) return { flaw: 'role_hidden', role, group: group.path };
    roles.push(
      ...mappings.realmMappings,
      ...Object.values(mappings.clientMappings).flatMap((client) => client.mappings),
    );
  }
  return roles;
}

/** A role that the group has by name but that is missing from its mappings, or null. */
function hiddenRole(group: Group, { realmMappings, clientMappings }: Mappings): string | null {
  const lacks = (roles: readonly Role[], name: string): boolean => !roles.some((role) => role.name === name);
  for (const name of group.realmRoles) if (lacks(realmMappings, name)) return name;
  for (const [client, names] of Object.entries(group.clientRoles)) {
    for (const name of names) if (lacks(clientMappings[client]?.mappings ?? [], name)) return `${client}/${name}`;
  }
  return null;
}

/** The roles and all they contain, each once, however they contain each other; or why that cannot be known. */
export async function withComposites(reader: Reader, direct: readonly Role[]): Promise<readonly Role[] | Unreadable> {
  const found = new Map<string, Role>();
  let next = direct;
  while (next.length > 0) {
    const fresh = next.filter((role) => !found.has(role.id));
    for (const role of fresh) found.set(role.id, role);
    const inside = await Promise.all(fresh.filter((role) => role.composite).map((role) => reader.composites(role.id)));
    next = inside.flat();
  }
  const composite = [...found.values()].find((role) => role.composite);
  if (composite !== undefined && !(await seesEveryClient(reader))) {
    return { flaw: 'composite_hidden', role: composite.name };
  }
  return [...found.values()];
}

async function seesEveryClient(reader: Reader): Promise<boolean> {
  try {
    await reader.everyClientIsVisible();
    return true;
  } catch (error) {
    if (hasCode(error, 'keycloak_forbidden')) return false;
    throw error;
  }
}

async function named(reader: Reader, role: Role): Promise<EffectiveRole> {
  return { id: role.id, name: role.name, client: role.clientRole ? await reader.clientName(role.containerId) : null };
}
