/** What Keycloak itself shows, seen with an administrator's eyes and with people's own tokens; no code of `src`. */
export type RealmEyes = {
  /** Signs the person in and reads the new token. */
  token(username: string, password: string): Promise<ReadToken & { readonly token: string }>;
  /** What stands in a token. */
  read(token: string): ReadToken;
  /** Whether the demo's API, which asks Keycloak about each token, takes it. */
  isActive(token: string): Promise<boolean>;
  /** Whether the person has that realm role, directly. */
  holdsRealmRole(username: string, role: string): Promise<boolean>;
  /** The person's direct membership of that group, or null. */
  holds(username: string, groupPath: string): Promise<{ readonly id: string; readonly path: string } | null>;
  /** Whether the person has that role of a client, directly. */
  holdsRole(username: string, client: string, role: string): Promise<boolean>;
  /** When the person last signed in at that client; null: there is no session. */
  signedInAt(username: string, client: string): Promise<Date | null>;
  version(): Promise<string | undefined>;
};

/** `endsAt` and `end`: epoch seconds. */
export type ReadToken = {
  readonly roles: readonly string[];
  readonly endsAt: number;
  readonly leases: readonly { readonly id: string; readonly end: number; readonly approvers: readonly string[] }[];
  readonly approval: { readonly id: string; readonly end: number } | null;
};
type Claims = {
  readonly exp: number;
  readonly realm_access?: { readonly roles?: readonly string[] };
  readonly leasehold?: Partial<Pick<ReadToken, 'leases' | 'approval'>>;
};

type Group = { readonly id: string; readonly path: string };
type ClientMappings = Readonly<Record<string, { readonly mappings: readonly { readonly name: string }[] } | undefined>>;
/** `start`: epoch ms. */
type Session = { readonly start: number; readonly clients: Readonly<Record<string, string>> };

export function createRealmEyes(keycloakUrl: string, realm: string): RealmEyes {
  const login = (inRealm: string, form: Readonly<Record<string, string>>): Promise<{ readonly access_token: string }> =>
    json(
      fetch(`${keycloakUrl}/realms/${inRealm}/protocol/openid-connect/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
      }),
    );

  async function asAdmin<T>(path: string): Promise<T> {
    const { access_token: token } = await login('master', {
      grant_type: 'password',
      client_id: 'admin-cli',
      username: 'admin',
      password: 'admin',
    });
    return json(fetch(`${keycloakUrl}/admin${path}`, { headers: { authorization: `Bearer ${token}` } }));
  }

  async function userPath(username: string): Promise<string> {
    const [user] = await asAdmin<readonly { readonly id: string }[]>(
      `/realms/${realm}/users?exact=true&username=${encodeURIComponent(username)}`,
    );
    if (user === undefined) throw new Error(`there is no user ${username}`);
    return `/realms/${realm}/users/${user.id}`;
  }

  return {
    token: async (username, password) => {
      const { access_token: token } = await login(realm, {
        grant_type: 'password',
        client_id: 'demo-app',
        username,
        password,
      });
      return { token, ...readToken(token) };
    },
    read: readToken,
    isActive: async (token) => {
      const form = { client_id: 'demo-api', client_secret: 'demo-api-secret', token };
      const address = `${keycloakUrl}/realms/${realm}/protocol/openid-connect/token/introspect`;
      const answer = await json<{ readonly active: boolean }>(
        fetch(address, { method: 'POST', body: new URLSearchParams(form) }),
      );
      return answer.active;
    },
    holdsRealmRole: async (username, role) => {
      const path = `${await userPath(username)}/role-mappings/realm`;
      return (await asAdmin<readonly { readonly name: string }[]>(path)).some(({ name }) => name === role);
    },
    holds: async (username, groupPath) => {
      const groups = await asAdmin<readonly Group[]>(`${await userPath(username)}/groups`);
      return groups.find((group) => group.path === groupPath) ?? null;
    },
    holdsRole: async (username, client, role) => {
      const path = `${await userPath(username)}/role-mappings`;
      const { clientMappings = {} } = await asAdmin<{ readonly clientMappings?: ClientMappings }>(path);
      return clientMappings[client]?.mappings.some(({ name }) => name === role) ?? false;
    },
    signedInAt: async (username, client) => {
      const sessions = await asAdmin<readonly Session[]>(`${await userPath(username)}/sessions`);
      const starts = sessions
        .filter(({ clients }) => Object.values(clients).includes(client))
        .map(({ start }) => start);
      return starts.length === 0 ? null : new Date(Math.max(...starts));
    },
    version: async () => {
      const info = await asAdmin<{ readonly systemInfo?: { readonly version?: string } }>('/serverinfo');
      return info.systemInfo?.version;
    },
  };
}

function readToken(token: string): ReadToken {
  const text = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  const { exp, realm_access: access, leasehold = {} } = JSON.parse(text) as Claims;
  const builtIn = /^(offline_access|uma_authorization|default-roles-.*)$/;
  return {
    roles: (access?.roles ?? []).filter((role) => !builtIn.test(role)),
    endsAt: exp,
    leases: leasehold.leases ?? [],
    approval: leasehold.approval ?? null,
  };
}

async function json<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer;
  if (!response.ok) throw new Error(`Keycloak answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
