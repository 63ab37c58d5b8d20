import { afterEach, describe, expect, it } from '@jest/globals';
import { startHttp } from '../../../src/http/server.ts';
import type { HttpServer } from '../../../src/http/server.ts';
import { CodedError } from '../../../src/lib/errors.ts';
import type { BackchannelCall, BackchannelReceived } from '../../../src/usecases/backchannel-port.ts';
import { recordedLog } from '../../doubles/log.ts';

let server: HttpServer | null = null;
afterEach(async () => {
  await server?.stop();
  server = null;
});

/** Leasehold's listener before a use case that says what it is told to. */
async function aDoor(receive: () => Promise<BackchannelReceived> = () => Promise.resolve('received')) {
  const taken: BackchannelCall[] = [];
  const refused: string[] = [];
  const log = recordedLog();
  server = await startHttp({
    ...{ host: '127.0.0.1', port: 0, slackEvents: null, signIn: null, publicUrl: null, log },
    health: () => Promise.resolve({ keycloak: 'ok', database: 'ok', slack: 'ok' }),
    metricsText: () => Promise.resolve(''),
    gate: {
      ...{ door: null, realm: 'acme', now: () => Date.now() },
      metrics: { gateCallRefused: (reason) => void refused.push(reason) },
    },
    backchannel: {
      receive: (call) => {
        taken.push(call);
        return receive();
      },
    },
  });
  const url = `${server.url}/ciba`;
  const send = async (body: unknown = BODY, init: RequestInit = {}) => {
    const headers = { authorization: 'Bearer aa.bb.cc', 'content-type': 'application/json' };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(url, { method: 'POST', headers, body: text, ...init });
    return { status: answer.status, allow: answer.headers.get('allow'), text: await answer.text() };
  };
  return { url, send, taken, refused, log };
}

/** As Keycloak 26.7.4 sends it. */
const BODY = {
  scope: 'openid deploy profile',
  binding_message: '4829-1377',
  login_hint: 'ann',
  is_consent_required: false,
  acr_values: null,
  justification: 'release 4711',
  duration: '15m',
  more: { of: ['its own'] },
};

describe('POST /ciba', () => {
  it('takes what Keycloak sends with 201, the only answer that it takes', async () => {
    const { send, taken } = await aDoor();
    expect(await send()).toMatchObject({ status: 201 });
    expect(taken).toEqual([
      {
        ...{ bearer: 'aa.bb.cc', scopes: ['openid', 'deploy', 'profile'], message: '4829-1377' },
        ...{ justification: 'release 4711', duration: '15m' },
      },
    ]);
  });

  it('takes a request that says no more than its scopes', async () => {
    const { send, taken } = await aDoor();
    expect(await send({ scope: 'openid' })).toMatchObject({ status: 201 });
    expect(taken).toMatchObject([{ scopes: ['openid'], message: null, justification: null, duration: null }]);
  });

  it.each<[string, unknown]>([
    ['no JSON', '{"scope":'],
    ['a list', []],
    ['a number for a message', { ...BODY, binding_message: 7 }],
    ['a message that is too long', { ...BODY, binding_message: 'x'.repeat(51) }],
    ['a justification that is too long', { ...BODY, justification: 'x'.repeat(201) }],
    ['a message that is no word', { ...BODY, binding_message: 'two words' }],
    ['a NUL', { ...BODY, justification: 'a\0b' }],
    ['half a character', { ...BODY, justification: '\ud800' }],
    ['too many scopes', { ...BODY, scope: Array.from({ length: 201 }, (_, index) => `s${index}`).join(' ') }],
  ])('refuses %s, counts it, and asks nobody', async (_, body) => {
    const { send, taken, refused } = await aDoor();
    expect(await send(body)).toMatchObject({ status: 400 });
    expect([taken, refused]).toEqual([[], ['form']]);
  });

  it.each([undefined, 'Basic YTpi', 'Bearer ', 'Bearer a b', `Bearer ${'x'.repeat(9000)}`])(
    'refuses %s in place of a bearer',
    async (authorization) => {
      const { send, taken, refused } = await aDoor();
      const headers = authorization === undefined ? {} : { authorization };
      expect(await send(BODY, { headers })).toMatchObject({ status: 401 });
      expect([taken, refused]).toEqual([[], ['bearer']]);
    },
  );

  it('refuses a bearer that Keycloak did not give', async () => {
    const { send, refused } = await aDoor(() => Promise.resolve('forged'));
    expect(await send()).toMatchObject({ status: 401 });
    expect(refused).toEqual(['bearer']);
  });

  it('refuses a body that is too large, and every other method', async () => {
    const { send, taken, refused, url } = await aDoor();
    expect(await send({ ...BODY, more: 'x'.repeat(70_000) })).toMatchObject({ status: 413 });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await fetch(url, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    }
    expect([taken, refused]).toEqual([[], ['size', 'method', 'method', 'method']]);
  });

  it('says 503 when Keycloak or the record do not answer, and for a fault of its own, without a word about it', async () => {
    for (const error of [new CodedError('store_unavailable', 'the disk is full'), new Error('a secret of ours')]) {
      const { send, refused } = await aDoor(() => Promise.reject(error));
      expect(await send()).toEqual({ status: 503, allow: null, text: '{"error":"away"}\n' });
      expect(refused).toEqual(['away']);
      await server?.stop();
    }
  });

  it('never tells the bearer to the log', async () => {
    const { send, log } = await aDoor(() => Promise.resolve('forged'));
    await send();
    expect(JSON.stringify(log.lines)).not.toContain('aa.bb.cc');
  });
});
