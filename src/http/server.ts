import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError } from '../lib/errors.ts';
import { send, sentence, setSecurityHeaders } from './answer.ts';
import { createCibaServer } from './ciba/serve.ts';
import type { CibaOptions } from './ciba/serve.ts';
import { createGateServer } from './gate/serve.ts';
import type { GateOptions } from './gate/serve.ts';
import { createPageServer } from './pages/serve.ts';
import type { PageServer } from './pages/serve.ts';
import { pathOf, route } from './routes.ts';
import type { Rooms, Sources } from './routes.ts';

const STOP_MS = 5000;
/** A connection on which nothing moves is cut. */
const IDLE_MS = 30_000;
const LIMITS = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
} as const;

/** `port` 0: a free one. `publicUrl`: where browsers reach it, an origin; without one nobody can sign in. */
export type HttpOptions = Sources & {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | null;
  readonly gate: Omit<GateOptions, 'log'>;
  readonly backchannel: CibaOptions['calls'];
};

export type HttpServer = {
  readonly url: string;
  readonly port: number;
  /** Takes no new calls, lets the present ones end, and cuts what lasts over 5 s. */
  stop(): Promise<void>;
};

/**
 * Leasehold's only listener.
 * @throws CodedError config_invalid when the address cannot be listened on
 */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { gate, backchannel: calls, log } = options;
  const { now, metrics } = gate;
  const rooms = {
    pages: pagesOf(options),
    gate: createGateServer({ ...gate, log }),
    ciba: createCibaServer({ calls, now, metrics, log }),
  };
  const server = createServer(LIMITS, (request, response) => void respond(options, rooms, request, response));
  server.timeout = IDLE_MS;
  const { host } = options;
  const port = await listen(server, host, options.port);
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, stop: () => stop(server) };
}

function pagesOf({ signIn, publicUrl }: HttpOptions): PageServer | null {
  return signIn === null || publicUrl === null ? null : createPageServer(signIn, publicUrl, () => performance.now());
}

async function respond(
  sources: Sources,
  rooms: Rooms,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  setSecurityHeaders(response);
  try {
    const answer = await route(sources, rooms, request, response);
    if (answer !== null) send(response, answer);
  } catch (error) {
    if (response.destroyed) return; // the caller hung up
    sources.log.error('http.failed', { path: pathOf(request), error });
    if (response.headersSent) response.destroy();
    else send(response, sentence(500, 'Leasehold could not answer; its log says why.'));
  }
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', reject).listen(port, host, () => resolve(undefined));
  try {
    await promise;
  } catch (cause) {
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
    const problem = `HTTP_HOST and HTTP_PORT: ${host}:${port} cannot be listened on (${code}); choose another.`;
    throw new CodedError('config_invalid', problem, { cause });
  }
  return (server.address() as AddressInfo).port;
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection whose call has ended would else be kept for a next one.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), STOP_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
