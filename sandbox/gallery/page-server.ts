import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { send, setSecurityHeaders } from '../../src/http/answer.ts';
import { createPageServer } from '../../src/http/pages/serve.ts';
import type { SignInPages } from '../../src/usecases/pages.ts';
import { everyPage } from './pages.ts';

/** Serves one page of each kind on this machine, as Leasehold does; their buttons do nothing. */
export async function servePages(): Promise<{ addressOf(name: string): string; stop(): Promise<void> }> {
  const pages = new Map(everyPage().map(([name, page], index) => [name, { page, id: idOf(index) }]));
  const all = [...pages.values()];
  const look: SignInPages['look'] = (id) =>
    Promise.resolve(all.find((one) => one.id === id)?.page ?? { page: 'problem', problem: 'unknown' });
  const nothing = () => look('', null);
  const signIn = { look, start: nothing, back: nothing, confirm: nothing, signInOrigin: 'http://localhost' };

  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const serve = createPageServer(signIn, url, () => performance.now());
  server.on('request', (request, response) => {
    setSecurityHeaders(response);
    void serve(request).then((answer) => send(response, answer));
  });
  return {
    addressOf: (name) => `${url}/sign-in/${pages.get(name)?.id ?? ''}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A UUID of version 4. */
const idOf = (index: number): string => `00000000-0000-4000-8000-${`${index}`.padStart(12, '0')}`;
