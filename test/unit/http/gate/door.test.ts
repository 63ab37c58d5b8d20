import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CodedError } from '../../../../src/lib/errors.ts';
import { BODIES, GATE_SECRET } from '../../../doubles/gate-door.ts';
import { NOW, OLD_SECRET, serveGate } from './rig.ts';
import type { Sent } from './rig.ts';

type Served = Awaited<ReturnType<typeof serveGate>>;
let served: Served | undefined;
const serve = async (...options: Parameters<typeof serveGate>): Promise<Served> => {
  served = await serveGate(...options);
  return served;
};
afterEach(async () => {
  jest.useRealTimers();
  await served?.stop();
});

describe('calls that count', () => {
  it('every path answers a signed call, and signs what it says', async () => {
    const { call, asked, refused } = await serve();
    for (const path of Object.keys(BODIES)) {
      const { status, signedBy, headers } = await call({ path });
      expect([path, status, signedBy]).toEqual([path, 200, GATE_SECRET]);
      expect(headers.get('leasehold-time')).toBe(String(NOW));
    }
    expect(asked.map(([verb]) => verb)).toEqual([
      ...['ask', 'look', 'spend', 'leave', 'form', 'leases', 'token', 'request'],
    ]);
    expect(refused).toEqual([]);
  });

  it('an answer is signed with the secret that the call was signed with', async () => {
    const { call } = await serve();
    expect(await call({ signing: { secret: OLD_SECRET } })).toMatchObject({ status: 200, signedBy: OLD_SECRET });
    expect(await call()).toMatchObject({ status: 200, signedBy: GATE_SECRET });
  });

  it.each([-60_000, 60_000])('a call of %d ms away still counts', async (away) => {
    const { call } = await serve();
    expect(await call({ signing: { time: NOW + away } })).toMatchObject({ status: 200 });
  });
});

const tooLarge = 'x'.repeat(64 * 1024 + 1);
const refusals: readonly (readonly [why: string, status: number, error: string, sent: Sent])[] = [
  ['an unknown path', 404, 'path', { path: '/gate/open', body: '{}' }],
  ['the bare path', 404, 'path', { path: '/gate', body: '{}' }],
  ['a slash at the end', 404, 'path', { path: '/gate/look/', body: '{}' }],
  ['another case', 404, 'path', { path: '/gate/Look', body: '{}' }],
  ['an encoded path', 404, 'path', { path: '/gate/l%6fok', body: '{}' }],
  ['a query', 404, 'path', { path: '/gate/look?a=b', body: '{}' }],
  ['an empty query', 404, 'path', { path: '/gate/look?', body: '{}' }],
  ['GET', 405, 'method', { method: 'GET' }],
  ['PUT', 405, 'method', { method: 'PUT', signing: { method: 'PUT' } }],
  ['a body of 64 KiB and one byte', 413, 'size', { body: tooLarge }],
  ['a nonce that is short', 400, 'form', { signing: { nonce: 'ab' } }],
  ['a nonce in large letters', 400, 'form', { signing: { nonce: 'AB'.repeat(16) } }],
  ['a nonce that is not hex', 400, 'form', { signing: { nonce: 'xy'.repeat(16) } }],
  ['no nonce', 400, 'form', { headers: { 'leasehold-nonce': '' } }],
  ['no time', 400, 'form', { headers: { 'leasehold-time': '' } }],
  ['a time in seconds and parts', 400, 'form', { headers: { 'leasehold-time': '1700000000.5' } }],
  ['a time with a sign', 400, 'form', { headers: { 'leasehold-time': `+${NOW}` } }],
  ['a time with a zero ahead', 400, 'form', { headers: { 'leasehold-time': `0${NOW}` } }],
  ['two times', 400, 'form', { headers: { 'leasehold-time': `${NOW}, ${NOW}` } }],
  ['no signature', 400, 'form', { headers: { 'leasehold-signature': '' } }],
  ['a signature in large letters', 400, 'form', { headers: { 'leasehold-signature': 'A'.repeat(64) } }],
  ['a signature that is long', 400, 'form', { headers: { 'leasehold-signature': 'a'.repeat(65) } }],
  ['another secret', 401, 'signature', { signing: { secret: 'f'.repeat(32) } }],
  ['a signature for another path', 401, 'signature', { signing: { path: '/gate/leave' } }],
  ['a signature for another method', 401, 'signature', { signing: { method: 'PUT' } }],
  ['a signature for another nonce', 401, 'signature', { headers: { 'leasehold-nonce': 'ab'.repeat(16) } }],
  ['a signature for another time', 401, 'signature', { headers: { 'leasehold-time': String(NOW + 1) } }],
  ['a signature for another body', 401, 'signature', { headers: { 'leasehold-signature': '0'.repeat(64) } }],
];
const refusalsSigned: readonly (readonly [why: string, status: number, error: string, sent: Sent])[] = [
  ['late', 401, 'time', { signing: { time: NOW - 60_001 } }],
  ['early', 401, 'time', { signing: { time: NOW + 60_001 } }],
  ['without a body', 400, 'form', { body: '' }],
  ['in no UTF-8', 400, 'form', { body: Buffer.from([0x22, 0xff, 0x22]) }],
  ['not JSON', 400, 'form', { body: '{' }],
  ['a list', 400, 'form', { body: '[]' }],
  ['of another realm', 400, 'form', { body: JSON.stringify({ ...BODIES['/gate/look'], realm: 'umbra' }) }],
  ['with a field that is not known', 400, 'form', { body: JSON.stringify({ ...BODIES['/gate/look'], more: 1 }) }],
];

