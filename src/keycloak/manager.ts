import { z } from 'zod';
import type { KeycloakUserId } from '../domain/ids.ts';
import type { DirectoryUser } from '../domain/people.ts';
import type { ManagerFound } from '../usecases/keycloak-port.ts';
import type { Lane } from './connection.ts';
import { presentId } from './guard.ts';
import { orNull } from './reader.ts';
import { attributesSchema, parsed, userSchema } from './representations.ts';

const managedSchema = z.object({ attributes: attributesSchema.default({}) });

/** Keycloak reads `*` and blanks in a search as more than themselves; no username or id has them. */
const NAME = /^[^\s*%"'\\/]{1,255}$/;

/**
 * The one enabled user whom a user's attribute `manager` names. Only to be asked while no user may write it.
 * @throws keycloak_forbidden, keycloak_unavailable
 */
export async function readManager(lane: Lane, userId: KeycloakUserId): Promise<ManagerFound> {
  const id = presentId(userId, 'user id');
  const user = await orNull(
    lane.read('users.get', async (client) => parsed(managedSchema, 'user', await client.users.findOne({ id }))),
  );
  const values = user?.attributes['manager'] ?? [];
  if (values.length > 1) return 'ambiguous';
  const written = values[0]?.trim() ?? '';
  if (written === '') return 'not_set';
  if (!NAME.test(written)) return 'unknown';
  // A username may look like somebody else's id: then it names two.
  const found = [...(await withId(lane, written)), ...(await withUsername(lane, written))];
  const [manager, ...others] = [...new Map(found.map((one) => [one.userId, one])).values()];
  if (manager === undefined) return 'unknown';
  if (others.length > 0) return 'ambiguous';
  return manager.enabled ? manager : 'disabled';
}

async function withId(lane: Lane, id: string): Promise<readonly DirectoryUser[]> {
  if (!/^[\w-]+$/.test(id)) return [];
  const user = await orNull(
    lane.read('users.get', async (client) => parsed(userSchema, 'user', await client.users.findOne({ id }))),
  );
  return user === null ? [] : [user];
}

/** Keycloak keeps usernames in lower case. */
async function withUsername(lane: Lane, written: string): Promise<readonly DirectoryUser[]> {
  const username = written.toLowerCase();
  const users = await lane.read('users.search', async (client) =>
    parsed(
      z.array(userSchema),
      'users',
      await client.users.find({ username, exact: true, briefRepresentation: false }),
    ),
  );
  return users.filter((user) => user.username.toLowerCase() === username);
}
