import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError } from '../lib/errors.ts';
import type { Log } from '../usecases/ports.ts';
import { answer, answerJson, answerSentence, setSecurityHeaders } from './answer.ts';
import { MAX_BODY_BYTES, readBody } from './body.ts';
import { readiness } from './health.ts';
import type { Health } from './health.ts';

const STOP_MS = 5000;
/** A connection on which nothing moves is cut. */
const IDLE_MS = 30_000;

/** Handles what Slack sends. The body was read already and hangs on the request as `rawBody`, where Bolt looks first. */
export type SlackEvents = (request: IncomingMessage & { rawBody?: Buffer }, response: ServerResponse) => void;

export type HttpOptions = {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly health: () => Promise<Health>;
  readonly metricsText: () => Promise<string>;
  /** null in Socket Mode. */
  readonly slackEvents: SlackEvents | null;
  readonly log: Log;
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
  const { host, log } = options;
  const server = createServer(
    { headersTimeout: 5000, requestTimeout: 10_000, keepAliveTimeout: 5000, connectionsCheckingInterval: 1000 },
    (request, response) => {
      setSecurityHeaders(response);
      route(options, request, response).catch((error: unknown) => {
        log.error('http.failed', { path: pathOf(request), error });
        if (response.headersSent) response.destroy();
        else answerSentence(response, 500, 'Leasehold could not answer; its log says why.');
      });
    },
  );
  server.timeout = IDLE_MS;
  const port = await listen(server, host, options.port);
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, stop: () => stop(server) };
}

type Route = {
  readonly methods: readonly string[];
  readonly handle: (options: HttpOptions, request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
};

const READ = ['GET', 'HEAD'];
const ROUTES: Readonly<Record<string, Route>> = {
  '/healthz': { methods: READ, handle: (_options, _request, response) => answerJson(response, 200, { status: 'ok' }) },
  '/readyz': { methods: READ, handle: sayReadiness },
  '/metrics': { methods: READ, handle: sayMetrics },
  '/slack/events': { methods: ['POST'], handle: handOn },
};

async function route(options: HttpOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = pathOf(request);
  const found = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (found === undefined) return answerSentence(response, 404, 'There is nothing at this address.');
  if (!found.methods.includes(request.method ?? '')) {
    response.setHeader('allow', found.methods.join(', '));
    return answerSentence(response, 405, `${path} answers ${found.methods.join(' and ')} only.`);
  }
  await found.handle(options, request, response);
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? '';

async function sayReadiness({ health, log }: HttpOptions, _request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readiness(health, log);
  answerJson(response, body.status === 'ok' ? 200 : 503, body);
}

async function sayMetrics({ metricsText }: HttpOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isLocal(request)) return answerSentence(response, 403, '/metrics answers on the loopback address of its own machine only.');
  answer(response, 200, 'text/plain; version=0.0.4; charset=utf-8', await metricsText());
}

/** True for a call from this machine that no proxy handed on. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  return /^(::1|(::ffff:)?127(\.\d+){3})$/.test(socket.remoteAddress ?? '');
}

async function handOn({ slackEvents }: HttpOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (slackEvents === null) {
    return answerSentence(response, 404, 'Leasehold uses Socket Mode; Slack does not call this address.');
  }
  const rawBody = await readBody(request);
  if (rawBody === null) {
    request.resume(); // the rest is thrown away: hanging up on a sender would take the answer from him
    return answerSentence(response, 413, `A body may have ${MAX_BODY_BYTES} bytes at most.`);
  }
  slackEvents(Object.assign(request, { rawBody }), response);
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
