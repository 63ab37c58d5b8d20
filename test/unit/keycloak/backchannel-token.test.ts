import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTokenReader } from '../../../src/keycloak/backchannel-token.ts';

const NOW = 1_800_000_000_000;
type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject; readonly kid: string };
const aPair = (kid: string): Pair => ({ ...generateKeyPairSync('rsa', { modulusLength: 2048 }), kid });
const part = (value: object | Buffer) =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');

let server: Server | null = null;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  server = null;
});

/** A realm that says who it is, and shows its keys. */
async function aRealm() {
  const first = aPair('one');
  let keys: readonly Pair[] = [first];
  let asked = 0;
  let broken = false;
  const listening = createServer((request, response) => {
    if (broken) return void response.writeHead(500).end();
    const isKeys = request.url?.endsWith('/certs') === true;
    if (isKeys) asked++;
    const jwks = keys.map(({ publicKey, kid }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      use: 'sig',
      alg: 'RS256',
    }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isKeys ? { keys: jwks } : { issuer }));
  }).listen(0, '127.0.0.1');
  server = listening;
  await once(listening, 'listening');
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  const issuer = `${url}/realms/acme`;
  const claims = {
    ...{ iss: issuer, aud: issuer, typ: 'Bearer', jti: 'request-1', sub: 'u-ann', azp: 'ci' },
    ...{ iat: NOW / 1000, exp: NOW / 1000 + 120 },
  };
  const signed = (payload: object = claims, pair = first, header: object = {}) => {
    const head = `${part({ alg: 'RS256', typ: 'JWT', kid: pair.kid, ...header })}.${part(payload)}`;
    return `${head}.${part(sign('RSA-SHA256', Buffer.from(head), pair.privateKey))}`;
  };
  return {
    ...{ claims, signed, first },
    read: createTokenReader({ url, realm: 'acme', now: () => NOW }),
    shows: (...next: readonly Pair[]) => void (keys = next),
    breaks: () => void (broken = true),
    asked: () => asked,
  };
}

describe('the token of a backchannel request', () => {
  it('says whose request it is, by which client, and until when Keycloak takes an answer', async () => {
    const { read, signed } = await aRealm();
    expect(await read(signed())).toEqual({ id: 'request-1', userId: 'u-ann', client: 'ci', endsAt: NOW + 120_000 });
  });

  it('may be signed by a key that is new', async () => {
    const { read, signed, claims, shows } = await aRealm();
    const second = aPair('two');
    shows(second);
    expect(await read(signed(claims, second))).not.toBeNull();
  });

  it.each<[string, object]>([
    ['of another realm', { iss: 'https://sso.example.com/realms/other' }],
    ['for somebody else', { aud: 'ci' }],
    ['that is over', { exp: NOW / 1000 }],
    ['without an end', { exp: undefined }],
    ['from tomorrow', { nbf: NOW / 1000 + 86_400 }],
    ['that is no bearer', { typ: 'ID' }],
    ['without a person', { sub: undefined }],
    ['without a client', { azp: undefined }],
    ['without an id', { jti: undefined }],
    ['with an id that no database keeps', { jti: 'x'.repeat(300) }],
  ])('%s is none', async (_, facts) => {
    const { read, signed, claims } = await aRealm();
    expect(await read(signed({ ...claims, ...facts }))).toBeNull();
  });

  it('is none by any other hand: unsigned, of a strange key, by HMAC with the public key, changed', async () => {
    const { read, signed, claims, first } = await aRealm();
    const stranger = { ...aPair('one') };
    const unsigned = `${part({ alg: 'none' })}.${part(claims)}.`;
    const head = `${part({ alg: 'HS256', kid: 'one' })}.${part(claims)}`;
    const pem = first.publicKey.export({ type: 'spki', format: 'pem' });
    const hmac = `${head}.${createHmac('sha256', pem).update(head).digest('base64url')}`;
    const [header = '', , signature = ''] = signed().split('.');
    const changed = `${header}.${part({ ...claims, sub: 'u-eve' })}.${signature}`;
    for (const token of [unsigned, signed(claims, stranger), hmac, changed, 'x', 'a.b.c', '']) {
      expect(await read(token)).toBeNull();
    }
  });

  it('with a key that the realm does not show is none, and does not make us ask for keys each time', async () => {
    const { read, signed, claims, asked } = await aRealm();
    const stranger = aPair('strange');
    for (let count = 0; count < 5; count++) expect(await read(signed(claims, stranger))).toBeNull();
    expect(asked()).toBeLessThanOrEqual(2);
  });

  it('cannot be judged while the keys cannot be read', async () => {
    const { read, signed, breaks } = await aRealm();
    breaks();
    await expect(read(signed())).rejects.toMatchObject({ code: 'keycloak_unavailable' });
  });
});
