import type { IncomingMessage, RequestListener } from 'node:http';
import { parse } from 'node:querystring';
import { HTTPReceiver } from '@slack/bolt';
import type { BoltLogger } from './bolt-log.ts';
import type { Self } from './self.ts';

const FORM = 'application/x-www-form-urlencoded';

export const createHttp = (signingSecret: string | null, logger: BoltLogger): HTTPReceiver | null =>
  signingSecret === null
    ? null
    : new HTTPReceiver({
        signingSecret,
        endpoints: ['/slack/events'],
        logger,
        processEventErrorHandler: ({ error, response }) => {
          logger.error(`not taken: ${error.message}`);
          if (!response.headersSent) response.writeHead(500).end();
          // Answered: Bolt need not wait for an acknowledgement any longer.
          return Promise.resolve(true);
        },
      });

/** Until we know who we are nothing can be taken; Slack tells the person that it failed. */
export function guarded(http: HTTPReceiver, self: Self): RequestListener {
  return (request, response) => {
    if (self.known() === null) response.writeHead(503).end();
    else if (isNothing(request)) response.writeHead(400).end();
    else http.requestListener(request, response);
  };
}

/**
 * A body that says `null` or another bare value. Bolt 5.1 reads fields of whatever came, and of `null` unhandled, which
 * ends the process. What is no JSON at all it answers by itself.
 */
function isNothing(request: IncomingMessage & { readonly rawBody?: Buffer }): boolean {
  const body = request.rawBody?.toString() ?? '{}';
  const payload = request.headers['content-type'] === FORM ? parse(body)['payload'] : body;
  if (typeof payload !== 'string') return false;
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value !== 'object' || value === null;
  } catch {
    return false;
  }
}
