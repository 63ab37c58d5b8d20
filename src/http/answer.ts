import type { ServerResponse } from 'node:http';

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Headers that stand on every answer, also on those of a handler that was plugged in. */
export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
}

export function answer(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }).end(body);
}

export const answerJson = (response: ServerResponse, status: number, body: object): void =>
  answer(response, status, 'application/json; charset=utf-8', `${JSON.stringify(body)}\n`);

/** One plain sentence, for people who look at what went wrong. */
export const answerSentence = (response: ServerResponse, status: number, sentence: string): void =>
  answer(response, status, 'text/plain; charset=utf-8', `${sentence}\n`);
