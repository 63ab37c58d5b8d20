import { z } from 'zod';
import { CodedError } from '../lib/errors.ts';
import type { Lane } from './connection.ts';
import { parsed } from './representations.ts';

/** Without view-realm Keycloak answers 200 with little more than the realm's name. */
const realmSchema = z.object({
  accessTokenLifespan: z.number().positive().optional(),
  adminPermissionsEnabled: z.boolean().optional(),
  adminEventsEnabled: z.boolean().optional(),
  adminEventsDetailsEnabled: z.boolean().optional(),
});
export type Realm = z.infer<typeof realmSchema>;

export async function readRealm({ read, realm }: Lane): Promise<Realm> {
  return parsed(realmSchema, 'realm', await read('realm.get', (client) => client.realms.findOne({ realm })));
}

/** The realm's access token lifespan, seconds. @throws keycloak_forbidden without view-realm, keycloak_unavailable */
export async function readTokenSeconds(lane: Lane): Promise<number> {
  const { accessTokenLifespan } = await readRealm(lane);
  if (accessTokenLifespan !== undefined) return accessTokenLifespan;
  throw new CodedError(
    'keycloak_forbidden',
    'Keycloak does not tell us the access token lifespan (view-realm is missing).',
  );
}
