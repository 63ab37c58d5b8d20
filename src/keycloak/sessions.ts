import { z } from 'zod';
import type { KeycloakUserId } from '../domain/ids.ts';
import { hasCode } from '../lib/errors.ts';
import type { Lane } from './connection.ts';
import { presentId } from './guard.ts';
import { orNull } from './reader.ts';
import { parsed } from './representations.ts';

/** A consent whose additional grants name the offline tokens of a client, whether or not anything was consented to. */
const consentsSchema = z.array(
  z.object({ additionalGrants: z.array(z.object({ client: z.string(), key: z.string() })).default([]) }),
);
const sessionsSchema = z.array(z.object({ id: z.string().min(1) }));

/**
 * Ends a person's sessions. A logout leaves offline sessions alive, so each of those is ended by its own call; a consent
 * that the person gave stays. Nothing happens to a user who is gone. Repeatable.
 * @throws keycloak_forbidden, keycloak_unavailable
 */
export async function endSessions(lane: Lane, userId: KeycloakUserId): Promise<void> {
  const { realm } = lane;
  const id = presentId(userId, 'user id');
  try {
    await lane.read('users.logout', (client) => client.users.logout({ id }));
    const clients = await offlineClients(lane, id);
    const offline = await Promise.all(clients.map((clientId) => offlineSessions(lane, id, clientId)));
    const end = (session: string) =>
      orNull(lane.read('sessions.end', (client) => client.realms.deleteSession({ realm, session, isOffline: true })));
    await Promise.all(offline.flat().map((session) => end(presentId(session, 'session id'))));
  } catch (error) {
    if (!hasCode(error, 'keycloak_not_found')) throw error;
  }
}

async function offlineClients(lane: Lane, id: string): Promise<readonly string[]> {
  const consents = parsed(
    consentsSchema,
    'consents',
    await lane.read('users.consents', (client) => client.users.listConsents({ id })),
  );
  const grants = consents.flatMap(({ additionalGrants }) => additionalGrants);
  return grants.filter(({ key }) => key === 'Offline Token').map(({ client }) => client);
}

async function offlineSessions(lane: Lane, id: string, clientId: string): Promise<readonly string[]> {
  const sessions = await lane.read('users.offline-sessions', (client) =>
    client.users.listOfflineSessions({ id, clientId }),
  );
  return parsed(sessionsSchema, 'offline sessions', sessions).map((session) => session.id);
}
