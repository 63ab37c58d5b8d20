import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { openSockets } from '../../../src/keycloak/sockets.ts';

describe('sockets to Keycloak', () => {
  let server: Server;
  let connections = 0;
  const heard: string[] = [];

  beforeEach(async () => {
    connections = 0;
    heard.length = 0;
    server = createServer((request, response) => {
      void text(request).then((body) => {
        heard.push(`${request.method ?? ''} ${body}`);
        response.writeHead(204).end();
      });
    });
    server.on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function clientOver(sockets: ReturnType<typeof openSockets>): KeycloakAdminClient {
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new KeycloakAdminClient({ baseUrl, requestOptions: { dispatcher: sockets.dispatcher } });
    client.registerTokenProvider({ getAccessToken: () => Promise.resolve('token') });
    return client;
  }

  it('revocations of memberships share one connection, and say nothing beyond their path', async () => {
    const sockets = openSockets(1);
    const client = clientOver(sockets);
    for (let count = 0; count < 5; count++) await client.users.delFromGroup({ id: 'ann', groupId: 'admins' });
    expect({ connections, heard: new Set(heard) }).toEqual({ connections: 1, heard: new Set(['DELETE ']) });
    await sockets.close();
  });

  it('the DELETE of a role mapping keeps its body: without one Keycloak takes away every role', async () => {
    const sockets = openSockets(1);
    await clientOver(sockets).users.delRealmRoleMappings({ id: 'ann', roles: [{ id: 'r1', name: 'reader' }] });
    expect(heard).toEqual(['DELETE [{"id":"r1","name":"reader"}]']);
    await sockets.close();
  });
});
