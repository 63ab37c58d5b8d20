import { bodyOf, cachedToken, call, postForm, requestTokens } from './keycloak-http.ts';
import type { Answer, Representation, Tokens } from './keycloak-http.ts';
import { appClientId, botClient, resourceServer } from './keycloak-realm-json.ts';

type Attributes = Readonly<Record<string, string | readonly string[]>>;

/** A role as its mapping calls want it. `clientUuid` is set for a client role. */
export type Role = { readonly id: string; readonly name: string; readonly clientUuid?: string };

export type GroupOptions = { readonly attributes?: Attributes; readonly description?: string; readonly roles?: readonly Role[] };
export type RoleOptions = { readonly attributes?: Attributes; readonly description?: string; readonly composites?: readonly Role[] };
export type UserOptions = {
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly enabled?: boolean;
  readonly attributes?: Attributes;
  /** Paths of the groups the user is in from the start. */
  readonly groups?: readonly string[];
};

/** What the bot may touch under `fine-grained`: ids of groups and roles, UUIDs of clients; every user, when `users` is absent. */
export type Permitted = {
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
  readonly roles?: readonly string[];
  readonly clients?: readonly string[];
};

export type TestRealm = Awaited<ReturnType<typeof openRealm>>;

const password = 'password';
const valuesOf = (attributes: Attributes) =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, [value].flat()]));
const idIn = ({ location }: Answer) => location?.split('/').at(-1) ?? '';

