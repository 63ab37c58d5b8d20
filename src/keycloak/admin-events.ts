import { z } from 'zod';
import { hasCode } from '../lib/errors.ts';
import type { Target } from '../usecases/keycloak-port.ts';
import type { Lane } from './connection.ts';
import { presentId } from './guard.ts';
import { parsed } from './representations.ts';

const eventsSchema = z.array(
  z.object({
    operationType: z.string(),
    authDetails: z.object({ userId: z.string().optional() }).default({}),
    representation: z.string().optional(),
  }),
);
const rolesSchema = z.array(z.object({ id: z.string() }));

/** One event about a user's roles may be about any of them; further back than this we do not search. */
const MAX_EVENTS = 200;

/**
 * Whether the newest admin event about this access is its giving, by our service account (`authDetails.userId`; no person
 * can act as it). False when nobody can tell: events are off, over, or not ours to read.
 */
export async function givenByUs(lane: Lane, target: Target): Promise<boolean> {
  try {
    const [events, self] = await Promise.all([eventsAbout(lane, target), lane.token()]);
    const newest = events.find(
      ({ representation }) => target.resource.kind === 'group' || names(representation, target.resource.id),
    );
    return newest?.operationType === 'CREATE' && newest.authDetails.userId === self.userId;
  } catch (error) {
    if (hasCode(error, 'keycloak_forbidden')) return false;
    throw error;
  }
}

/** Newest first, as Keycloak sorts them. */
async function eventsAbout({ read, realm }: Lane, { userId, resource }: Target) {
  const user = `users/${presentId(userId, 'user id')}`;
  const resourcePath = {
    group: () => `${user}/groups/${presentId(resource.id, 'group id')}`,
    'realm-role': () => `${user}/role-mappings/realm`,
    'client-role': () => `${user}/role-mappings/clients/${presentId(resource.clientUuid ?? '', 'client id')}`,
  }[resource.kind]();
  const max = resource.kind === 'group' ? 1 : MAX_EVENTS;
  return parsed(
    eventsSchema,
    'admin events',
    await read('admin-events', (client) => client.realms.findAdminEvents({ realm, resourcePath, max })),
  );
}

/** Whether an event about role mappings names this role. Its details may be switched off: then nobody can tell. */
function names(representation: string | undefined, id: string): boolean {
  try {
    return rolesSchema.parse(JSON.parse(representation ?? '')).some((role) => role.id === id);
  } catch {
    return false;
  }
}
