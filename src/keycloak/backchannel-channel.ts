import { Agent } from 'undici';
import { z } from 'zod';
import type { KeycloakUserId } from '../domain/ids.ts';
import type { EffectiveRole } from '../domain/resource.ts';
import type { BackchannelChannel, BackchannelTaken, TokenPreview } from '../usecases/backchannel-port.ts';
import { readPerson } from './directory.ts';
import { CALL_TIMEOUT_MS, timed } from './connection.ts';
import type { ConnectionOptions, Lane } from './connection.ts';
import { neverSent } from './failure.ts';
import { present } from './guard.ts';
import { parsed } from './representations.ts';
import { createTokenReader } from './backchannel-token.ts';

type Options = Pick<ConnectionOptions, 'url' | 'realm' | 'metrics' | 'log' | 'now'>;

/** Everybody has them, as Keycloak comes; and the role that brings them, named after the realm. */
const USUAL = ['offline_access', 'uma_authorization'];
const USUAL_OF_ACCOUNT = new Set(['manage-account', 'manage-account-links', 'view-profile']);

const clientsSchema = z.array(
  z.object({
    id: z.string().min(1),
    clientId: z.string(),
    name: z.string().optional(),
    enabled: z.boolean().default(true),
    optionalClientScopes: z.array(z.string()).default([]),
  }),
);
const rolesSchema = z.object({ roles: z.array(z.string()).default([]) });
const exampleSchema = z.object({
  scope: z.string().default(''),
  realm_access: rolesSchema.optional(),
  resource_access: z.record(z.string(), rolesSchema).default({}),
});

/** Keycloak's HTTP authentication channel (OpenID Connect CIBA Core 1.0), as its own documentation has it. */
export function createBackchannel(lane: Lane, options: Options): BackchannelChannel {
  const usual = new Set([...USUAL, `default-roles-${options.realm.toLowerCase()}`]);
  const realmUrl = `${options.url}/realms/${encodeURIComponent(options.realm)}`;
  return {
    read: createTokenReader(options),
    preview: (client, userId, scopes) => preview(lane, usual, { client, userId, scopes }),
    answer: (bearer, status, approval) =>
      timed(options, 'backchannel.answer', () =>
        answer(`${realmUrl}/protocol/openid-connect/ext/ciba/auth/callback`, bearer, {
          status,
          ...(approval !== null && { leasehold_approval: approval }),
        }),
      ),
  };
}

/** What a token would carry, by the example that Keycloak itself makes of it. */
async function preview(
  lane: Lane,
  usual: ReadonlySet<string>,
  {
    client,
    userId,
    scopes,
  }: { readonly client: string; readonly userId: KeycloakUserId; readonly scopes: readonly string[] },
): Promise<TokenPreview | null> {
  const clientId = present(client, 'client id');
  const [person, found] = await Promise.all([
    readPerson(lane, userId),
    lane.read('clients.find', async (keycloak) =>
      parsed(clientsSchema, 'clients', await keycloak.clients.find({ clientId })),
    ),
  ]);
  const known = found.find((one) => one.clientId === clientId && one.enabled);
  if (person?.enabled !== true || known === undefined) return null;
  const query = { id: known.id, scope: scopes.join(' '), userId: person.userId, audience: '' };
  const example = await lane.read('clients.example-token', async (keycloak) =>
    parsed(exampleSchema, 'example token', await keycloak.clients.evaluateGenerateAccessToken(query)),
  );
  const carried = new Set(example.scope.split(' '));
  return {
    username: person.username,
    clientName: known.name === undefined || known.name === '' ? null : known.name,
    roles: rolesOf(example, usual),
    unheld: scopes.filter((scope) => known.optionalClientScopes.includes(scope) && !carried.has(scope)),
  };
}

/** The example names roles alone, so a role's name stands for its id. */
function rolesOf(
  { realm_access: realm, resource_access: clients }: z.infer<typeof exampleSchema>,
  usual: ReadonlySet<string>,
): EffectiveRole[] {
  const ofRealm = (realm?.roles ?? [])
    .filter((name) => !usual.has(name))
    .map((name) => ({ id: name, name, client: null }));
  const ofClients = Object.entries(clients).flatMap(([client, { roles }]) =>
    roles
      .filter((name) => client !== 'account' || !USUAL_OF_ACCOUNT.has(name))
      .map((name) => ({ id: `${client}/${name}`, name, client })),
  );
  return [...ofRealm, ...ofClients];
}

/** A kept socket may be stale, and then nobody knows whether the answer arrived. */
const freshSockets = new Agent({ pipelining: 0 }) as unknown as NonNullable<RequestInit['dispatcher']>;

async function answer(address: string, bearer: string, told: object): Promise<BackchannelTaken> {
  try {
    const { status, body: said } = await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(told),
      redirect: 'error',
      dispatcher: freshSockets,
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    await said?.cancel().catch(() => undefined);
    if (status === 200) return 'taken';
    return status >= 400 && status < 500 ? 'refused' : 'unknown';
  } catch (error) {
    return neverSent(error) ? 'not_sent' : 'unknown';
  }
}
