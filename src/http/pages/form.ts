import type { IncomingMessage } from 'node:http';
import { sentence } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { readBody } from '../body.ts';

const MAX_FORM_BYTES = 4096;

/**
 * Whether a form of our own site sent this. Browsers say so in `Sec-Fetch-Site`, which no page can set (Fetch Metadata
 * Request Headers, section 2.3); those that do not know it, such as Safari before 16.4, say at least from which origin a
 * POST comes (Fetch, the `Origin` header). Neither of them means no.
 */
export function isOurs({ headers }: IncomingMessage, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined ? headers.origin === origin : site === 'same-origin';
}

/**
 * Reads what a button sent.
 * @returns an answer when it is too large or nothing that a form sends
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | Answer> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return sentence(415, 'Only a form is taken here.');
  const body = await readBody(request, MAX_FORM_BYTES);
  if (body === null) return sentence(413, `A form may have ${MAX_FORM_BYTES} bytes at most.`);
  return new URLSearchParams(body.toString('utf8'));
}
