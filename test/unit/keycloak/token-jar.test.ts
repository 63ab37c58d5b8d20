import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { setUpTokens } from '../../../keycloak/token-setup.js';

const clients = [{ id: '1', clientId: 'ci' }];

/** A Keycloak with a client, that tells what providers it has, and keeps what it was to change. */
async function keycloakWith(providers: object | null) {
  const changes: string[] = [];
  const server = createServer((incoming, answer) => {
    const isInfo = incoming.url === '/admin/serverinfo';
    if (incoming.method !== 'GET') changes.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    const body = isInfo ? { providers } : incoming.url?.includes('/clients?') === true ? clients : [];
    answer.writeHead(isInfo && providers === null ? 403 : 200).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { where: { url, realm: 'acme', token: 'token' }, changes, close: () => server.close() };
}

describe('a server without the provider jar', () => {
  it.each([
    ['leases', { leases: { clients: ['ci'] } }, 'no leasehold-lease: put the provider jar into it, or .*--no-jar'],
    ['the backchannel, whose tokens it caps', { backchannel: { clients: ['ci'] } }, 'no leasehold-lease'],
    ['the token gate', { gate: {} }, 'no leasehold-token-gate: put the provider jar into it\\.$'],
  ])('is named before anything is changed: %s', async (_, setting, sentence) => {
    const { where, changes, close } = await keycloakWith({ 'protocol-mapper': { providers: { other: {} } } });
    await expect(setUpTokens({ ...where, ...setting })).rejects.toThrow(new RegExp(sentence));
    expect(changes).toEqual([]);
    close();
  });

  it('that does not tell is asked to do it', async () => {
    const { where, changes, close } = await keycloakWith(null);
    await setUpTokens({ ...where, gate: {} });
    expect(changes).toContain('PUT /admin/realms/acme/client-policies/policies');
    close();
  });
});
