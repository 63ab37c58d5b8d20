import type { ServerResponse } from 'node:http';

export type Answer = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** One plain sentence, for people who look at what went wrong. */
export const sentence = (status: number, words: string): Answer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${words}\n`,
});

export const json = (status: number, body: object): Answer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: `${JSON.stringify(body)}\n`,
});

export function send(response: ServerResponse, { status, contentType, body, headers = {} }: Answer): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...headers, 'content-type': contentType, 'content-length': length }).end(body);
}

/** They stand on every answer, also on those of a handler that was plugged in. */
export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
}
