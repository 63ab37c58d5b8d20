import type { Target } from '../usecases/keycloak-port.ts';
import type { CallOutcome } from '../usecases/keycloak-port.ts';
import { hasCode } from '../lib/errors.ts';
import { CALL_TIMEOUT_MS } from './connection.ts';
import type { Lane } from './connection.ts';
import { presentId } from './guard.ts';
import { createReader } from './reader.ts';

/** A change is sent within this time or not at all, however long it had to wait for its turn, a token or a role's name. */
const SEND_WITHIN_MS = 5_000;
/** From the decision to change something until its outcome is known. */
export const CHANGE_TIMEOUT_MS = SEND_WITHIN_MS + CALL_TIMEOUT_MS;

type Verb = 'give' | 'take';

/** Gives or takes one membership or role, once. All of these calls may be repeated: Keycloak answers 204 again. */
export async function change(lane: Lane, verb: Verb, target: Target): Promise<CallOutcome> {
  const sendUntil = performance.now() + SEND_WITHIN_MS;
  const { userId, resource } = target;
  if (resource.kind !== 'group') return changeRole(lane, verb, target, sendUntil);
  const ids = { id: presentId(userId, 'user id'), groupId: presentId(resource.id, 'group id') };
  return lane.write(`groups.${verb}`, sendUntil, (client) =>
    verb === 'give' ? client.users.addToGroup(ids) : client.users.delFromGroup(ids),
  );
}

/**
 * A role mapping names the role by id and name, and both must fit. So the name is read first, and once more when it was
 * renamed in between. The body always holds that one role: without a body Keycloak would take away every role.
 */
async function changeRole(lane: Lane, verb: Verb, target: Target, sendUntil: number): Promise<CallOutcome> {
  const outcome = await sendRole(lane, verb, target, sendUntil);
  return outcome === 'gone' ? sendRole(lane, verb, target, sendUntil) : outcome;
}

async function sendRole(lane: Lane, verb: Verb, { userId, resource }: Target, sendUntil: number): Promise<CallOutcome> {
  let role: { readonly id: string; readonly name: string };
  try {
    role = await createReader(lane).role(resource.id);
  } catch (error) {
    if (hasCode(error, 'keycloak_not_found')) return 'gone';
    if (hasCode(error, 'keycloak_forbidden')) return 'refused';
    if (hasCode(error, 'keycloak_unavailable')) return 'not_sent';
    throw error;
  }
  const id = presentId(userId, 'user id');
  const roles = [{ id: role.id, name: role.name }];
  const operation = `${resource.kind}s.${verb}`;
  if (resource.kind === 'realm-role') {
    return lane.write(operation, sendUntil, ({ users }) =>
      verb === 'give' ? users.addRealmRoleMappings({ id, roles }) : users.delRealmRoleMappings({ id, roles }),
    );
  }
  const clientUniqueId = presentId(resource.clientUuid ?? '', 'client id');
  return lane.write(operation, sendUntil, ({ users }) =>
    verb === 'give'
      ? users.addClientRoleMappings({ id, clientUniqueId, roles })
      : users.delClientRoleMappings({ id, clientUniqueId, roles }),
  );
}
