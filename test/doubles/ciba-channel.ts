// The test itself as Keycloak's authentication channel for one realm: it sees each backchannel request, and answers it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { registerCiba, unregisterCiba } from './ciba-switchboard.ts';

/** What Keycloak sent, and how to answer it; `status` 200 of the callback means that Keycloak took it. */
export type ChannelCall = {
  readonly bearer: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly answer: (status: 'SUCCEED' | 'UNAUTHORIZED' | 'CANCELLED', more?: Record<string, string>) => Promise<number>;
};

export type CibaChannel = Awaited<ReturnType<typeof openChannel>>;

export async function openChannel({ name, realmUrl }: { readonly name: string; readonly realmUrl: string }) {
  const calls: ChannelCall[] = [];
  const waiting: ((call: ChannelCall) => void)[] = [];
  let status = 201;
  const server = createServer((incoming, answer) => {
    void text(incoming).then((body) => {
      const bearer = (incoming.headers.authorization ?? '').replace('Bearer ', '');
      const call = { bearer, body: JSON.parse(body) as ChannelCall['body'], answer: callbackOf(realmUrl, bearer) };
      answer.writeHead(status).end();
      const first = waiting.shift();
      if (first === undefined) calls.push(call);
      else first(call);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await registerCiba(name, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    /** The oldest request that was not looked at, or the next one to come. */
    next: (): Promise<ChannelCall> => {
      const call = calls.shift();
      return call === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(call);
    },
    /** What Keycloak is told from now on in place of 201. */
    says: (other: number) => void (status = other),
    close: async () => {
      await unregisterCiba(name);
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Keycloak keeps the request only after it has heard 201: until then its answer is refused, and sent again. */
function callbackOf(realmUrl: string, bearer: string): ChannelCall['answer'] {
  return async (status, more = {}) => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify({ status, ...more }) };
    const url = `${realmUrl}/protocol/openid-connect/ext/ciba/auth/callback`;
    let answer = await fetch(url, init);
    for (let left = 20; left > 0 && answer.status === 403; left--) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      answer = await fetch(url, init);
    }
    return answer.status;
  };
}
