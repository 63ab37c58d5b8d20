/** The gate cannot be set up: Keycloak said no, or the realm does not fit. The message is for the operator. */
export class GateSetUpFailure extends Error {}

/** @typedef {string | (() => string | Promise<string>)} Token of somebody with `realm-admin`; a function is asked before each call */
/** @typedef {Record<string, any>} Representation */
/** @typedef {ReturnType<typeof realmAdmin>} RealmAdmin */

/**
 * One realm's Admin API. Paths stand below /admin/realms/{realm}; every call throws GateSetUpFailure unless it succeeds.
 *
 * @param {{ url: string, realm: string, token: Token }} options `url` without a slash at the end
 */
export function realmAdmin({ url, realm, token }) {
  const base = `${url}/admin/realms/${encodeURIComponent(realm)}`;
  /** @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method @param {string} path @param {unknown} [body] */
  const call = async (method, path, body) => {
    const bearer = typeof token === 'string' ? token : await token();
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answer = await fetch(base + path, { ...init, signal: AbortSignal.timeout(30_000) });
    const text = await answer.text();
    if (!answer.ok) {
      throw new GateSetUpFailure(`${method} ${path}: Keycloak answered ${answer.status}: ${text.slice(0, 300)}`);
    }
    const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
    return { id, body: text === '' ? null : JSON.parse(text) };
  };
  return {
    /** @param {string} path @returns {Promise<Representation>} */
    get: async (path) => (await call('GET', path)).body,
    /** @param {string} path @returns {Promise<Representation[]>} */
    list: async (path) => (await call('GET', path)).body,
    /** @param {string} path @param {unknown} body @returns {Promise<string>} the id of what it made */
    post: async (path, body) => (await call('POST', path, body)).id,
    /** @param {string} path @param {unknown} body */
    put: async (path, body) => void (await call('PUT', path, body)),
    /** @param {string} path */
    remove: async (path) => void (await call('DELETE', path)),
    /**
     * Reads a whole representation, changes some of it and writes it back: a PUT of less would wipe the rest.
     *
     * @param {string} path @param {(now: Representation) => Representation} change the fields that are to be so
     * @returns {Promise<boolean>} whether anything had to be written
     */
    amend: async (path, change) => {
      const now = (await call('GET', path)).body;
      const next = { ...now, ...change(now) };
      if (isSame(now, next)) return false;
      await call('PUT', path, next);
      return true;
    },
  };
}

/** Whatever the order of their keys. @param {unknown} one @param {unknown} other */
export const isSame = (one, other) => canonical(one) === canonical(other);

/** @param {unknown} value */
const canonical = (value) =>
  JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort())
      : part,
  );
