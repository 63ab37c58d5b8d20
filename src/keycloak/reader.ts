import { z } from 'zod';
import { CodedError, hasCode } from '../lib/errors.ts';
import type { Lane } from './connection.ts';
import { present, presentId } from './guard.ts';
import { clientSchema, groupSchema, mappingsSchema, parsed, roleSchema } from './representations.ts';
import type { Group } from './representations.ts';

export type Reader = ReturnType<typeof createReader>;

/**
 * Reads groups, roles and clients by id, each at most once: made for one evaluation and thrown away after it.
 * All throw keycloak_not_found, keycloak_forbidden, keycloak_unavailable.
 */
export function createReader({ realm, read }: Lane) {
  return {
    group: onceById('group id', (id) =>
      read('groups.get', async (client) => parsed(groupSchema, 'group', await client.groups.findOne({ id }))),
    ),
    /**
     * The group at a path. Unlike the read by id, its `clientRoles` name also the roles of clients that the service
     * account may not view (measured on 26.7.4; test/integration/keycloak/privilege.test.ts watches it).
     */
    groupAt: once((path) => {
      present(path, 'group path');
      return read('groups.by-path', async (client) =>
        parsed(groupSchema, 'group', await client.realms.getGroupByPath({ realm, path })),
      );
    }),
    /** Roles mapped to the group itself; those of clients that may not be viewed are left out by Keycloak. */
    groupMappings: onceById('group id', (id) =>
      read('groups.role-mappings', async (client) =>
        parsed(mappingsSchema, 'role mappings', await client.groups.listRoleMappings({ id })),
      ),
    ),
    role: onceById('role id', (id) =>
      read('roles.get', async (client) => parsed(roleSchema, 'role', await client.roles.findOneById({ id }))),
    ),
    /** Roles that the role contains directly; those of clients that may not be viewed are left out by Keycloak. */
    composites: onceById('role id', (id) =>
      read('roles.composites', async (client) =>
        parsed(z.array(roleSchema), 'composites', await client.roles.getCompositeRoles({ id })),
      ),
    ),
    clientName: onceById('client id', (id) =>
      read(
        'clients.get',
        async (client) => parsed(clientSchema, 'client', await client.clients.findOne({ id })).clientId,
      ),
    ),
    /**
     * Throws keycloak_forbidden unless every client may be viewed. This is the call that tells: it asks for that very
     * right, while lists of composites and mappings silently leave out what belongs to a hidden client.
     */
    everyClientIsVisible: () => read('clients.visible', (client) => client.realms.getClientsInitialAccess({ realm })),
  };
}

/** The group and the groups above it, nearest first. @throws as the reader's calls do */
export async function chainOf(reader: Pick<Reader, 'group'>, id: string): Promise<readonly Group[]> {
  const chain: Group[] = [];
  const seen = new Set<string>();
  for (let next: string | undefined = id; next !== undefined; next = chain.at(-1)?.parentId) {
    if (seen.has(next)) throw new CodedError('keycloak_unavailable', 'Keycloak names a group as its own ancestor.');
    seen.add(next);
    chain.push(await reader.group(next));
  }
  return chain;
}

/** null in place of keycloak_not_found. */
export async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error, 'keycloak_not_found')) return null;
    throw error;
  }
}

function once<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return async (key) => {
    const known = asked.get(key) ?? read(key);
    asked.set(key, known);
    return known;
  };
}

const onceById = <T>(what: string, read: (id: string) => Promise<T>): ((id: string) => Promise<T>) =>
  once((id) => read(presentId(id, what)));
