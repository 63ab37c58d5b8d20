import { createdId, valuesOf } from './keycloak-admin.ts';
import type { Attributes, RealmAdmin } from './keycloak-admin.ts';
import { bodyOf } from './keycloak-http.ts';

/** A role as its mapping calls want it. `clientUuid` is set for a client role. */
export type Role = { readonly id: string; readonly name: string; readonly clientUuid?: string };

export type GroupOptions = {
  readonly attributes?: Attributes;
  readonly description?: string;
  /** What the group gives its members. */
  readonly roles?: readonly Role[];
};

export type RoleOptions = {
  readonly attributes?: Attributes;
  readonly description?: string;
  readonly composites?: readonly Role[];
};

/** Groups, realm roles and client roles of one realm. */
export function catalogueIn({ asAdmin, send, get, clientUuid }: RealmAdmin) {
  const mapRoles = async (holder: `groups/${string}` | `users/${string}`, roles: readonly Role[]) => {
    for (const { id, name, clientUuid: uuid } of roles) {
      const kind = uuid === undefined ? 'realm' : `clients/${uuid}`;
      await send('POST', `/${holder}/role-mappings/${kind}`, [{ id, name }]);
    }
  };

  const findGroup = async (path: string) => {
    const answer = await asAdmin('GET', `/group-by-path${path}`);
    return answer.status === 404 ? undefined : (bodyOf(answer, path) as { id: string }).id;
  };

  /** Creates the group and the ancestors it lacks; answers its id. */
  const createGroup = async (path: string, options: GroupOptions = {}): Promise<string> => {
    const cut = path.lastIndexOf('/');
    const parent = path.slice(0, cut);
    const parentId = parent === '' ? undefined : ((await findGroup(parent)) ?? (await createGroup(parent)));
    const answer = await send('POST', parentId === undefined ? '/groups' : `/groups/${parentId}/children`, {
      name: path.slice(cut + 1),
      description: options.description,
      attributes: valuesOf(options.attributes),
    });
    const id = createdId(answer);
    await mapRoles(`groups/${id}`, options.roles ?? []);
    return id;
  };

  const readRole = async (base: string, role: string, uuid?: string): Promise<Role> => {
    const { id, name } = await get(`${base}/${role}`);
    return uuid === undefined ? { id, name } : { id, name, clientUuid: uuid };
  };

  const createRole = async (base: string, name: string, options: RoleOptions, uuid?: string) => {
    const { attributes, description, composites = [] } = options;
    await send('POST', base, { name, description, attributes: valuesOf(attributes) });
    const role = await readRole(base, name, uuid);
    const parts = composites.map((part) => ({ id: part.id, name: part.name }));
    if (parts.length > 0) await send('POST', `/roles-by-id/${role.id}/composites`, parts);
    return role;
  };

  return {
    mapRoles,
    findGroup,
    createGroup,
    createRealmRole: (name: string, options: RoleOptions = {}) => createRole('/roles', name, options),
    /** Creates the client, too, when it is not there. */
    createClientRole: async (clientId: string, name: string, options: RoleOptions = {}) => {
      const uuid = (await clientUuid(clientId)) ?? createdId(await send('POST', '/clients', { clientId }));
      return createRole(`/clients/${uuid}/roles`, name, options, uuid);
    },
    /** An existing one: `clientRole('realm-management', 'realm-admin')`. */
    clientRole: async (clientId: string, name: string) => {
      const uuid = (await clientUuid(clientId)) ?? '';
      return readRole(`/clients/${uuid}/roles`, name, uuid);
    },
  };
}
