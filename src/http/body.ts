import type { IncomingMessage } from 'node:http';

/** Far above what Slack sends: a view is at most 250 kB. */
export const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Reads a body, counting what really comes.
 * @returns null when it is larger than {@link MAX_BODY_BYTES}; the rest of it is left unread
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
