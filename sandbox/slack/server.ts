import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Stage } from './acting/stage.ts';
import { createWorkspace } from './control.ts';
import { createDelivery } from './delivery.ts';
import { createHttpMode } from './http-mode.ts';
import { readUpload, sendJson } from './http-io.ts';
import { receiveUpload } from './methods/files.ts';
import type { SandboxOptions } from './options.ts';
import { createPageServer } from './page-server.ts';
import { handleResponseUrl } from './response-url.ts';
import { createSocketMode } from './socket.ts';
import { createWebApi } from './web-api.ts';
import type { Workspace } from './workspace.ts';
import { createWorld, type World } from './world.ts';

export type SlackSandbox = {
  /** The page for people, such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** For SLACK_API_URL: ends with `/api/`. */
  readonly apiUrl: string;
  readonly workspace: Workspace;
  /** Cuts every connection and frees the port. */
  stop(): Promise<void>;
};

/** Starts a Slack workspace on loopback. Rejects when the port is taken. */
export async function startSlackSandbox(options: SandboxOptions = {}): Promise<SlackSandbox> {
  const world = createWorld(options);
  const socket = createSocketMode(world);
  const httpMode = createHttpMode(world);
  const delivery = createDelivery(world, () => (world.app.requestUrl === undefined ? socket : httpMode));
  const stage: Stage = { world, delivery, typedInMessages: new Map() };
  const api = createWebApi(world, socket.methods);
  const page = createPageServer(stage, options.gallery ?? (() => []));
  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      console.error('slack sandbox:', error);
      if (!response.headersSent) sendJson(response, 500, { ok: false, error: 'fatal_error' });
    });
  });
  server.on('upgrade', (request, line, head) => {
    if (isOwnHost(world, request)) socket.upgrade(request, line, head);
    else line.destroy();
  });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwnHost(world, request)) {
      sendJson(response, 403, { ok: false, error: 'wrong_host' });
      return;
    }
    const url = new URL(request.url ?? '/', world.baseUrl);
    if (url.pathname.startsWith('/api/')) return api.handle(request, response, url);
    if (url.pathname.startsWith('/response/')) return handleResponseUrl(world, request, response, url);
    if (url.pathname.startsWith('/upload/v1/')) {
      const isKnown = receiveUpload(world, url.pathname.slice('/upload/v1/'.length), await readUpload(request));
      response.writeHead(isKnown ? 200 : 404).end(isKnown ? 'OK' : 'no such upload');
      return;
    }
    return page.handle(request, response, url);
  }

  world.baseUrl = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  return {
    url: world.baseUrl,
    apiUrl: `${world.baseUrl}/api/`,
    workspace: createWorkspace(stage, socket),
    async stop() {
      world.bus.close();
      socket.stop();
      page.stop();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(`http://${host}:${String((server.address() as AddressInfo).port)}`);
    });
  });
}

/** A web page elsewhere must not reach the sandbox through a name of its own that points at loopback. */
function isOwnHost(world: World, request: IncomingMessage): boolean {
  const { host, port } = new URL(world.baseUrl);
  return request.headers.host === host || request.headers.host === `localhost:${port}`;
}
