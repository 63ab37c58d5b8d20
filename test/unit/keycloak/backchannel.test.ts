import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { openBackchannel } from '../../../src/keycloak/backchannel.ts';

type Said = (answer: ServerResponse) => void;
const json = (status: number, body: object): Said => {
  return (answer) => answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const token = json(200, { access_token: 'secret-token', token_type: 'Bearer', expires_in: 60, scope: 'deploy' });

let close: () => void = () => undefined;
afterEach(() => {
  close();
});

const places = (issuer: string) => ({
  token_endpoint: `${issuer}/token`,
  backchannel_authentication_endpoint: `${issuer}/ask`,
});

/** An issuer that says these things, one after the other. */
async function issuerThat(...says: readonly Said[]) {
  const at: number[] = [];
  const server = createServer((incoming, answer) => {
    const issuer = `http://${incoming.headers.host ?? ''}`;
    if (incoming.url?.startsWith('/.well-known') === true) {
      json(200, { issuer, ...places(issuer) })(answer);
      return;
    }
    const said = says[at.length];
    at.push(performance.now());
    if (said === undefined) answer.destroy();
    else said(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { at, backchannel: openBackchannel({ issuer, clientId: 'ci', clientSecret: 'secret' }) };
}
const pending = { auth_req_id: '1', expires_in: 60, interval: 0.05 };
const never = new AbortController().signal;

it('a poll that finds nobody is repeated, since the answer may come yet', async () => {
  const { backchannel } = await issuerThat(
    (answer) => answer.destroy(),
    json(503, { error: 'temporarily_unavailable' }),
    json(400, { error: 'authorization_pending' }),
    token,
  );
  expect(await backchannel.poll(pending, never)).toMatchObject({ ok: true, token: { access: 'secret-token' } });
});

it('slow_down: from then on five seconds more', async () => {
  const { at, backchannel } = await issuerThat(json(400, { error: 'slow_down' }), token);
  expect(await backchannel.poll(pending, never)).toMatchObject({ ok: true });
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(5000);
});

it.each([
  ['access_denied', 'denied'],
  ['expired_token', 'expired'],
  ['invalid_grant', 'withheld'],
  ['invalid_client', 'misconfigured'],
  ['something_new', 'refused'],
])('%s ends it: %s', async (error, why) => {
  const { at, backchannel } = await issuerThat(json(400, { error, error_description: 'because' }), token);
  expect(await backchannel.poll(pending, never)).toEqual({ ok: false, why, reason: `${error}: because` });
  expect(at).toHaveLength(1);
});

it('stops between two polls at once', async () => {
  const { at, backchannel } = await issuerThat(token);
  const answer = backchannel.poll({ ...pending, interval: 60 }, AbortSignal.timeout(50));
  expect(await answer).toMatchObject({ ok: false, why: 'stopped' });
  expect(at).toHaveLength(0);
});

it('of an answer that cannot be read nothing is shown', async () => {
  const { backchannel } = await issuerThat(json(200, { auth_req_id: 'secret-id', access_token: 'secret-token' }));
  const ask = { scope: 'deploy', loginHint: 'ann', bindingMessage: '1', more: {} };
  const answer = await backchannel.ask(ask);
  expect(answer).toMatchObject({ ok: false, why: 'unreachable' });
  expect(JSON.stringify(answer)).not.toContain('secret-');
});