/** One realm, seen as its administrator (`get`, `send`) or as the bot (`asBot`). Paths stand below /admin/realms/{realm}. */
export async function openRealm(keycloakUrl: string, name: string, adminToken: () => Promise<string>) {
  const adminUrl = `${keycloakUrl}/admin/realms/${name}`;
  const realmUrl = `${keycloakUrl}/realms/${name}`;

  const asAdmin = async (method: string, path: string, body?: unknown) =>
    call(await adminToken(), method, adminUrl + path, body);
  /** As the administrator; throws on refusal. */
  const get = async (path: string) => bodyOf(await asAdmin('GET', path), `GET ${path}`);
  const list = async (path: string) => (await get(path)) as readonly Representation[];
  const send = async (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => {
    const answer = await asAdmin(method, path, body);
    bodyOf(answer, `${method} ${path}`);
    return answer;
  };

  const clientUuid = async (clientId: string) => (await list(`/clients?clientId=${clientId}`))[0]?.id;
  const botUuid = (await clientUuid(botClient.clientId)) ?? '';
  const bot = {
    ...botClient,
    clientUuid: botUuid,
    userId: ((await get(`/clients/${botUuid}/service-account-user`)) as Representation).id,
  };
  const botForm = { grant_type: 'client_credentials', client_id: bot.clientId, client_secret: bot.clientSecret };
  const botToken = cachedToken(() => requestTokens(realmUrl, botForm));
  /** As the bot's service account, whatever the outcome. */
  const asBot = async (method: string, path: string, body?: unknown) =>
    call(await botToken(), method, adminUrl + path, body);

  const mapRoles = async (holder: `groups/${string}` | `users/${string}`, roles: readonly Role[]) => {
    for (const { id, name, clientUuid } of roles) {
      const kind = clientUuid === undefined ? 'realm' : `clients/${clientUuid}`;
      await send('POST', `/${holder}/role-mappings/${kind}`, [{ id, name }]);
    }
  };

  const findGroup = async (path: string) => {
    const answer = await asAdmin('GET', `/group-by-path${path}`);
    return answer.status === 404 ? undefined : (bodyOf(answer, path) as Representation).id;
  };
  /** Creates the group and the ancestors it lacks; answers its id. */
  const createGroup = async (path: string, { attributes = {}, description, roles = [] }: GroupOptions = {}) => {
    const cut = path.lastIndexOf('/');
    const parentPath = path.slice(0, cut);
    const parentId = parentPath === '' ? undefined : ((await findGroup(parentPath)) ?? (await createGroup(parentPath)));
    const body = { name: path.slice(cut + 1), description, attributes: valuesOf(attributes) };
    const id: string = idIn(await send('POST', parentId === undefined ? '/groups' : `/groups/${parentId}/children`, body));
    await mapRoles(`groups/${id}`, roles);
    return id;
  };

  const roleAt = async (path: string, clientUuid?: string): Promise<Role> => {
    const { id, name } = (await get(path)) as Representation;
    return { id, name, ...(clientUuid !== undefined && { clientUuid }) };
  };
  const createRoleIn = async (base: string, name: string, options: RoleOptions, clientUuid?: string): Promise<Role> => {
    const { attributes = {}, description, composites = [] } = options;
    await send('POST', base, { name, description, attributes: valuesOf(attributes) });
    const role = await roleAt(`${base}/${name}`, clientUuid);
    if (composites.length > 0) await send('POST', `/roles-by-id/${role.id}/composites`, composites);
    return role;
  };
  const createRealmRole = (roleName: string, options: RoleOptions = {}) => createRoleIn('/roles', roleName, options);
  /** Creates the client, too, when it is not there. */
  const createClientRole = async (clientId: string, roleName: string, options: RoleOptions = {}) => {
    const uuid = (await clientUuid(clientId)) ?? idIn(await send('POST', '/clients', { clientId }));
    return createRoleIn(`/clients/${uuid}/roles`, roleName, options, uuid);
  };
  const clientRole = async (clientId: string, roleName: string) => {
    const uuid = (await clientUuid(clientId)) ?? '';
    return roleAt(`/clients/${uuid}/roles/${roleName}`, uuid);
  };

  /** A user who can sign in with the password `password`; answers the id. */
  const createUser = async (username: string, options: UserOptions = {}) => {
    const { email = `${username}@example.com`, emailVerified = true, enabled = true, attributes = {}, groups = [] } = options;
    const [firstName, lastName = 'Tester'] = username.split('.');
    const person = { username, firstName, lastName, email, emailVerified, enabled, groups };
    const credentials = [{ type: 'password', value: password, temporary: false }];
    return idIn(await send('POST', '/users', { ...person, attributes: valuesOf(attributes), credentials }));
  };

  const login = (username: string, { scope = 'openid' }: { readonly scope?: string } = {}): Promise<Tokens> =>
    requestTokens(realmUrl, { grant_type: 'password', client_id: appClientId, username, password, scope });
  const refresh = ({ refresh }: Tokens) =>
    postForm(realmUrl, 'token', { grant_type: 'refresh_token', client_id: appClientId, refresh_token: refresh });
  /** As a resource server that is in the token's audience. */
  const introspect = async ({ access }: Tokens) => {
    const { clientId, clientSecret } = resourceServer;
    const form = { client_id: clientId, client_secret: clientSecret, token: access };
    return bodyOf(await postForm(realmUrl, 'token/introspect', form), 'introspection') as Readonly<Record<string, unknown>>;
  };

  let permissionCount = 0;
  /** Lets the bot, under `fine-grained`, view the users and change the membership of what is listed, and nothing else. */
  const permit = async ({ users = [], groups = [], roles = [], clients = [] }: Permitted) => {
    const base = `/clients/${(await clientUuid('admin-permissions')) ?? ''}/authz/resource-server`;
    permissionCount += 1;
    const policyName = `bot-${permissionCount}`;
    const policy = await send('POST', `${base}/policy/user`, { name: policyName, users: [bot.userId] });
    const { id: policyId } = policy.body as Representation;
    const permissions = [
      { resourceType: 'Users', resources: users, scopes: ['view', 'manage-group-membership', 'map-roles'] },
      { resourceType: 'Groups', resources: groups, scopes: ['view', 'view-members', 'manage-membership'] },
      { resourceType: 'Roles', resources: roles, scopes: ['map-role'] },
      { resourceType: 'Clients', resources: clients, scopes: ['view'] },
    ];
    for (const permission of permissions) {
      const { resourceType, resources } = permission;
      if (resourceType !== 'Users' && resources.length === 0) continue; // an empty list means all of them
      const body = { ...permission, name: `${policyName}-${resourceType}`, policies: [policyId] };
      await send('POST', `${base}/permission/scope`, body);
    }
  };

  return {
    name, keycloakUrl, bot, asAdmin, asBot, get, list, send, clientUuid, mapRoles, findGroup, createGroup,
    createRealmRole, createClientRole, clientRole, createUser, login, refresh, introspect, permit,
  };
}
