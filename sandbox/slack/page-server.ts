import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import type { Stage } from './acting/stage.ts';
import type { Exhibit } from './exhibit.ts';
import { readBody, sendJson } from './http-io.ts';
import { isObject, parseJson } from './json.ts';
import type { Person, StoredFile } from './model.ts';
import { actFromPage } from './page-acts.ts';
import { castOf, galleryOf, snapshotFor } from './page-snapshot.ts';
import type { World } from './world.ts';

export interface PageServer {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
  stop(): void;
}

const folder = path.join(import.meta.dirname, 'page');
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const pages: Readonly<Record<string, string>> = { '/': '/index.html', '/gallery': '/gallery.html' };
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";

/** How long changes are gathered before every open page is told. */
const GATHER_MS = 30;

/**
 * The page for people: static files, one stream of snapshots per tab, and acts posted back; beside it the gallery of all
 * that the app can send.
 */
export function createPageServer(stage: Stage, gallery: () => readonly Exhibit[]): PageServer {
  const { world } = stage;
  const tabs = new Map<ServerResponse, Person['id']>();
  let gathering: NodeJS.Timeout | undefined;

  const stopListening = world.bus.onChange(() => {
    if (tabs.size > 0) gathering ??= setTimeout(tellEverybody, GATHER_MS);
  });

  function tellEverybody(): void {
    gathering = undefined;
    for (const [tab, personId] of tabs) tell(tab, personId);
  }
  function tell(tab: ServerResponse, personId: string): void {
    const person = world.people.get(personId);
    if (person !== undefined) tab.write(`data: ${JSON.stringify(snapshotFor(world, person))}\n\n`);
  }

  async function handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (url.pathname === '/page/live') {
      openTab(response, url);
      return;
    }
    if (url.pathname === '/page/cast') {
      sendJson(response, 200, castOf(world));
      return;
    }
    if (url.pathname === '/page/gallery') {
      sendJson(response, 200, galleryOf(world, gallery()));
      return;
    }
    if (url.pathname === '/page/act') return act(request, response, url);
    if (url.pathname.startsWith('/files-pri/')) {
      sendFile(world, request, response, url);
      return;
    }
    const link = /^\/archives\/(\w+)\/p(\d{10})(\d{6})$/.exec(url.pathname);
    if (link !== null) {
      redirect(response, `/#${link[1] ?? ''}/${link[2] ?? ''}.${link[3] ?? ''}`);
      return;
    }
    return sendStatic(response, pages[url.pathname] ?? url.pathname.replace(/^\/page/, ''));
  }

  function openTab(response: ServerResponse, url: URL): void {
    const personId = url.searchParams.get('as') ?? '';
    if (!world.people.has(personId)) {
      sendJson(response, 404, { ok: false, error: 'nobody here is called so' });
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    tabs.set(response, personId);
    response.on('close', () => tabs.delete(response));
    tell(response, personId);
  }

  async function act(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const person = world.people.get(url.searchParams.get('as') ?? '');
    const body = parseJson((await readBody(request)).toString());
    if (!isOwnPage(request) || person === undefined || !isObject(body)) {
      sendJson(response, 403, { ok: false, error: 'not from this page' });
      return;
    }
    try {
      sendJson(response, 200, await actFromPage(stage, person, body));
    } catch (error) {
      sendJson(response, 200, { ok: false, error: error instanceof Error ? error.message : String(error) });
    }
  }

  return {
    handle,
    stop() {
      stopListening();
      clearTimeout(gathering);
      for (const tab of tabs.keys()) tab.end();
    },
  };
}

/** A page of another origin can post here, but neither with this content type nor with this origin. */
function isOwnPage(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  const isJson = request.headers['content-type'] === 'application/json';
  return isJson && request.method === 'POST' && (origin === undefined || origin === `http://${host ?? ''}`);
}

async function sendStatic(response: ServerResponse, name: string): Promise<void> {
  const type = types[path.extname(name)];
  const content = type === undefined ? null : await readFile(path.join(folder, path.basename(name))).catch(() => null);
  if (type === undefined || content === null) {
    response.writeHead(404).end('not found');
    return;
  }
  response
    .writeHead(200, {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': policy,
      'cache-control': 'no-store',
    })
    .end(content);
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}

/** url_private: for the app's token, or for a person who is in a channel the file was shared in. */
function sendFile(world: World, request: IncomingMessage, response: ServerResponse, url: URL): void {
  const id = /^\/files-pri\/[^/]*-(F\w+)\//.exec(url.pathname)?.[1] ?? '';
  const file = world.files.get(id);
  if (file?.content === undefined || file.content === null || !mayRead(world, request, url, file)) {
    response.writeHead(file === undefined ? 404 : 403).end('no such file for you');
    return;
  }
  const name = encodeURIComponent(file.name);
  response
    .writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
    })
    .end(file.content);
}

function mayRead(world: World, request: IncomingMessage, url: URL, file: StoredFile): boolean {
  if (request.headers.authorization === `Bearer ${world.app.botToken}`) return true;
  const personId = url.searchParams.get('as') ?? '';
  return [...file.channels].some((channelId) => world.channels.get(channelId)?.members.has(personId));
}
