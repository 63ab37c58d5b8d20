import { z } from 'zod';
import type { KeycloakUserId, ResourceId } from '../domain/ids.ts';
import { resourceId } from '../domain/ids.ts';
import type { EffectiveRole, KeptRole } from '../domain/resource.ts';
import type { Lane } from './connection.ts';
import { readEffectiveRoles, withComposites } from './effective-roles.ts';
import { presentId } from './guard.ts';
import { createReader } from './reader.ts';
import type { Reader } from './reader.ts';
import { mappingsSchema, parsed } from './representations.ts';

/** So many of a person's groups, and of his own composite roles, are looked into, and for no longer than this. */
const MOST_GROUPS = 10;
const MOST_ROLES = 10;
const MOST_MS = 5_000;

const placesSchema = z.array(z.object({ id: z.string(), path: z.string() }));

/** Something through which a person has roles: a group of his by its path, a role by its name, or null for a role itself. */
type Way = { readonly through: string | null; readonly roleIds: () => Promise<readonly string[]> };

/**
 * Which of these roles a user has now, and through what: his groups first, then the roles that are mapped to himself. What
 * Keycloak hides is missing here, so that the answer claims too little at worst.
 * @throws keycloak_forbidden, keycloak_not_found, keycloak_unavailable
 */
export async function readKeptRoles(
  lane: Lane,
  userId: KeycloakUserId,
  roles: readonly EffectiveRole[],
  limit: number,
): Promise<readonly KeptRole[]> {
  const until = performance.now() + MOST_MS;
  const missing = new Map(roles.map((role) => [role.id, role]));
  const kept: KeptRole[] = [];
  const isDone = (): boolean => missing.size === 0 || kept.length >= limit || performance.now() > until;
  const reader = createReader(lane);
  for (const waysOf of [groupsOf, rolesOf]) {
    if (isDone()) break;
    for (const { through, roleIds } of await waysOf(lane, reader, userId)) {
      if (isDone()) break;
      for (const id of await roleIds()) {
        const role = missing.get(id);
        if (role === undefined) continue;
        missing.delete(id);
        kept.push({ role, through });
      }
    }
  }
  return kept.slice(0, limit);
}

async function groupsOf(lane: Lane, reader: Reader, userId: KeycloakUserId): Promise<readonly Way[]> {
  const id = presentId(userId, 'user id');
  const groups = parsed(
    placesSchema,
    'groups of a user',
    await lane.read('users.groups', (client) => client.users.listGroups({ id, briefRepresentation: true })),
  );
  return groups.slice(0, MOST_GROUPS).map((group) => ({
    through: group.path,
    roleIds: async () => {
      const given = await readEffectiveRoles(reader, asResource(resourceId(group.id), group.path));
      return given.known ? given.roles.map((role) => role.id) : [];
    },
  }));
}

const asResource = (id: ResourceId, path: string) => ({ kind: 'group', id, path, clientUuid: null }) as const;

async function rolesOf(lane: Lane, reader: Reader, userId: KeycloakUserId): Promise<readonly Way[]> {
  const id = presentId(userId, 'user id');
  const { realmMappings, clientMappings } = parsed(
    mappingsSchema,
    'role mappings',
    await lane.read('users.role-mappings', (client) => client.users.listRoleMappings({ id })),
  );
  const own = [...realmMappings, ...Object.values(clientMappings).flatMap(({ mappings }) => mappings)];
  const composite = own.filter((role) => role.composite).slice(0, MOST_ROLES);
  return [
    { through: null, roleIds: () => Promise.resolve(own.map((role) => role.id)) },
    ...composite.map((role) => ({
      through: role.name,
      roleIds: async () => {
        const inside = await withComposites(reader, [role]);
        return 'flaw' in inside ? [] : inside.map((one) => one.id);
      },
    })),
  ];
}
