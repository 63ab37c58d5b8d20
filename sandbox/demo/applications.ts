import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The applications of the demo: clients of Keycloak, by client id. */
export const APPLICATIONS = { 'back-office': 'Back Office', wiki: 'Wiki' } as const;
export type ApplicationId = keyof typeof APPLICATIONS;
export const applicationSecret = 'demo-application-secret';

export type Applications = {
  /** Where a browser goes to sign in to an application. `action`: what it is sent for besides (`kc_action`). */
  readonly addressOf: (id: ApplicationId, action?: string) => string;
  readonly url: string;
  readonly stop: () => Promise<void>;
};

/** Two applications that do nothing but say who signed in to them, by OpenID Connect. */
export async function startApplications(keycloakUrl: string): Promise<Applications> {
  const realm = `${keycloakUrl}/realms/leasehold/protocol/openid-connect`;
  const server = createServer((request, response) => {
    serve(request).then(
      (page) => send(response, 200, page),
      (error: unknown) => send(response, 502, pageOf('Nothing came of it', escape(String(error)))),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const backTo = (id: string): string => `${url}/${id}/back`;

  async function serve(request: IncomingMessage): Promise<string> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const id = Object.keys(APPLICATIONS).find((one) => pathname === `/${one}/back`) as ApplicationId | undefined;
    if (id === undefined) return pageOf('Applications of the demo', links());
    const code = searchParams.get('code');
    if (code === null) {
      const [error, words] = [searchParams.get('error') ?? '', searchParams.get('error_description') ?? ''];
      const status = searchParams.get('kc_action_status');
      return pageOf(APPLICATIONS[id], `Nobody signed in: ${escape([error, words, status].filter(Boolean).join(', '))}`);
    }
    const who = await nameOf(id, code);
    return pageOf(APPLICATIONS[id], `<strong>${escape(who)}</strong> is signed in. <a href="/">Other applications</a>`);
  }

  async function nameOf(id: ApplicationId, code: string): Promise<string> {
    const form = { grant_type: 'authorization_code', code, redirect_uri: backTo(id) };
    const body = new URLSearchParams({ ...form, client_id: id, client_secret: applicationSecret });
    const answer = await fetch(`${realm}/token`, { method: 'POST', body });
    const { id_token: token } = (await answer.json()) as { readonly id_token?: string };
    if (token === undefined) throw new Error(`Keycloak gave no token (${answer.status})`);
    const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    return (JSON.parse(claims) as { readonly preferred_username: string }).preferred_username;
  }

  const addressOf = (id: ApplicationId, action?: string): string => {
    const query = { client_id: id, response_type: 'code', scope: 'openid', redirect_uri: backTo(id) };
    const more = { state: randomUUID(), ...(action !== undefined && { kc_action: action }) };
    return `${realm}/auth?${new URLSearchParams({ ...query, ...more }).toString()}`;
  };
  const links = (): string => {
    const one = (href: string, words: string) => `<li><a href="${escape(href)}">${words}</a></li>`;
    const all = Object.entries(APPLICATIONS).map(([id, name]) => one(addressOf(id as ApplicationId), name));
    const form = one(addressOf('wiki', 'leasehold-access-request'), 'Request access, while signing in to the Wiki');
    return `<ul>${[...all, form].join('')}</ul>`;
  };
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { addressOf, url, stop };
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html);
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.codePointAt(0) ?? 0};`);

const pageOf = (title: string, body: string): string => `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <title>${title}</title>
  <style>
    :root { color-scheme: light dark; font: 18px/1.5 system-ui, sans-serif }
    body { max-width: 40rem; margin: 4rem auto; padding: 0 1rem }
  </style>
  <body>
    <h1>${title}</h1>
    <div>${body}</div>
  </body>
</html>
`;
