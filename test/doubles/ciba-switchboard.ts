// Keycloak has one address for its HTTP authentication channel, for all realms (a server option): here every realm of the
// shared Keycloak gets its own. test/run.ts starts the switchboard, starts Keycloak with `channelOption` of its address,
// and hands the address to the tests as LEASEHOLD_TEST_CIBA_URL. In a test:
//
//   await registerCiba(realm.name, app.url);   // POST {app.url}/ciba gets what Keycloak sends for that realm, as it was sent
//   await unregisterCiba(realm.name);          // and again nobody does
//
// The realm is the one that issued the bearer (`iss`, not verified here). The answer goes back unchanged, status and all;
// nobody registered: 503; the other end away: 502. Keycloak waits 5 s, and takes nothing but 201.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Where `npm test` says that its switchboard listens. */
export const cibaUrlVariable = 'LEASEHOLD_TEST_CIBA_URL';

/** How Keycloak is told of its channel, when it starts. */
export const channelOption = (url: string) =>
  `--spi-ciba-auth-channel--ciba-http-auth-channel--http-authentication-channel-uri=${url}/ciba`;

/** From now on this realm's backchannel requests go to `POST {url}/ciba`, and to no other place. */
export async function registerCiba(realm: string, url: string): Promise<void> {
  await line(realm, { method: 'PUT', body: url });
}

export async function unregisterCiba(realm: string): Promise<void> {
  await line(realm, { method: 'DELETE' });
}

async function line(realm: string, init: RequestInit): Promise<void> {
  const switchboard = process.env[cibaUrlVariable];
  if (switchboard === undefined)
    throw new Error('No switchboard here: run this test with `npm test -- <path pattern>`.');
  const answer = await fetch(`${switchboard}/lines/${encodeURIComponent(realm)}`, init);
  if (answer.status !== 204) throw new Error(`The switchboard answered ${answer.status}.`);
}

export async function startSwitchboard(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const lines = new Map<string, string>();
  const server = createServer((incoming, answer) => {
    void connect(incoming, lines).then(({ status, type, body }) => {
      answer.writeHead(status, type === null ? {} : { 'content-type': type }).end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

type Answer = { readonly status: number; readonly type: string | null; readonly body: Uint8Array };
const empty = (status: number): Answer => ({ status, type: null, body: new Uint8Array() });

async function connect(incoming: IncomingMessage, lines: Map<string, string>): Promise<Answer> {
  const body = await buffer(incoming);
  const [, room, name = ''] = (incoming.url ?? '').split('/');
  if (room === 'lines') {
    const realm = decodeURIComponent(name);
    if (incoming.method === 'PUT') lines.set(realm, body.toString());
    else lines.delete(realm);
    return empty(204);
  }
  const url = lines.get(realmOf(incoming.headers.authorization ?? ''));
  if (url === undefined) return empty(503);
  const headers = Object.entries(incoming.headers).flatMap(([header, value]): [string, string][] =>
    ['authorization', 'content-type', 'accept'].includes(header) ? [[header, String(value)]] : [],
  );
  const answer = await fetch(`${url}/ciba`, { method: 'POST', headers, body }).catch(() => null);
  if (answer === null) return empty(502);
  const { status, headers: said } = answer;
  return { status, type: said.get('content-type'), body: new Uint8Array(await answer.arrayBuffer()) };
}

/** The last part of the bearer's issuer; nothing for what is no such token. */
function realmOf(authorization: string): string {
  const [, claims = ''] = authorization.replace(/^Bearer /i, '').split('.');
  try {
    const { iss } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iss?: unknown };
    return decodeURIComponent(String(iss).split('/').at(-1) ?? '');
  } catch {
    return '';
  }
}
