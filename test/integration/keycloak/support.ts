import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KeycloakUserId } from '../../../src/domain/ids.ts';
import { keycloakUserId, resourceId } from '../../../src/domain/ids.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import { connectKeycloak } from '../../../src/keycloak/connect.ts';
import type { Keycloak, KeycloakOptions } from '../../../src/keycloak/connect.ts';
import type { Role } from '../../doubles/keycloak-catalogue.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import type { Representation } from '../../doubles/keycloak-http.ts';

export const NO_SUCH_ID = '00000000-0000-4000-8000-000000000000';

type Counted = { readonly operation: string; readonly result: string };
export type Connected = Keycloak & { readonly calls: Counted[]; readonly warnings: string[] };

/** The adapter over a test realm, with what it counted and what it warned of. The caller closes it. */
function connect(realm: TestRealm, overrides: Partial<KeycloakOptions> = {}): Connected {
  const calls: Counted[] = [];
  const warnings: string[] = [];
  const quiet = (): void => undefined;
  const keycloak = connectKeycloak({
    url: realm.keycloakUrl,
    realm: realm.name,
    clientId: realm.bot.clientId,
    clientSecret: realm.bot.clientSecret,
    adminGroup: '/access-admins',
    minSeconds: 60,
    metrics: {
      keycloakCall: (operation, result) => void calls.push({ operation, result }),
      keycloakLimit: () => undefined,
    },
    log: { debug: quiet, info: quiet, warn: (event) => void warnings.push(event), error: quiet },
    now: Date.now,
    ...overrides,
  });
  return { ...keycloak, calls, warnings };
}

/** Connections of one test file, closed together. */
export function connections() {
  const open: Connected[] = [];
  return {
    connect: (realm: TestRealm, overrides?: Partial<KeycloakOptions>) => {
      const connected = connect(realm, overrides);
      open.push(connected);
      return connected;
    },
    closeAll: async () => {
      await Promise.all(open.map((connected) => connected.close()));
    },
  };
}

export const groupResource = (id: string, path = '/somewhere'): Resource => ({
  kind: 'group',
  id: resourceId(id),
  path,
  clientUuid: null,
});

export const roleResource = ({ id, name, clientUuid }: Role): Resource =>
  clientUuid === undefined
    ? { kind: 'realm-role', id: resourceId(id), path: name, clientUuid: null }
    : { kind: 'client-role', id: resourceId(id), path: `client/${name}`, clientUuid };

export const userId = (id: string): KeycloakUserId => keycloakUserId(id);

/** Lets the bot look at these groups and their members under `fine-grained`, and change nothing about them. */
export async function permitViewing(realm: TestRealm, groups: readonly string[], scopes = ['view', 'view-members']) {
  const server = `/clients/${(await realm.clientUuid('admin-permissions')) ?? ''}/authz/resource-server`;
  const name = `view-${crypto.randomUUID()}`;
  const policy = await realm.send('POST', `${server}/policy/user`, { name, users: [realm.bot.userId] });
  const policies = [(policy.body as Representation).id];
  await realm.send('POST', `${server}/permission/scope`, {
    name: `${name}-groups`,
    resourceType: 'Groups',
    resources: groups,
    scopes,
    policies,
  });
}

type Verdict =
  | 'pass'
  | 'hang'
  | 'cut'
  | 'pass then cut'
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

export type Proxy = {
  readonly url: string;
  /** `POST /realms/…` of every request that came, in order. */
  readonly seen: string[];
  /** Most requests that were open at once, and connections that were ever opened. */
  readonly counts: { open: number; most: number; connections: number };
  /** Decides about each request: pass it on, leave it without an answer, cut it off, or answer. */
  rule: (method: string, path: string) => Verdict | Promise<Verdict>;
  readonly close: () => Promise<void>;
};

/** Stands between the adapter and Keycloak. It hands on the Host header, so tokens are issued for its own address. */
export async function startProxy(target: string): Promise<Proxy> {
  const counts = { open: 0, most: 0, connections: 0 };
  const seen: string[] = [];
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = incoming;
    seen.push(`${method} ${url}`);
    counts.open += 1;
    counts.most = Math.max(counts.most, counts.open);
    outgoing.on('close', () => (counts.open -= 1));
    const verdict = await proxy.rule(method, url);
    if (verdict === 'hang') return;
    if (verdict === 'cut') incoming.socket.destroy();
    else if (typeof verdict === 'object') outgoing.writeHead(verdict.status, verdict.headers).end(verdict.body);
    else forward(target, incoming, outgoing, verdict === 'pass then cut');
  };
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  server.on('connection', () => (counts.connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: Proxy = {
    url: `http://127.0.0.1:${port}`,
    seen,
    counts,
    rule: () => 'pass',
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

function forward(target: string, incoming: IncomingMessage, outgoing: ServerResponse, cut: boolean): void {
  const { method, url, headers } = incoming;
  const passed = request(`${target}${url ?? ''}`, { method, headers }, (answer) => {
    if (cut) {
      answer.resume().on('end', () => incoming.socket.destroy());
    } else {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    }
  });
  passed.on('error', () => outgoing.destroy());
  incoming.pipe(passed);
}
