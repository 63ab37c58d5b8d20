import type { IncomingMessage } from 'node:http';
import type { EpochMs } from '../../domain/ids.ts';
import { CodedError } from '../../lib/errors.ts';
import type { GateCalls } from '../../usecases/gate-port.ts';
import type { Metrics } from '../../usecases/metrics.ts';
import type { Log } from '../../usecases/ports.ts';
import type { Answer } from '../answer.ts';
import { readBody } from '../body.ts';
import { createNonces } from './nonces.ts';
import { createNotices } from './notices.ts';
import { signAnswer, signedWith } from './signature.ts';
import type { Secrets } from './signature.ts';
import { VERBS } from './verbs.ts';
import type { Read } from './verbs.ts';

/** Answers whatever is called under /gate. */
export type GateServer = (request: IncomingMessage) => Promise<Answer>;

export type GateOptions = {
  /** null: there is no secret, so that nobody may call. */
  readonly door: { readonly calls: GateCalls; readonly secrets: Secrets } | null;
  readonly realm: string;
  readonly now: () => EpochMs;
  readonly metrics: Pick<Metrics, 'gateCallRefused'>;
  readonly log: Log;
};

const MAX_BODY_BYTES = 64 * 1024;
const APART_MS = 60_000;
/** Keycloak waits for 2 s. */
const ANSWER_MS = 1800;

const STATUS = {
  ...{ form: 400, signature: 401, time: 401, replay: 401 },
  ...{ path: 404, method: 405, size: 413, off: 503, away: 503 },
} as const;
type Refusal = keyof typeof STATUS;
/** `why`: for the log, where there is more to say. */
type Refused = { readonly refused: Refusal; readonly why?: string };
type Outcome = Refused | { readonly answer: object };
/** `key`: what the answer is signed with; null where the call's signature did not fit. */
type Reply = { readonly outcome: Outcome; readonly key: { readonly secret: string; readonly nonce: string } | null };

export const isUnderGate = (path: string): boolean => path === '/gate' || path.startsWith('/gate/');

/** The door for Keycloak, as docs/reference/gate-protocol.md has it. */
export function createGateServer({ door, realm, now, metrics, log }: GateOptions): GateServer {
  const takeNonce = createNonces();
  const notices = createNotices(now, log);

  return async (request) => {
    const { outcome, key } = await reply(request);
    if (!('refused' in outcome)) return told(200, outcome.answer, key);
    const { refused, why } = outcome;
    metrics.gateCallRefused(refused);
    notices.warn(refused, why === undefined ? {} : { why });
    const answer = told(STATUS[refused], { error: refused }, key);
    return refused === 'method' ? { ...answer, headers: { allow: 'POST' } } : answer;
  };

  async function reply(request: IncomingMessage): Promise<Reply> {
    const { method = '', url: path = '' } = request;
    const verb = VERBS.get(path);
    if (verb === undefined) return unsigned('path');
    if (method !== 'POST') return unsigned('method');
    if (door === null) return unsigned('off');
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === null) return unsigned('size');
    const headers = headersOf(request);
    if (headers === null) return unsigned('form', 'headers');
    const { time, nonce, signature } = headers;
    const secret = signedWith(door.secrets, { time, nonce, method, path, body }, signature);
    const key = secret === null ? null : { secret, nonce };
    if (Math.abs(now() - Number(time)) > APART_MS) return { outcome: { refused: 'time' }, key };
    if (key === null) return unsigned('signature');
    const taken = takeNonce(nonce, now());
    if (taken !== 'new') return { outcome: taken === 'seen' ? { refused: 'replay' } : full, key };
    const read = verb(jsonOf(body), nonce);
    if (read === null) return { outcome: { refused: 'form', why: `body of ${path}` }, key };
    if (read.realm !== realm) return { outcome: { refused: 'form', why: 'another realm' }, key };
    return { outcome: await carryOut(read, door.calls), key };
  }

  /** In time for Keycloak, whatever happens: an answer that comes later is dropped. */
  async function carryOut(read: Read, calls: GateCalls): Promise<Outcome> {
    const { promise: late, resolve } = Promise.withResolvers<Outcome>();
    const timer = setTimeout(resolve, ANSWER_MS, { refused: 'away', why: 'no answer in time' });
    const called = read.run(calls).then(
      (answer): Outcome => (answer === 'replayed' ? { refused: 'replay' } : { answer }),
      (error: unknown): Outcome => {
        if (error instanceof CodedError) return { refused: 'away', why: error.code };
        notices.failed(error);
        return { refused: 'away', why: 'an error of Leasehold' };
      },
    );
    return Promise.race([called, late]).finally(() => clearTimeout(timer));
  }

  function told(status: number, content: object, key: Reply['key']): Answer {
    const body = JSON.stringify(content);
    const bare = { status, contentType: 'application/json; charset=utf-8', body };
    if (key === null) return bare;
    const time = String(now());
    const signature = signAnswer(key.secret, { ...{ time, status, body }, nonce: key.nonce });
    return { ...bare, headers: { 'leasehold-time': time, 'leasehold-signature': signature } };
  }
}

const full: Refused = { refused: 'away', why: 'too many calls' };

const unsigned = (refused: Refusal, why?: string): Reply => ({
  outcome: { refused, ...(why !== undefined && { why }) },
  key: null,
});

function headersOf({ headers }: IncomingMessage) {
  const read = (name: string, form: RegExp): string | null => {
    const value = headers[`leasehold-${name}`];
    return typeof value === 'string' && form.test(value) ? value : null;
  };
  const time = read('time', /^[1-9]\d{0,14}$/);
  const nonce = read('nonce', /^[0-9a-f]{32}$/);
  const signature = read('signature', /^[0-9a-f]{64}$/);
  return time === null || nonce === null || signature === null ? null : { time, nonce, signature };
}

/** undefined where it is no JSON in UTF-8, which no schema takes. */
function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}
