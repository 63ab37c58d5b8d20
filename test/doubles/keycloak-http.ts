/** Keycloak's REST API by bare fetch: the tests' own eyes, sharing nothing with the adapter they judge. */
export type Answer = { readonly status: number; readonly body: unknown; readonly location: string | null };

/** Anything Keycloak stores has an id; groups, roles, realms have a name. The rest is for the test to narrow. */
export type Representation = { readonly id: string; readonly name: string; readonly [key: string]: unknown };

export type Tokens = {
  readonly access: string;
  readonly refresh: string;
  readonly claims: Readonly<Record<string, unknown>>;
};

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  const body: unknown = isJson ? JSON.parse(text) : text;
  return { status: response.status, body, location: response.headers.get('location') };
}

/** One call, whatever its outcome. A body is sent as JSON. */
export async function call(token: string, method: string, url: string, body?: unknown): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return answerOf(await fetch(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }));
}

/** One form post to a protocol endpoint (`token`, `logout`, `token/introspect`, `revoke`), whatever its outcome. */
export async function postForm(realmUrl: string, endpoint: string, form: Record<string, string>): Promise<Answer> {
  const url = `${realmUrl}/protocol/openid-connect/${endpoint}`;
  return answerOf(await fetch(url, { method: 'POST', body: new URLSearchParams(form) }));
}

/** The answer's body; throws when the call was refused. */
export function bodyOf({ status, body }: Answer, what: string): unknown {
  if (status < 200 || status > 299) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
  return body;
}

export async function requestTokens(realmUrl: string, form: Record<string, string>): Promise<Tokens> {
  const body = bodyOf(await postForm(realmUrl, 'token', form), `token of ${realmUrl}`);
  const { access_token: access, refresh_token: refresh = '' } = body as {
    access_token: string;
    refresh_token?: string;
  };
  return { access, refresh, claims: claimsOf(access) };
}

/** A token's payload, unverified. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return JSON.parse(payload) as Record<string, unknown>;
}

/** Hands out a token and asks for a new one when it is older than half a minute: the master realm's live for one. */
export function cachedToken(request: () => Promise<Tokens>): () => Promise<string> {
  let current: { readonly token: string; readonly staleAt: number } | undefined;
  return async () => {
    if (current === undefined || performance.now() > current.staleAt) {
      current = { token: (await request()).access, staleAt: performance.now() + 30_000 };
    }
    return current.token;
  };
}
