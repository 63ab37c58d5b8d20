import type { HttpServer } from '../../../../src/http/server.ts';
import { startHttp } from '../../../../src/http/server.ts';
import type { Page, SignInPages } from '../../../../src/usecases/pages.ts';
import { closedGate } from '../../../doubles/gate-door.ts';
import { recordedLog } from '../../../doubles/log.ts';

export const ID = '0f4c1a52-7b1e-4c3d-9a2b-5d6e7f8091a2';
export const KEYCLOAK = 'https://sso.example.com';
export const COOKIE_VALUE = 'q'.repeat(43);
const START: Page = {
  page: 'start',
  purpose: 'link',
  account: { name: 'Ann Baker', email: 'ann.baker@example.com', userId: 'U0ANN', workspace: 'Example' },
};

export type Call = readonly [name: 'look' | 'start' | 'back' | 'confirm', ...asked: readonly (string | null)[]];
type Answers = { readonly [Name in Call[0]]?: Awaited<ReturnType<SignInPages[Name]>> };

/** What was asked of it, and an answer of each kind for as long as it is told no other. */
export function signInPages(answers: Answers = {}): SignInPages & { readonly calls: readonly Call[] } {
  const calls: Call[] = [];
  const cookie = { id: ID, value: COOKIE_VALUE };
  return {
    calls,
    signInOrigin: KEYCLOAK,
    look(id, carried) {
      calls.push(['look', id, carried]);
      return Promise.resolve(answers.look ?? START);
    },
    start(id) {
      calls.push(['start', id]);
      return Promise.resolve(answers.start ?? { go: `${KEYCLOAK}/realms/example/auth?state=s`, cookie });
    },
    back(search, cookieOf) {
      calls.push(['back', search, cookieOf(ID)]);
      return Promise.resolve(answers.back ?? { goOn: ID, cookie });
    },
    confirm(id, carried, form) {
      calls.push(['confirm', id, carried, form]);
      return Promise.resolve(
        answers.confirm ?? { page: 'done', asked: { asked: 'revoke_all', realm: 'acme', leases: 2 } },
      );
    },
  };
}

/** A real server. `ask` follows no redirect; `press` asks as a browser does for a button of ours. */
export async function servePages(
  signIn: SignInPages | null,
  publicUrl: string | null = 'https://leasehold.example.com',
) {
  const log = recordedLog();
  const server: HttpServer = await startHttp({
    host: '127.0.0.1',
    port: 0,
    health: () => Promise.resolve({ keycloak: 'ok', database: 'ok', slack: 'ok' }),
    metricsText: () => Promise.resolve(''),
    slackEvents: null,
    signIn,
    publicUrl,
    gate: closedGate,
    backchannel: { receive: () => Promise.resolve('forged') },
    log,
  });
  const ask = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, { redirect: 'manual', ...init });
  const press = (path: string, body = '', headers: Readonly<Record<string, string>> = {}) =>
    ask(path, {
      method: 'POST',
      body,
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  return { log, ask, press, url: server.url, port: server.port, stop: () => server.stop() };
}

export type Served = Awaited<ReturnType<typeof servePages>>;
