import type { DirectoryUser } from '../domain/people.ts';
import type { Resource } from '../domain/resource.ts';
import type { Access, Target } from '../usecases/keycloak-port.ts';
import type { Lane } from './connection.ts';
import { readGroupIds, readPerson } from './directory.ts';
import { presentId } from './guard.ts';
import { createReader, orNull } from './reader.ts';
import { idsSchema, parsed } from './representations.ts';

type Seen = Awaited<ReturnType<Access['look']>>;

/** How long one read of a resource may vouch for looks that follow an answered DELETE. */
const VOUCH_MS = 1000;

/**
 * Looks whether a person has a resource directly. A user's groups leave out those that the service account may not view
 * (fine-grained permissions), so absence is believed only after the resource itself has been read, a call that answers
 * 403 or 404 instead of hiding. Looks at the same resource share that read: those that wait for it together, and, with
 * `presence`, those of the same second, for their DELETE has just been allowed.
 */
export function createLook(lane: Lane): Access['look'] {
  const reads = new Map<string, { readonly startedAt: number; settled: boolean; readonly there: Promise<boolean> }>();
  const isThereShared = (resource: Resource, need: 'everything' | 'presence'): Promise<boolean> => {
    const last = reads.get(resource.id);
    const startedAt = performance.now();
    if (last !== undefined) {
      const vouches = need === 'presence' && startedAt - last.startedAt < VOUCH_MS;
      if (!last.settled || vouches) return last.there;
    }
    const there = isThere(lane, resource).finally(() => (read.settled = true));
    const read = { startedAt, settled: false, there };
    reads.set(resource.id, read);
    return there;
  };
  const lookInToken = async ({ userId, resource }: Target): Promise<Seen> => {
    const [person, there] = await Promise.all([readPerson(lane, userId), isThereShared(resource, 'everything')]);
    return { present: true, user: stateOf(person), resource: there ? 'there' : 'gone' };
  };
  return async (target, need = 'everything'): Promise<Seen> => {
    // Nothing was written to Keycloak for it: what the person has there is another hand's.
    if (target.resource.inToken === true) return lookInToken(target);
    const [person, held] = await Promise.all([
      need === 'presence' ? null : readPerson(lane, target.userId),
      orNull(heldIds(lane, target)),
    ]);
    const user = need === 'presence' ? (held === null ? 'gone' : 'enabled') : stateOf(person);
    if (held?.includes(target.resource.id) === true) return { present: true, user, resource: 'there' };
    return { present: false, user, resource: (await isThereShared(target.resource, need)) ? 'there' : 'gone' };
  };
}

const stateOf = (person: DirectoryUser | null): Seen['user'] =>
  person === null ? 'gone' : person.enabled ? 'enabled' : 'disabled';

/** Ids of the groups or roles that the person has directly. @throws keycloak_not_found when user or client is gone */
async function heldIds(lane: Lane, { userId, resource }: Target): Promise<readonly string[]> {
  if (resource.kind === 'group') return readGroupIds(lane, userId);
  const { read } = lane;
  const id = presentId(userId, 'user id');
  const held = await {
    'realm-role': () => read('users.realm-roles', (client) => client.users.listRealmRoleMappings({ id })),
    'client-role': () => {
      const clientUniqueId = presentId(resource.clientUuid ?? '', 'client id');
      return read('users.client-roles', (client) => client.users.listClientRoleMappings({ id, clientUniqueId }));
    },
  }[resource.kind]();
  return parsed(idsSchema, 'roles of a user', held).map((item) => item.id);
}

async function isThere(lane: Lane, resource: Resource): Promise<boolean> {
  const reader = createReader(lane);
  return (
    (await orNull<unknown>(resource.kind === 'group' ? reader.group(resource.id) : reader.role(resource.id))) !== null
  );
}
