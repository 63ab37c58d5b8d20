import { z } from 'zod';
import type { KeycloakUserId } from '../domain/ids.ts';
import type { PersonFacts } from '../usecases/keycloak-port.ts';
import type { Lane } from './connection.ts';
import { presentId } from './guard.ts';
import { attributesSchema, parsed } from './representations.ts';

const factsSchema = z.object({ attributes: attributesSchema.default({}) });
const pathsSchema = z.array(z.object({ path: z.string().min(1) }));
const countSchema = z.object({ count: z.int().min(0) });

/**
 * What rules may know of a person. Keycloak leaves out of the list the groups that the service account may not view, but
 * counts them (26.7.4: `GET /users/{id}/groups/count`): a list that is not whole is no list.
 * @throws keycloak_not_found when the user is gone; keycloak_forbidden, keycloak_unavailable
 */
export async function readFacts(
  lane: Lane,
  userId: KeycloakUserId,
  isTrusted: (attribute: string) => boolean,
): Promise<PersonFacts> {
  const id = presentId(userId, 'user id');
  const [user, groups, all] = await Promise.all([
    lane.read('users.get', async (client) => parsed(factsSchema, 'user', await client.users.findOne({ id }))),
    lane.read('users.groups', async (client) =>
      parsed(pathsSchema, 'groups of a user', await client.users.listGroups({ id, briefRepresentation: true })),
    ),
    lane.read('users.groups-count', async (client) =>
      parsed(countSchema, 'count of groups', await client.users.countGroups({ id })),
    ),
  ]);
  const attributes = Object.entries(user.attributes).filter(([name]) => isTrusted(name));
  return {
    groups: groups.length === all.count ? groups.map(({ path }) => path) : null,
    attributes: Object.fromEntries(attributes),
  };
}
