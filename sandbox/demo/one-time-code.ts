import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const STEP_MS = 30_000;

/** RFC 6238 as Keycloak sets it up: SHA-1, six digits, half a minute; the secret's UTF-8 is the key. `at`: epoch ms. */
export function oneTimeCode(secret: string, at: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / STEP_MS)));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 0xf) & 0x7fff_ffff;
  return `${number % 1_000_000}`.padStart(6, '0');
}

export type CodePage = { readonly url: string; readonly stop: () => Promise<void> };

/** In place of everybody's telephone: a page that shows the code of the moment. */
export async function startCodePage(secret: string): Promise<CodePage> {
  const server = createServer((_, response) => {
    const now = Date.now();
    const body = pageOf(oneTimeCode(secret, now), Math.ceil((STEP_MS - (now % STEP_MS)) / 1000));
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

const pageOf = (code: string, seconds: number): string => `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta http-equiv="refresh" content="${seconds}" />
  <title>One-time code</title>
  <style>
    :root { color-scheme: light dark; font: 18px/1.5 system-ui, sans-serif }
    body { display: grid; place-content: center; min-height: 90vh; text-align: center }
    strong { font: 600 72px/1.2 ui-monospace, monospace; letter-spacing: 0.1em }
  </style>
  <body>
    <p>One-time code of every approver and admin of the demo</p>
    <strong>${code}</strong>
    <p>Each takes it once. The next one comes in ${seconds} s.</p>
  </body>
</html>
`;
