import { bodyOf, call } from './keycloak-http.ts';
import type { Answer, Representation } from './keycloak-http.ts';

export type Attributes = Readonly<Record<string, string | readonly string[]>>;

export type RealmAdmin = ReturnType<typeof adminOf>;

/** Keycloak stores a list of values under every name. */
export const valuesOf = (attributes: Attributes = {}) =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, [value].flat()]));

/** The id of what a POST created. */
export const createdId = ({ location }: Answer) => location?.split('/').at(-1) ?? '';

/** The realm's administrator. Paths stand below /admin/realms/{realm}. */
export function adminOf(adminUrl: string, token: () => Promise<string>) {
  /** One call as the realm's administrator, whatever its outcome. */
  const asAdmin = async (method: string, path: string, body?: unknown) =>
    call(await token(), method, adminUrl + path, body);
  /** Throws on refusal. */
  const send = async (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => {
    const answer = await asAdmin(method, path, body);
    bodyOf(answer, `${method} ${path}`);
    return answer;
  };
  /** Throws on refusal. */
  const get = async (path: string) => bodyOf(await asAdmin('GET', path), `GET ${path}`) as Representation;
  const list = async (path: string) => (await get(path)) as unknown as readonly Representation[];
  const clientUuid = async (clientId: string) => (await list(`/clients?clientId=${clientId}`))[0]?.id;
  return { asAdmin, send, get, list, clientUuid };
}
