import { z } from 'zod';
import type { Resource } from '../domain/resource.ts';
import type { Access, Target } from '../usecases/ports.ts';
import type { Lane } from './connection.ts';
import { readPerson } from './directory.ts';
import { presentId } from './guard.ts';
import { createReader, orNull } from './reader.ts';
import { parsed } from './representations.ts';

const idsSchema = z.array(z.object({ id: z.string() }));

type Seen = Awaited<ReturnType<Access['look']>>;

/**
 * Looks whether a person has a resource directly. Two calls; a third where it is not in the list: a user's groups leave
 * out those that the service account may not view (fine-grained permissions), so absence is believed only after the
 * resource itself has been read, a call that answers 403 or 404 instead of hiding. Looks that wait for the same resource
 * at the same time share that one.
 */
export function createLook(lane: Lane): Access['look'] {
  const reading = new Map<string, Promise<boolean>>();
  const isThereShared = (resource: Resource): Promise<boolean> => {
    const shared = reading.get(resource.id) ?? isThere(lane, resource).finally(() => reading.delete(resource.id));
    reading.set(resource.id, shared);
    return shared;
  };
  return async (target): Promise<Seen> => {
    const [person, held] = await Promise.all([readPerson(lane, target.userId), orNull(heldIds(lane, target))]);
    const user = person === null ? 'gone' : person.enabled ? 'enabled' : 'disabled';
    if (held?.includes(target.resource.id) === true) return { present: true, user, resource: 'there' };
    return { present: false, user, resource: (await isThereShared(target.resource)) ? 'there' : 'gone' };
  };
}

/** Ids of the groups or roles that the person has directly. @throws keycloak_not_found when user or client is gone */
async function heldIds({ read }: Lane, { userId, resource }: Target): Promise<readonly string[]> {
  const id = presentId(userId, 'user id');
  const held = await {
    group: () => read('users.groups', (client) => client.users.listGroups({ id, briefRepresentation: true })),
    'realm-role': () => read('users.realm-roles', (client) => client.users.listRealmRoleMappings({ id })),
    'client-role': () => {
      const clientUniqueId = presentId(resource.clientUuid ?? '', 'client id');
      return read('users.client-roles', (client) => client.users.listClientRoleMappings({ id, clientUniqueId }));
    },
  }[resource.kind]();
  return parsed(idsSchema, 'groups or roles of a user', held).map((item) => item.id);
}

async function isThere(lane: Lane, resource: Resource): Promise<boolean> {
  const reader = createReader(lane);
  return (
    (await orNull<unknown>(resource.kind === 'group' ? reader.group(resource.id) : reader.role(resource.id))) !== null
  );
}
