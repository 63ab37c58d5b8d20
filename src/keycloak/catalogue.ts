import { isRequestable } from '../domain/entitlement.ts';
import type { CatalogueItem } from '../domain/entitlement.ts';
import type { Resource } from '../domain/resource.ts';
import { hasCode } from '../lib/errors.ts';
import type { Catalogue } from '../usecases/keycloak-port.ts';
import type { Cached } from './cached.ts';
import { groupFound, itemOf, roleFound } from './catalogue-list.ts';
import type { CatalogueOptions, Listing } from './catalogue-list.ts';
import type { Lane } from './connection.ts';
import { readEffectiveRoles } from './effective-roles.ts';
import { chainOf, createReader, orNull } from './reader.ts';
import type { Reader } from './reader.ts';
import type { Group } from './representations.ts';

/**
 * The catalogue port over one lane.
 * @param listing shared, renewed each minute; `read` takes from it only which groups decide about others
 */
export function createCatalogue(lane: Lane, listing: Cached<Listing>, options: CatalogueOptions): Catalogue {
  return {
    list: async () => (await listing.fresh()).items,
    latest: async () => (await listing.latest()).items,
    read: async (resource) => {
      const reader = createReader(lane);
      return resource.kind === 'group'
        ? readGroup(reader, resource, listing, options)
        : readRole(reader, resource, options);
    },
    effectiveRoles: (resource) => readEffectiveRoles(createReader(lane), resource),
  };
}

async function readGroup(
  reader: Reader,
  resource: Resource,
  listing: Cached<Listing>,
  options: CatalogueOptions,
): Promise<CatalogueItem | null> {
  const group = await orNull(reader.group(resource.id));
  if (group === null || !isRequestable(group.attributes ?? {})) return null;
  const above = await groupsAbove(reader, group);
  if (above === 'gone') return null;
  if (above === 'unreadable') {
    const because = { flaw: 'above_unreadable' } as const;
    return { requestable: false, resource: { ...resource, path: group.path }, because };
  }
  return itemOf(groupFound([group, ...above]), (await listing.fresh()).protectedGroups, options);
}

async function groupsAbove(reader: Reader, { parentId }: Group): Promise<readonly Group[] | 'unreadable' | 'gone'> {
  if (parentId === undefined) return [];
  try {
    return await chainOf(reader, parentId);
  } catch (error) {
    if (hasCode(error, 'keycloak_forbidden')) return 'unreadable';
    // A group goes with its parent.
    if (hasCode(error, 'keycloak_not_found')) return 'gone';
    throw error;
  }
}

async function readRole(reader: Reader, resource: Resource, options: CatalogueOptions): Promise<CatalogueItem | null> {
  const role = await orNull(reader.role(resource.id));
  if (role === null || !isRequestable(role.attributes)) return null;
  const client = role.clientRole ? { id: role.containerId, clientId: await reader.clientName(role.containerId) } : null;
  // An id of another kind of role would be given by a call that does not fit it.
  if (resource.clientUuid !== (client?.id ?? null)) return null;
  return itemOf(roleFound(role, client), new Map(), options);
}
