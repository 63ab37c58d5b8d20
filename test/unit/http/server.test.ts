import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Health } from '../../../src/http/health.ts';
import { startHttp } from '../../../src/http/server.ts';
import type { HttpOptions, HttpServer } from '../../../src/http/server.ts';
import { closedGate } from '../../doubles/gate-door.ts';
import { recordedLog } from '../../doubles/log.ts';

const well: Health = { keycloak: 'ok', database: 'ok', slack: 'ok' };
const MiB = 1024 * 1024;
let server: HttpServer | undefined;

afterEach(async () => {
  jest.useRealTimers();
  await server?.stop();
});

async function serve(options: Partial<HttpOptions> = {}) {
  const log = recordedLog();
  server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    health: () => Promise.resolve(well),
    metricsText: () => Promise.resolve('leasehold_live_leases 3\n'),
    slackEvents: null,
    signIn: null,
    publicUrl: null,
    gate: closedGate,
    backchannel: { receive: () => Promise.resolve('forged') },
    log,
    ...options,
  });
  return { server, log, url: server.url };
}

/** Sends without Content-Length, in pieces. */
async function sendChunked(url: string, bytes: number) {
  const sending = httpRequest(url, { method: 'POST' } satisfies RequestOptions);
  sending.on('error', () => undefined); // the server may hang up while we still send
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
  for (let sent = 0; sent < bytes; sent += 65_536) sending.write(Buffer.alloc(Math.min(65_536, bytes - sent)));
  sending.end();
  const [response] = await answered;
  return { status: response.statusCode, body: await text(response) };
}

