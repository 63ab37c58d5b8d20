import { z } from 'zod';
import type { KeycloakUserId } from '../domain/ids.ts';
import { hasCode } from '../lib/errors.ts';
import type { Lane } from './connection.ts';
import { presentId } from './guard.ts';
import { orNull } from './reader.ts';
import { parsed } from './representations.ts';

/** A client with offline tokens is named among the consents, whether or not anything was consented to. */
const consentsSchema = z.array(
  z.object({
    clientId: z.string().min(1),
    additionalGrants: z.array(z.object({ client: z.string(), key: z.string() })).default([]),
  }),
);
const sessionsSchema = z.array(z.object({ id: z.string().min(1) }));

type OfflineClient = { readonly clientId: string; readonly uuid: string };

/**
 * Ends a person's sessions. A logout leaves offline sessions alive, so those of each client are ended after it. Nothing
 * happens to a user who is gone. Repeatable.
 * @throws keycloak_forbidden, keycloak_unavailable
 */
export async function endSessions(lane: Lane, userId: KeycloakUserId): Promise<void> {
  const id = presentId(userId, 'user id');
  try {
    await lane.read('users.logout', (client) => client.users.logout({ id }));
    const clients = await offlineClients(lane, id);
    await Promise.all(clients.map((client) => endOffline(lane, id, client)));
  } catch (error) {
    if (!hasCode(error, 'keycloak_not_found')) throw error;
  }
}

/**
 * Ends one session by its id, online and offline, which are two. Under fine-grained permissions Keycloak refuses that, and
 * there all sessions of the person are ended. Repeatable.
 * @throws keycloak_forbidden, keycloak_unavailable
 */
export async function endSession(lane: Lane, userId: KeycloakUserId, id: string): Promise<void> {
  const session = presentId(id, 'session id');
  try {
    for (const isOffline of [false, true])
      await orNull(
        lane.read('sessions.end', ({ realms }) => realms.deleteSession({ realm: lane.realm, session, isOffline })),
      );
  } catch (error) {
    if (!hasCode(error, 'keycloak_forbidden')) throw error;
    await endSessions(lane, userId);
  }
}

async function offlineClients({ read }: Lane, id: string): Promise<readonly OfflineClient[]> {
  const consents = parsed(
    consentsSchema,
    'consents',
    await read('users.consents', (client) => client.users.listConsents({ id })),
  );
  return consents.flatMap(({ clientId, additionalGrants }) =>
    additionalGrants.filter(({ key }) => key === 'Offline Token').map(({ client }) => ({ clientId, uuid: client })),
  );
}

/**
 * Session by session, so that a consent that the person gave stays. Under fine-grained permissions Keycloak refuses that,
 * and there the consent goes with the sessions: the person is asked for it once more.
 */
async function endOffline({ read, realm }: Lane, id: string, { clientId, uuid }: OfflineClient): Promise<void> {
  const listed = await read('users.offline-sessions', ({ users }) => users.listOfflineSessions({ id, clientId: uuid }));
  const sessions = parsed(sessionsSchema, 'offline sessions', listed).map((session) =>
    presentId(session.id, 'session id'),
  );
  try {
    const end = (session: string) =>
      orNull(read('sessions.end', ({ realms }) => realms.deleteSession({ realm, session, isOffline: true })));
    await Promise.all(sessions.map(end));
  } catch (error) {
    if (!hasCode(error, 'keycloak_forbidden')) throw error;
    await read('consents.end', ({ users }) => users.revokeConsent({ id, clientId }));
  }
}
