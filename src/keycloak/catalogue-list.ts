import { z } from 'zod';
import { isRequestable, readEntitlement } from '../domain/entitlement.ts';
import type { Attributes, CatalogueItem } from '../domain/entitlement.ts';
import type { Flaw } from '../domain/flaw.ts';
import { resourceId } from '../domain/ids.ts';
import type { Resource } from '../domain/resource.ts';
import { hasCode } from '../lib/errors.ts';
import type { Log } from '../usecases/ports.ts';
import type { Lane } from './connection.ts';
import { everyPage } from './pages.ts';
import { decidingGroups, protectedBecause, readProtected } from './protected.ts';
import type { Protected } from './protected.ts';
import { orNull } from './reader.ts';
import { requestableGroups } from './requestable-groups.ts';
import type { Chain } from './requestable-groups.ts';
import { clientSchema, parsed, roleSchema } from './representations.ts';
import type { Group, Role } from './representations.ts';

export type Listing = { readonly items: readonly CatalogueItem[]; readonly protectedGroups: Protected };
export type CatalogueOptions = {
  readonly clientId: string;
  readonly adminGroup: string;
  readonly minSeconds: number;
  readonly log: Log;
};

type Found = {
  readonly resource: Resource;
  readonly description: string;
  readonly attributes: Attributes;
  readonly chain: readonly Group[];
};

const ROLES_PER_PAGE = 1_000;

/** Everything marked `requestable`, in one call per 200 groups, one per 1,000 roles and one per client. */
export async function readListing(lane: Lane, options: CatalogueOptions): Promise<Listing> {
  const kinds = [
    requestableGroups(lane).then((chains) => chains.map(groupFound)),
    requestableRealmRoles(lane, options.log),
    requestableClientRoles(lane, options.log),
  ];
  const found = (await Promise.all(kinds)).flat();
  const names = found.flatMap(({ attributes }) => decidingGroups(attributes));
  const protectedGroups = await readProtected(lane, options.adminGroup, names);
  const items = found.map((entry) => itemOf(entry, protectedGroups, options));
  return { items, protectedGroups };
}

/** The entry as the domain reads it, unless it is one that may never be given away (I19). */
export function itemOf(found: Found, protectedGroups: Protected, options: CatalogueOptions): CatalogueItem {
  const { resource, description, attributes, chain } = found;
  const ours = resource.kind === 'client-role' && resource.path.startsWith(`${options.clientId}/`);
  const because: Flaw | null = ours ? { flaw: 'own_client' } : protectedBecause(chain, protectedGroups);
  if (because !== null) return { requestable: false, resource, because };
  return readEntitlement(resource, description, attributes, options.minSeconds);
}

export const groupFound = (chain: Chain): Found => ({
  resource: { kind: 'group', id: resourceId(chain[0].id), path: chain[0].path, clientUuid: null },
  description: chain[0].description ?? '',
  attributes: chain[0].attributes ?? {},
  chain,
});

/** @param client null for a realm role */
export const roleFound = (role: Role, client: { readonly id: string; readonly clientId: string } | null): Found => ({
  resource: {
    kind: client === null ? 'realm-role' : 'client-role',
    id: resourceId(role.id),
    path: client === null ? role.name : `${client.clientId}/${role.name}`,
    clientUuid: client?.id ?? null,
  },
  description: role.description ?? '',
  attributes: role.attributes,
  chain: [],
});

function requestableRealmRoles(lane: Lane, log: Log): Promise<readonly Found[]> {
  return unlessForbidden(log, 'view-realm', async () => {
    const roles = await everyPage(ROLES_PER_PAGE, (page) =>
      lane.read('roles.list', async (client) =>
        parsed(z.array(roleSchema), 'roles', await client.roles.find({ ...page, briefRepresentation: false })),
      ),
    );
    return roles.filter((role) => isRequestable(role.attributes)).map((role) => roleFound(role, null));
  });
}

/** Keycloak has no search over client roles: each client is asked. */
function requestableClientRoles(lane: Lane, log: Log): Promise<readonly Found[]> {
  return unlessForbidden(log, 'view-clients', async () => {
    const clients = await lane.read('clients.list', async (client) =>
      parsed(z.array(clientSchema), 'clients', await client.clients.find({})),
    );
    const perClient = clients.map(async (owner) => {
      const roles = await everyPage(
        ROLES_PER_PAGE,
        async (page) => (await orNull(clientRolePage(lane, owner.id, page))) ?? [],
      );
      return roles.filter((role) => isRequestable(role.attributes)).map((role) => roleFound(role, owner));
    });
    return (await Promise.all(perClient)).flat();
  });
}

function clientRolePage(
  lane: Lane,
  id: string,
  page: { readonly first: number; readonly max: number },
): Promise<readonly Role[]> {
  const query = { id, ...page, briefRepresentation: false };
  return lane.read('clients.roles', async (client) =>
    parsed(z.array(roleSchema), 'client roles', await client.clients.listRoles(query)),
  );
}

async function unlessForbidden(
  log: Log,
  role: string,
  list: () => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  try {
    return await list();
  } catch (error) {
    if (!hasCode(error, 'keycloak_forbidden')) throw error;
    log.warn('catalogue.part-not-readable', { missing: role });
    return [];
  }
}
