import { startHttp } from '../../../../src/http/server.ts';
import type { HttpServer } from '../../../../src/http/server.ts';
import type { GateCalls } from '../../../../src/usecases/gate-port.ts';
import { BODIES, GATE_SECRET, answerSignature, gateCalls, signedHeaders } from '../../../doubles/gate-door.ts';
import type { Signing } from '../../../doubles/gate-door.ts';
import { recordedLog } from '../../../doubles/log.ts';

export const NOW = 1_700_000_000_000;
export const OLD_SECRET = 'the-secret-that-is-on-its-way-out';

export type Sent = {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string | Buffer<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signing?: Signing;
};

/** A real server whose clock stands at {@link NOW} until it is set, over use cases that answer as they are told. */
export async function serveGate(told: Partial<GateCalls> = {}, isOpen = true) {
  const log = recordedLog();
  const refused: string[] = [];
  const { calls, asked } = gateCalls(told);
  const time = { now: NOW };
  const server: HttpServer = await startHttp({
    host: '127.0.0.1',
    port: 0,
    health: () => Promise.resolve({ keycloak: 'ok', database: 'ok', slack: 'ok' }),
    metricsText: () => Promise.resolve(''),
    slackEvents: null,
    signIn: null,
    publicUrl: null,
    backchannel: { receive: () => Promise.resolve('forged') },
    gate: {
      door: isOpen ? { calls, secrets: [GATE_SECRET, OLD_SECRET] } : null,
      realm: 'acme',
      now: () => time.now,
      metrics: { gateCallRefused: (reason) => void refused.push(reason) },
    },
    log,
  });

  /** A call that is as it should be but for what is said. `signedBy`: which secret its answer is signed with. */
  async function call({ path = '/gate/look', method = 'POST', signing = {}, ...sent }: Sent = {}) {
    const body = sent.body ?? JSON.stringify(BODIES[path as keyof typeof BODIES]);
    const headers = { ...signedHeaders(path, body, { time: time.now, ...signing }), ...sent.headers };
    const carried = method === 'GET' || method === 'HEAD' ? {} : { body };
    const response = await fetch(`${server.url}${path}`, { method, headers, ...carried });
    const text = await response.text();
    const given = response.headers.get('leasehold-signature');
    const answer = {
      time: response.headers.get('leasehold-time'),
      nonce: headers['leasehold-nonce'],
      status: response.status,
      body: text,
    };
    const signedBy = [GATE_SECRET, OLD_SECRET].find((secret) => answerSignature(secret, answer) === given) ?? given;
    const json: unknown = text === '' ? null : JSON.parse(text);
    return { status: response.status, json, signedBy, headers: response.headers };
  }
  return { call, asked, refused, log, time, url: server.url, port: server.port, stop: () => server.stop() };
}
