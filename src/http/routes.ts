import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SignInPages } from '../usecases/pages.ts';
import type { Log } from '../usecases/ports.ts';
import { json, sentence } from './answer.ts';
import type { Answer } from './answer.ts';
import { readBody } from './body.ts';
import { readiness } from './health.ts';
import type { Health } from './health.ts';
import { isCiba } from './ciba/serve.ts';
import type { CibaServer } from './ciba/serve.ts';
import { isUnderGate } from './gate/serve.ts';
import type { GateServer } from './gate/serve.ts';
import { isUnderSignIn } from './pages/address.ts';
import type { PageServer } from './pages/serve.ts';

/** Handles what Slack sends. The body was read already and hangs on the request as `rawBody`, where Bolt looks first. */
export type SlackEvents = (request: IncomingMessage & { rawBody?: Buffer }, response: ServerResponse) => void;

export type Sources = {
  readonly health: () => Promise<Health>;
  /** The Prometheus text format. */
  readonly metricsText: () => Promise<string>;
  /** null in Socket Mode. */
  readonly slackEvents: SlackEvents | null;
  /** null: people cannot sign in with a browser. */
  readonly signIn: SignInPages | null;
  readonly log: Log;
};

const NO_SIGN_IN = 'Nobody can sign in here: whoever runs Leasehold has not set PUBLIC_URL and what goes with it.';
/** Far above what Slack sends: a view is at most 250 kB. */
const MAX_BODY_BYTES = 1024 * 1024;

/** What answers a whole part of the addresses. `pages` null: people cannot sign in with a browser. */
export type Rooms = { readonly pages: PageServer | null; readonly gate: GateServer; readonly ciba: CibaServer };

/** null: the handler answers by itself. */
type Handle = (sources: Sources, request: IncomingMessage, response: ServerResponse) => Promise<Answer | null> | Answer;

const READ = ['GET', 'HEAD'];
const ROUTES = new Map<string, { readonly methods: readonly string[]; readonly handle: Handle }>([
  ['/healthz', { methods: READ, handle: () => json(200, { status: 'ok' }) }],
  ['/readyz', { methods: READ, handle: sayReadiness }],
  ['/metrics', { methods: READ, handle: sayMetrics }],
  ['/slack/events', { methods: ['POST'], handle: handOn }],
]);

export async function route(
  sources: Sources,
  { pages, gate, ciba }: Rooms,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer | null> {
  const path = pathOf(request);
  if (isUnderSignIn(path)) return handToPages(pages, request);
  if (isUnderGate(path)) return handTo(gate, request);
  if (isCiba(path)) return handTo(ciba, request);
  const found = ROUTES.get(path);
  if (found === undefined) return sentence(404, 'There is nothing at this address.');
  const { methods, handle } = found;
  if (methods.includes(request.method ?? '')) return handle(sources, request, response);
  return { ...sentence(405, `${path} answers ${methods.join(' and ')} only.`), headers: { allow: methods.join(', ') } };
}

export const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? '';

async function sayReadiness({ health, log }: Sources): Promise<Answer> {
  const body = await readiness(health, log);
  return json(body.status === 'ok' ? 200 : 503, body);
}

async function sayMetrics({ metricsText }: Sources, request: IncomingMessage): Promise<Answer> {
  if (!isLocal(request)) return sentence(403, '/metrics answers on the loopback address of its own machine only.');
  return { status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body: await metricsText() };
}

/** True for a call from this machine that no proxy handed on. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  return /^(::1|(::ffff:)?127(\.\d+){3})$/.test(socket.remoteAddress ?? '');
}

async function handToPages(pages: PageServer | null, request: IncomingMessage): Promise<Answer> {
  const answer = pages === null ? sentence(404, NO_SIGN_IN) : await pages(request);
  request.resume(); // a body that nobody wanted is thrown away
  return answer;
}

async function handTo(room: GateServer | CibaServer, request: IncomingMessage): Promise<Answer> {
  const answer = await room(request);
  request.resume(); // a body that nobody wanted is thrown away
  return answer;
}

async function handOn(
  { slackEvents }: Sources,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer | null> {
  if (slackEvents === null) return sentence(404, 'Leasehold uses Socket Mode; Slack does not call this address.');
  const rawBody = await readBody(request, MAX_BODY_BYTES);
  if (rawBody === null) {
    request.resume(); // the rest is thrown away: hanging up on a sender would take the answer from him
    return sentence(413, `A body may have ${MAX_BODY_BYTES} bytes at most.`);
  }
  slackEvents(Object.assign(request, { rawBody }), response);
  return null;
}
