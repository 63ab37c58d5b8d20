import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, parseJson, type JsonObject } from './json.ts';
import { partsOf } from './multipart.ts';

/** Bytes of the largest body that is read: a file of 50 MB and some form around it. */
const MOST_BYTES = 55_000_000;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Arguments from the query, then from a form, a multipart form or JSON. Undefined when JSON was promised and not sent. */
export async function readArgs(request: IncomingMessage, url: URL): Promise<JsonObject | undefined> {
  const fromQuery = Object.fromEntries(url.searchParams);
  const body = await readBody(request);
  const contentType = request.headers['content-type'] ?? '';
  if (body.length === 0) return fromQuery;
  if (contentType.startsWith('application/json')) {
    const parsed = parseJson(body.toString());
    return isObject(parsed) ? { ...fromQuery, ...parsed } : undefined;
  }
  if (contentType.startsWith('multipart/form-data')) {
    const fields = partsOf(body, contentType).filter((part) => part.filename === undefined);
    return { ...fromQuery, ...Object.fromEntries(fields.map((part) => [part.name, part.content.toString()])) };
  }
  return { ...fromQuery, ...Object.fromEntries(new URLSearchParams(body.toString())) };
}

/** The bytes of an upload: the body itself, or the first file of a multipart form. */
export async function readUpload(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request);
  const contentType = request.headers['content-type'] ?? '';
  if (!contentType.startsWith('multipart/form-data')) return body;
  return partsOf(body, contentType)[0]?.content ?? Buffer.alloc(0);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(text);
}
