import type { IncomingMessage, ServerResponse } from 'node:http';
import { optionalText, type Args } from './args.ts';
import type { ApiFault } from './faults.ts';
import { readArgs, sendJson } from './http-io.ts';
import type { JsonObject } from './json.ts';
import { methods } from './methods/all.ts';
import { needScope, type Method, type Methods } from './methods/method.ts';
import type { ApiCall } from './model.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';
import { refuse, Refusal } from './refusal.ts';
import type { World } from './world.ts';

export interface WebApi {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
}

type Answer = {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
};

/** `/api/<method>`: like Slack, every refusal is HTTP 200 with `{ok: false, error}`; only faults and 429 are not. */
export function createWebApi(world: World, more: Methods): WebApi {
  const known: Methods = { ...methods, ...more };
  const limits = createRateLimits();

  async function handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const name = url.pathname.slice('/api/'.length);
    const args = await readArgs(request, url);
    const token = bearer(request) ?? optionalText(args ?? {}, 'token');
    const call: ApiCall = {
      method: name,
      args: args ?? {},
      token: kindOf(world, token),
      atMs: Date.now(),
      answer: null,
    };
    world.calls.push(call);
    const fault = world.faults.take(name);
    if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault?.kind === 'hang') {
      world.bus.changed();
      return;
    }
    const answer = faultAnswer(fault) ?? perform(world, known[name], call, args, limits);
    if (fault?.kind === 'lose_answer') {
      world.bus.changed();
      response.socket?.destroy();
      return;
    }
    call.answer = { status: answer.status, body: answer.body };
    sendJson(response, answer.status, answer.body, { ...scopeHeaders(world), ...answer.headers });
    world.bus.changed();
  }
  return { handle };
}

function faultAnswer(fault: ApiFault | undefined): Answer | undefined {
  if (fault?.kind === 'error') return { status: 200, body: { ok: false, error: fault.error, ...fault.extra } };
  if (fault?.kind === 'http') return { status: fault.status, body: { ok: false, error: 'http_error' } };
  if (fault?.kind === 'rate_limit') return rateLimited(fault.retryAfterSeconds);
  return undefined;
}

function rateLimited(retryAfterSeconds: number): Answer {
  return {
    status: 429,
    body: { ok: false, error: 'ratelimited' },
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}

function perform(
  world: World,
  method: Method | undefined,
  call: ApiCall,
  args: Args | undefined,
  limits: RateLimits,
): Answer {
  try {
    if (args === undefined) throw refuse('invalid_json');
    if (method === undefined) throw refuse('unknown_method', { req_method: call.method });
    checkToken(call.token, method.token);
    if (method.scope !== undefined) needScope(world, method.scope);
    const wait = world.settings.tierLimits ? limits.take(call, method.tier) : 0;
    if (wait > 0) return rateLimited(wait);
    return { status: 200, body: { ok: true, ...method.run(world, args) } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: 200, body: { ok: false, error: error.code, ...error.extra } };
  }
}

function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}

function kindOf(world: World, token: string | undefined): ApiCall['token'] {
  if (token === undefined) return 'none';
  if (token === world.app.botToken) return 'bot';
  return token === world.app.appToken ? 'app' : 'unknown';
}

function checkToken(given: ApiCall['token'], wanted: Method['token']): void {
  if (given === 'none') throw refuse('not_authed');
  if (given === 'unknown') throw refuse('invalid_auth');
  if (given !== wanted) throw refuse('not_allowed_token_type');
}

function scopeHeaders(world: World): Readonly<Record<string, string>> {
  return world.app.scopes === undefined ? {} : { 'x-oauth-scopes': world.app.scopes.join(',') };
}
