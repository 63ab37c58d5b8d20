import { hasCode } from '../lib/errors.ts';
import type { Access } from '../usecases/keycloak-port.ts';
import { givenByUs } from './admin-events.ts';
import { change, CHANGE_TIMEOUT_MS } from './change.ts';
import type { Connection, Lane } from './connection.ts';
import { readHolders } from './holders.ts';
import { createLook } from './look.ts';
import { readRealm } from './realm.ts';
import { endSession, endSessions } from './sessions.ts';

/** @param tokenSeconds shared by both lanes and cached there */
export function createAccess(lane: Lane, connection: Connection, tokenSeconds: () => Promise<number>): Access {
  return {
    look: createLook(lane),
    give: (target) => change(lane, 'give', target),
    take: (target) => change(lane, 'take', target),
    endSessions: (userId) => endSessions(lane, userId),
    endSession: (userId, session) => endSession(lane, userId, session),
    // Only manage-users may log somebody out who is no member any more.
    endsSessionsFirst: () => connection.lastToken()?.roles.has('manage-users') === false,
    holders: (resource) => readHolders(lane, resource),
    givenByUs: (target) => givenByUs(lane, target),
    tokenSeconds,
    probe: () => probe(lane),
    timeoutMs: CHANGE_TIMEOUT_MS,
  };
}

/** Whether Keycloak answers us at all: a refusal is an answer too. */
async function probe(lane: Lane): Promise<boolean> {
  try {
    await readRealm(lane);
    return true;
  } catch (error) {
    return hasCode(error, 'keycloak_forbidden');
  }
}
