import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { CodedError } from '../../lib/errors.ts';
import type { BackchannelCall, BackchannelCalls } from '../../usecases/backchannel-port.ts';
import type { Metrics } from '../../usecases/metrics.ts';
import type { Log } from '../../usecases/ports.ts';
import type { EpochMs } from '../../domain/ids.ts';
import { json } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { readBody } from '../body.ts';
import { createNotices } from '../gate/notices.ts';

/** Answers Keycloak's authentication channel at /ciba. */
export type CibaServer = (request: IncomingMessage) => Promise<Answer>;

export type CibaOptions = {
  readonly calls: BackchannelCalls;
  readonly now: () => EpochMs;
  readonly metrics: Pick<Metrics, 'gateCallRefused'>;
  readonly log: Log;
};

const MAX_BODY_BYTES = 64 * 1024;
/** Keycloak asks inside a request of the client, which waits. */
const ANSWER_MS = 4000;

const STATUS = { form: 400, bearer: 401, method: 405, size: 413, away: 503 } as const;
type Refused = { readonly refused: keyof typeof STATUS; readonly why?: string };

/** As Keycloak checks it, too. */
const MESSAGE = /^[\w.+/!?#-]+$/;

/** No database keeps a NUL, and UTF-8 has no half characters. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((given) => given.isWellFormed() && !given.includes('\0'))
    .nullish()
    .transform((given) => (given === undefined || given === '' ? null : given));

/** Keycloak puts the client's further parameters beside its own. */
const bodySchema = z.object({
  scope: text(4000),
  binding_message: text(50).refine((given) => given === null || MESSAGE.test(given)),
  justification: text(200),
  duration: text(20),
});

export const isCiba = (path: string): boolean => path === '/ciba';

/** The door for Keycloak's own channel, as docs/reference/gate-protocol.md has it. Only 201 means that it was taken. */
export function createCibaServer({ calls, now, metrics, log }: CibaOptions): CibaServer {
  const notices = createNotices(now, log);
  return async (request) => {
    const refused = await take(request);
    if (refused === null) return json(201, {});
    metrics.gateCallRefused(refused.refused);
    notices.warn(`ciba ${refused.refused}`, refused.why === undefined ? {} : { why: refused.why });
    const answer = json(STATUS[refused.refused], { error: refused.refused });
    return refused.refused === 'method' ? { ...answer, headers: { allow: 'POST' } } : answer;
  };

  async function take(request: IncomingMessage): Promise<Refused | null> {
    if (request.method !== 'POST') return { refused: 'method' };
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === null) return { refused: 'size' };
    const [, bearer] = /^Bearer ([\w~+/.-]{1,8192}=*)$/.exec(request.headers.authorization ?? '') ?? [];
    if (bearer === undefined) return { refused: 'bearer' };
    const call = callOf(body, bearer);
    if (call === null) return { refused: 'form' };
    return inTime((isLate) => calls.receive(call, isLate));
  }

  /** What comes later is dropped: the client gets an error, and its request waits for nobody. */
  async function inTime(
    receive: (isLate: () => boolean) => ReturnType<BackchannelCalls['receive']>,
  ): Promise<Refused | null> {
    const { promise: late, resolve } = Promise.withResolvers<Refused>();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      resolve({ refused: 'away', why: 'no answer in time' });
    }, ANSWER_MS);
    const done = receive(() => isLate).then(
      (outcome): Refused | null => (outcome === 'received' ? null : { refused: 'bearer' }),
      (error: unknown): Refused => {
        if (error instanceof CodedError) return { refused: 'away', why: error.code };
        notices.failed(error);
        return { refused: 'away', why: 'an error of Leasehold' };
      },
    );
    return Promise.race([done, late]).finally(() => clearTimeout(timer));
  }
}

/** null: no body that Keycloak would send. */
function callOf(body: Buffer, bearer: string): BackchannelCall | null {
  const read = bodySchema.safeParse(jsonOf(body));
  if (!read.success) return null;
  const { scope, binding_message: message, justification, duration } = read.data;
  const scopes = [...new Set((scope ?? '').split(' ').filter((one) => one !== ''))];
  if (scopes.length > 200 || scopes.some((one) => one.length > 255)) return null;
  return { bearer, scopes, message, justification, duration };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}
