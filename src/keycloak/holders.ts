import { z } from 'zod';
import type { KeycloakUserId } from '../domain/ids.ts';
import type { Resource } from '../domain/resource.ts';
import type { Lane } from './connection.ts';
import { readMembers } from './directory.ts';
import { presentId } from './guard.ts';
import { everyPage } from './pages.ts';
import { createReader, orNull } from './reader.ts';
import { parsed, userSchema } from './representations.ts';

const USERS_PER_PAGE = 200;

export type Holder = { readonly userId: KeycloakUserId; readonly enabled: boolean };

/** Everybody who has the resource directly, disabled people too; nobody when it is gone. */
export async function readHolders(lane: Lane, resource: Resource): Promise<readonly Holder[]> {
  const users = await orNull(
    resource.kind === 'group' ? readMembers(lane, resource.id) : usersWithRole(lane, resource),
  );
  return [...new Map((users ?? []).map(({ userId, enabled }) => [userId, { userId, enabled }])).values()];
}

/** Keycloak lists a role's users by the role's name, so that is read first. */
async function usersWithRole(lane: Lane, resource: Resource) {
  const { name } = await createReader(lane).role(resource.id);
  const id = resource.clientUuid === null ? null : presentId(resource.clientUuid, 'client id');
  return everyPage(USERS_PER_PAGE, async (page) => {
    const query = { ...page, briefRepresentation: true };
    const users = await lane.read('roles.users', (client) =>
      id === null
        ? client.roles.findUsersWithRole({ name, ...query })
        : client.clients.findUsersWithRole({ id, roleName: name, ...query }),
    );
    return parsed(z.array(userSchema), 'users of a role', users);
  });
}
