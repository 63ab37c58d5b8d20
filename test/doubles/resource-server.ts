// A small resource server with two faces: `/introspecting` asks Keycloak about each token, `/local` checks it by the
// realm's keys alone. Both say who comes, with which roles and leases, or 401.
import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resourceServer } from './keycloak-realm-json.ts';

type Claims = Readonly<Record<string, unknown>>;
export type Face = 'introspecting' | 'local';
export type Visit = {
  readonly status: number;
  readonly who?: string;
  readonly roles?: readonly string[];
  /** The claim `leasehold`, as the provider jar writes it. */
  readonly leasehold?: unknown;
};
export type ResourceServer = Awaited<ReturnType<typeof startResourceServer>>;

export async function startResourceServer(realmUrl: string) {
  const server = createServer((incoming, answer) => {
    const token = (incoming.headers.authorization ?? '').replace('Bearer ', '');
    const isLocal = incoming.url?.startsWith('/local') === true;
    void (isLocal ? verified(realmUrl, token) : introspected(realmUrl, token)).then((claims) => {
      answer.writeHead(claims === null ? 401 : 200, { 'content-type': 'application/json' });
      answer.end(JSON.stringify(claims === null ? {} : seen(claims)));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    /** One call with this token. */
    visit: async (face: Face, token: string): Promise<Visit> => {
      const answer = await fetch(`${url}/${face}`, { headers: { authorization: `Bearer ${token}` } });
      return { status: answer.status, ...((await answer.json()) as object) };
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const seen = ({ preferred_username: who, sub, realm_access: access, leasehold }: Claims) => ({
  who: who ?? sub,
  roles: (access as { roles?: string[] } | undefined)?.roles ?? [],
  ...(leasehold !== undefined && { leasehold }),
});

/** RFC 7662. */
async function introspected(realmUrl: string, token: string): Promise<Claims | null> {
  const { clientId: client_id, clientSecret: client_secret } = resourceServer;
  const body = new URLSearchParams({ client_id, client_secret, token });
  const answer = await fetch(`${realmUrl}/protocol/openid-connect/token/introspect`, { method: 'POST', body });
  const claims = (await answer.json()) as Claims;
  return claims['active'] === true ? claims : null;
}

/** RFC 9068 section 4, as far as Keycloak's tokens go: signature, issuer, audience, time. */
async function verified(realmUrl: string, token: string): Promise<Claims | null> {
  const [head = '', body = '', signature = ''] = token.split('.');
  const { alg, kid } = part(head);
  if (alg !== 'RS256') return null;
  const { keys } = (await (await fetch(`${realmUrl}/protocol/openid-connect/certs`)).json()) as { keys: Key[] };
  const key = keys.find((one) => one.kid === kid && one.use === 'sig');
  if (key === undefined) return null;
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${body}`),
    createPublicKey({ key, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  );
  const { iss, aud, exp, ...claims } = part(body);
  const isOurs = isSigned && iss === realmUrl && [aud].flat().includes(resourceServer.clientId);
  return isOurs && Number(exp) * 1000 > Date.now() ? claims : null;
}

type Key = JsonWebKey & { readonly kid: string; readonly use: string };

function part(text: string): Claims {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Claims;
  } catch {
    return {};
  }
}