describe('health', () => {
  it('/healthz says that the process lives, whatever the rest does', async () => {
    const { url } = await serve({ health: () => Promise.reject(new Error('down')) });
    const response = await fetch(`${url}/healthz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it('/readyz names each part', async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok', ...well });
  });

  it.each(['keycloak', 'database', 'slack'])(
    '/readyz answers 503 with the reason when %s is not well',
    async (part) => {
      const { url } = await serve({ health: () => Promise.resolve({ ...well, [part]: 'does not answer' }) });
      const response = await fetch(`${url}/readyz`);
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({ status: 'not ready', ...well, [part]: 'does not answer' });
    },
  );

  it('I30: /readyz answers 503 when the check fails, without its stack', async () => {
    const { url, log } = await serve({ health: () => Promise.reject(new Error('inner words')) });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'not ready', reason: 'the check failed' });
    expect(log.lines).toHaveLength(1);
  });
});

describe('/metrics', () => {
  it('answers on loopback in the Prometheus format', async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toBe('leasehold_live_leases 3\n');
  });

  it.each(['x-forwarded-for', 'forwarded'])('refuses a call that a proxy handed on (%s)', async (header) => {
    const { url } = await serve();
    const response = await fetch(`${url}/metrics`, { headers: { [header]: 'for=203.0.113.7' } });
    expect(response.status).toBe(403);
    expect(await response.text()).toMatch(/^\/metrics answers on the loopback address .+\.\n$/);
  });
});

describe('/slack/events', () => {
  it('hands the whole body on, read once, byte by byte', async () => {
    const { url } = await serve({
      slackEvents: (request, response) =>
        response.end(JSON.stringify({ method: request.method, got: request.rawBody?.toString('utf8') })),
    });
    const response = await fetch(`${url}/slack/events`, { method: 'POST', body: 'command=%2Faccess&text=grüße' });
    expect(await response.json()).toEqual({ method: 'POST', got: 'command=%2Faccess&text=grüße' });
  });

  it('takes 1 MiB and refuses one byte more, announced or not, without calling the handler', async () => {
    const sizes: (number | undefined)[] = [];
    const { url } = await serve({
      slackEvents: (request, response) => {
        sizes.push(request.rawBody?.length);
        response.end('taken');
      },
    });
    const address = `${url}/slack/events`;
    expect(await sendChunked(address, MiB)).toMatchObject({ status: 200, body: 'taken' });
    expect(await sendChunked(address, MiB + 1)).toMatchObject({ status: 413 });
    const announced = httpRequest(address, { method: 'POST', headers: { 'content-length': MiB + 1 } });
    announced.on('error', () => undefined).flushHeaders();
    const [response] = (await once(announced, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    expect(await text(response)).toMatch(/^A body may have .+\.\n$/);
    announced.destroy();
    expect(await sendChunked(address, 20 * MiB)).toMatchObject({ status: 413 });
    expect(sizes).toEqual([MiB]);
  });

  it('is nothing in Socket Mode', async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/slack/events`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(404);
    expect(await response.text()).toMatch(/Socket Mode/);
  });
});

describe('everything else', () => {
  it.each(['/', '/metrics/', '/constructor', '/__proto__', '//healthz', '/slack'])(
    '%s: 404 and a sentence',
    async (path) => {
      const { url } = await serve();
      const response = await fetch(`${url}${path}`);
      expect(response.status).toBe(404);
      expect(await response.text()).toBe('There is nothing at this address.\n');
    },
  );

  it.each([
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/metrics', 'GET, HEAD'],
    ['GET', '/slack/events', 'POST'],
  ])('%s %s: 405 with what is allowed', async (method, path, allow) => {
    const { url } = await serve({ slackEvents: (_request, response) => response.end() });
    const response = await fetch(`${url}${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
  });

  it('I28: breakage is one sentence; the error is in the log alone', async () => {
    const { url, log } = await serve({ metricsText: () => Promise.reject(new Error('inner words')) });
    const response = await fetch(`${url}/metrics`);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('Leasehold could not answer; its log says why.\n');
    expect(log.lines).toMatchObject([{ level: 'error', event: 'http.failed', fields: { path: '/metrics' } }]);
  });

  it('every answer forbids caching, framing and sniffing', async () => {
    const { url } = await serve({ slackEvents: (_request, response) => response.writeHead(200).end() });
    for (const [path, method] of [
      ['/healthz', 'GET'],
      ['/nothing', 'GET'],
      ['/slack/events', 'POST'],
    ] as const) {
      const { headers } = await fetch(`${url}${path}`, { method });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
  });
});

describe('start and stop', () => {
  it('an address that is taken is one sentence that names the variables', async () => {
    const { server } = await serve();
    await expect(serve({ port: server.port })).rejects.toMatchObject({
      code: 'config_invalid',
      message: `HTTP_HOST and HTTP_PORT: 127.0.0.1:${server.port} cannot be listened on (EADDRINUSE); choose another.`,
    });
  });

  it('stop lets the present call end and closes its connection', async () => {
    const gate = Promise.withResolvers<string>();
    const arrived = Promise.withResolvers<undefined>();
    const { server, url } = await serve({
      metricsText: () => {
        arrived.resolve(undefined);
        return gate.promise;
      },
    });
    const asked = fetch(`${url}/metrics`);
    await arrived.promise;
    let stopped = false;
    const stopping = server.stop().then(() => {
      stopped = true;
    });
    await new Promise(setImmediate);
    expect(stopped).toBe(false);
    gate.resolve('late but whole\n');
    expect(await (await asked).text()).toBe('late but whole\n');
    await stopping;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('stop cuts what lasts over 5 s', async () => {
    const arrived = Promise.withResolvers<undefined>();
    const { server, url } = await serve({
      metricsText: () => {
        arrived.resolve(undefined);
        return new Promise<string>(() => undefined);
      },
    });
    const idle = connect(server.port, '127.0.0.1');
    await once(idle, 'connect');
    const asked = fetch(`${url}/metrics`).catch(() => 'cut');
    await arrived.promise;
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    const stopping = server.stop();
    await jest.advanceTimersByTimeAsync(5000);
    await stopping;
    expect(await asked).toBe('cut');
    idle.destroy();
  });
});
