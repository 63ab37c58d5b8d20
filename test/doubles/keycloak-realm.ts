import { adminOf, createdId, valuesOf } from './keycloak-admin.ts';
import type { Attributes, RealmAdmin } from './keycloak-admin.ts';
import { catalogueIn } from './keycloak-catalogue.ts';
import { bodyOf, cachedToken, call, postForm, requestTokens } from './keycloak-http.ts';
import type { Answer, Representation, Tokens } from './keycloak-http.ts';
import { appClientId, botClient, resourceServer } from './keycloak-realm-json.ts';

export type UserOptions = {
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly enabled?: boolean;
  readonly attributes?: Attributes;
  /** Paths of the groups the user is in from the start. */
  readonly groups?: readonly string[];
};

/** What the bot may touch under `fine-grained`: ids of users (all, when absent), groups, roles; UUIDs of clients. */
export type Permitted = Partial<Record<'users' | 'groups' | 'roles' | 'clients', readonly string[]>>;

export type TestRealm = Awaited<ReturnType<typeof openRealm>>;

const password = 'password';

/** One realm with everything a test arranges and observes. Paths stand below /admin/realms/{realm}. */
export async function openRealm(keycloakUrl: string, name: string, adminToken: () => Promise<string>) {
  const adminUrl = `${keycloakUrl}/admin/realms/${name}`;
  const realmUrl = `${keycloakUrl}/realms/${name}`;
  const admin = adminOf(adminUrl, adminToken);
  const bot = await botOf(admin);
  const form = { grant_type: 'client_credentials', client_id: bot.clientId, client_secret: bot.clientSecret };
  const botToken = cachedToken(() => requestTokens(realmUrl, form));
  return {
    ...{ name, keycloakUrl, realmUrl, bot, ...admin, ...catalogueIn(admin), ...signInTo(realmUrl) },
    /** One call as the bot's service account, whatever its outcome. */
    asBot: async (method: string, path: string, body?: unknown) =>
      call(await botToken(), method, adminUrl + path, body),
    /** A user who can sign in with the password `password`; answers the id. */
    createUser: (username: string, options: UserOptions = {}) => createUser(admin, username, options),
    permit: (permitted: Permitted) => permit(admin, bot.userId, permitted),
    /** Takes back everything that was permitted. */
    forbid: () => forbid(admin),
  };
}

async function botOf({ get, clientUuid }: RealmAdmin) {
  const uuid = (await clientUuid(botClient.clientId)) ?? '';
  const { id: userId } = await get(`/clients/${uuid}/service-account-user`);
  return { ...botClient, clientUuid: uuid, userId };
}

/** What a person and a resource server do with tokens. */
function signInTo(realmUrl: string) {
  const app = { client_id: appClientId };
  return {
    login: (username: string, { scope = 'openid' }: { readonly scope?: string } = {}): Promise<Tokens> =>
      requestTokens(realmUrl, { ...app, grant_type: 'password', username, password, scope }),
    refresh: ({ refresh }: Tokens): Promise<Answer> =>
      postForm(realmUrl, 'token', { ...app, grant_type: 'refresh_token', refresh_token: refresh }),
    introspect: async ({ access }: Tokens) => {
      const form = { client_id: resourceServer.clientId, client_secret: resourceServer.clientSecret, token: access };
      return bodyOf(await postForm(realmUrl, 'token/introspect', form), 'introspect') as Record<string, unknown>;
    },
  };
}

async function createUser(admin: RealmAdmin, username: string, options: UserOptions) {
  const { email = `${username}@example.com`, emailVerified = true, enabled = true, groups = [] } = options;
  const [firstName, lastName = 'Tester'] = username.split('.');
  const answer = await admin.send('POST', '/users', {
    ...{ username, firstName, lastName, email, emailVerified, enabled, groups },
    attributes: valuesOf(options.attributes),
    credentials: [{ type: 'password', value: password, temporary: false }],
  });
  return createdId(answer);
}

/**
 * Lets the bot, under `fine-grained`, view the users and change the membership of what is listed, and nothing else.
 * A `user` policy: with a `client` policy Keycloak answers every list call with an empty list.
 */
async function permit({ send, clientUuid }: RealmAdmin, botUserId: string, permitted: Permitted) {
  const { users = [], groups = [], roles = [], clients = [] } = permitted;
  const server = await permissionServer(clientUuid);
  const name = `bot-${crypto.randomUUID()}`;
  const policy = await send('POST', `${server}/policy/user`, { name, users: [botUserId] });
  const policies = [(policy.body as Representation).id];
  for (const [resourceType, resources, scopes] of [
    ['Users', users, ['view', 'manage-group-membership', 'map-roles']],
    ['Groups', groups, ['view', 'view-members', 'manage-membership']],
    ['Roles', roles, ['map-role']],
    ['Clients', clients, ['view']],
  ] as const) {
    if (resourceType !== 'Users' && resources.length === 0) continue; // an empty list would mean all of them
    const permission = { name: `${name}-${resourceType}`, resourceType, resources, scopes, policies };
    await send('POST', `${server}/permission/scope`, permission);
  }
}

async function forbid({ send, list, clientUuid }: RealmAdmin): Promise<void> {
  const server = await permissionServer(clientUuid);
  const permissions = (await list(`${server}/policy?max=1000`)).filter(({ name }) => /^bot-.*-[A-Z]/.test(name));
  for (const { id } of permissions) await send('DELETE', `${server}/policy/${id}`);
}

const permissionServer = async (clientUuid: RealmAdmin['clientUuid']): Promise<string> =>
  `/clients/${(await clientUuid('admin-permissions')) ?? ''}/authz/resource-server`;