describe('calls that are refused', () => {
  it.each(refusals)('%s: %d %s, unsigned, counted, nothing asked', async (_why, status, error, sent) => {
    const { call, asked, refused } = await serve();
    expect(await call(sent)).toMatchObject({ status, json: { error }, signedBy: null });
    expect(asked).toEqual([]);
    expect(refused).toEqual([error]);
  });

  it.each(refusalsSigned)('signed but %s: %d %s, signed, counted, nothing asked', async (_why, status, error, sent) => {
    const { call, asked, refused } = await serve();
    expect(await call(sent)).toMatchObject({ status, json: { error }, signedBy: GATE_SECRET });
    expect(asked).toEqual([]);
    expect(refused).toEqual([error]);
  });

  it('a call that is played again is refused at every path, and its first answer stays the only one', async () => {
    const { call, asked, refused } = await serve();
    const signing = { nonce: 'ab'.repeat(16) };
    expect(await call({ signing })).toMatchObject({ status: 200 });
    for (const path of Object.keys(BODIES))
      expect(await call({ path, signing })).toMatchObject({ status: 401, json: { error: 'replay' } });
    expect(asked).toHaveLength(1);
    expect(refused).toEqual(Object.keys(BODIES).map(() => 'replay'));
  });

  it('a nonce is used up by a signed call alone: who cannot sign spoils nobody’s', async () => {
    const { call } = await serve();
    const nonce = 'cd'.repeat(16);
    expect(await call({ signing: { nonce, secret: 'f'.repeat(32) } })).toMatchObject({ status: 401 });
    expect(await call({ signing: { nonce } })).toMatchObject({ status: 200 });
  });

  it('what the record has seen already is a replay too', async () => {
    const { call, refused } = await serve({ ask: () => Promise.resolve('replayed') });
    expect(await call({ path: '/gate/ask' })).toMatchObject({ status: 401, json: { error: 'replay' } });
    expect(refused).toEqual(['replay']);
  });

  it('405 says what is allowed', async () => {
    const { call } = await serve();
    expect((await call({ method: 'GET' })).headers.get('allow')).toBe('POST');
  });

  it('with no secret nobody is let in: 503 off, counted', async () => {
    const { call, refused } = await serve({}, false);
    expect(await call()).toMatchObject({ status: 503, json: { error: 'off' }, signedBy: null });
    expect(refused).toEqual(['off']);
  });
});

describe('when Leasehold cannot answer', () => {
  it.each(['store_unavailable', 'keycloak_unavailable', 'keycloak_forbidden'] as const)(
    '%s: 503 away, signed, counted, the reason in the log',
    async (code) => {
      const away = () => Promise.reject(new CodedError(code, 'inner words'));
      const { call, refused, log } = await serve({ ask: away });
      const answer = await call({ path: '/gate/ask' });
      expect(answer).toMatchObject({ status: 503, json: { error: 'away' }, signedBy: GATE_SECRET });
      expect(refused).toEqual(['away']);
      expect(log.lines).toMatchObject([{ level: 'warn', fields: { reason: 'away', why: code } }]);
    },
  );

  it('I28: a bug of ours is away too; the error is in the log alone', async () => {
    const { call, log } = await serve({ look: () => Promise.reject(new Error('inner words')) });
    expect(await call()).toMatchObject({ status: 503, json: { error: 'away' } });
    expect(log.lines.map(({ level, event }) => [level, event])).toEqual([
      ['error', 'gate.failed'],
      ['warn', 'gate.call_refused'],
    ]);
  });

  it('a call that lasts longer than 1.8 s is away, and what comes of it later harms nothing', async () => {
    const arrived = Promise.withResolvers<undefined>();
    const pending = Promise.withResolvers<never>();
    const { call, refused, log } = await serve({
      look: () => {
        arrived.resolve(undefined);
        return pending.promise;
      },
    });
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    const calling = call();
    await arrived.promise;
    await jest.advanceTimersByTimeAsync(1800);
    expect(await calling).toMatchObject({ status: 503, json: { error: 'away' }, signedBy: GATE_SECRET });
    expect(refused).toEqual(['away']);
    pending.reject(new Error('too late'));
    await new Promise(setImmediate);
    expect(log.lines.map(({ event }) => event)).toContain('gate.failed');
  });
});

it('a reason stands in the log once a minute, however often it is met', async () => {
  const { call, log, time } = await serve();
  const odd = { signing: { secret: 'f'.repeat(32) } };
  for (let count = 0; count < 5; count++) await call(odd);
  await call({ path: '/gate/open', body: '{}' });
  expect(log.lines.map(({ fields }) => fields['reason'])).toEqual(['signature', 'path']);
  time.now += 60_000;
  await call(odd);
  expect(log.lines.map(({ fields }) => fields['reason'])).toEqual(['signature', 'path', 'signature']);
});
