import { createHmac } from 'node:crypto';
import type { Retry, Transport } from './delivery.ts';
import { isObject, parseJson, type JsonObject } from './json.ts';
import type { Ack, EnvelopeKind } from './model.ts';
import type { World } from './world.ts';

/** Posts every payload, signed, to the app's request URL; the HTTP body is the ack (docs.slack.dev/authentication/verifying-requests-from-slack). */
export function createHttpMode(world: World): Transport {
  async function send(kind: EnvelopeKind, payload: JsonObject, retry?: Retry): Promise<Ack> {
    const startedMs = performance.now();
    const failed = (outcome: 'operation_timeout' | 'not_connected' | 'http_error', detail: string): Ack => ({
      outcome,
      body: {},
      latencyMs: performance.now() - startedMs,
      detail,
    });
    try {
      const response = await fetch(world.app.requestUrl ?? '', {
        ...signedRequest(world.app.signingSecret, kind, payload, retry),
        signal: AbortSignal.timeout(world.settings.ackTimeoutMs),
      });
      const text = await response.text();
      if (response.status !== 200) return failed('http_error', `HTTP ${response.status}`);
      return { outcome: 'acked', body: ackBody(text), latencyMs: performance.now() - startedMs };
    } catch (error) {
      const isTimeout = error instanceof Error && error.name === 'TimeoutError';
      return failed(isTimeout ? 'operation_timeout' : 'not_connected', String(error));
    }
  }
  return { send };
}

/** Plain text is a message; JSON is the ack itself; nothing is a bare ack. */
function ackBody(text: string): JsonObject {
  const parsed = parseJson(text);
  if (isObject(parsed)) return parsed;
  return text === '' ? {} : { text };
}

function signedRequest(signingSecret: string, kind: EnvelopeKind, payload: JsonObject, retry?: Retry): RequestInit {
  const { body, contentType } = encode(kind, payload);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...(retry === undefined
        ? {}
        : { 'x-slack-retry-num': String(retry.attempt), 'x-slack-retry-reason': retryReason(retry) }),
    },
  };
}

function encode(kind: EnvelopeKind, payload: JsonObject): { body: string; contentType: string } {
  if (kind === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' };
  const form: [string, string][] =
    kind === 'slash_commands'
      ? Object.entries(payload).map(([name, value]) => [name, String(value)])
      : [['payload', JSON.stringify(payload)]];
  return { body: new URLSearchParams(form).toString(), contentType: 'application/x-www-form-urlencoded' };
}

function retryReason(retry: Retry): string {
  return retry.reason === 'timeout' ? 'http_timeout' : retry.reason;
}
