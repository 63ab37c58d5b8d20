import { webApi } from '@slack/bolt';
import { CodedError } from '../lib/errors.ts';
import { createLimiter } from '../lib/limiter.ts';
import type { Metrics } from '../usecases/metrics.ts';
import type { Clock } from '../usecases/ports.ts';
import type { BoltLogger } from './bolt-log.ts';

/** Longest time that one call to Slack may take, ms. The SDK's own default waits for ever. */
const CALL_TIMEOUT_MS = 10_000;
/** All calls that belong together begin within this time, or not at all. */
const BEGIN_WITHIN_MS = 10_000;
/** Longest time from the first of them until none of them can have an effect any more. */
export const TOGETHER_TIMEOUT_MS = BEGIN_WITHIN_MS + CALL_TIMEOUT_MS;
/** Calls at once. The SDK has the same number, but lets the others wait where their time is not counted. */
const MOST_CALLS = 100;

/** Calls to Slack, counted, never repeated here, with errors that have a code. */
export interface Web {
  readonly client: webApi.WebClient;
  /**
   * @param method Slack's name of the method, for the metrics
   * @throws slack_rate_limited (retryAfterMs), slack_unavailable (the outcome is unknown), slack_refused (message = Slack's error code)
   */
  call<T>(method: string, run: (client: webApi.WebClient) => Promise<T>): Promise<T>;
}

/**
 * No retries: a chat.postMessage whose answer was lost would be posted twice, and the outbox retries anyway. A 429 is
 * thrown at once, because the SDK would otherwise halt every channel for one channel's Retry-After.
 */
export const webOptions = (apiUrl: string | null, logger: BoltLogger): webApi.WebClientOptions => ({
  ...(apiUrl === null ? {} : { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: CALL_TIMEOUT_MS,
  maxRequestConcurrency: MOST_CALLS,
  logger,
});

export function createWeb(token: string, options: webApi.WebClientOptions, metrics: Metrics): Web {
  const client = new webApi.WebClient(token, options);
  const limiter = createLimiter(MOST_CALLS);
  return {
    client,
    async call(method, run) {
      try {
        const answer = await limiter.run('interactive', () => run(client));
        metrics.slackCall(method, 'ok');
        return answer;
      } catch (error) {
        const coded = codedError(method, error);
        metrics.slackCall(method, coded.code === 'slack_refused' ? coded.message : coded.code);
        throw coded;
      }
    },
  };
}

/**
 * For calls that belong together, such as opening a conversation and speaking in it. One that could not begin in time
 * throws slack_unavailable, and was not made.
 */
export function together(web: Web, clock: Clock): Web {
  const until = clock.now() + BEGIN_WITHIN_MS;
  return {
    client: web.client,
    call: (method, run) =>
      web.call(method, (client) => {
        if (clock.now() <= until) return run(client);
        throw new CodedError('slack_unavailable', `${method} waited too long`);
      }),
  };
}

/** Error codes with which Slack says that it failed, not that we may not. */
const SLACK_FAILED = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

function codedError(method: string, error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  if (error instanceof webApi.WebAPIRateLimitedError) return rateLimited(method, error.retryAfter, error);
  if (error instanceof webApi.WebAPIPlatformError) {
    const { error: code } = error.data;
    if (code === 'ratelimited' || code === 'rate_limited') return rateLimited(method, 1, error);
    if (!SLACK_FAILED.has(code)) return new CodedError('slack_refused', code, { cause: error });
  }
  return new CodedError('slack_unavailable', `${method} was not answered`, { cause: error });
}

const rateLimited = (method: string, seconds: number, cause: unknown): CodedError =>
  new CodedError('slack_rate_limited', `${method} is rate limited for ${seconds} s`, {
    cause,
    retryAfterMs: seconds * 1000,
  });

/** A POST outside the Web API (response_url, upload), with the same time-out and the same errors. */
export async function post(
  web: Web,
  what: string,
  url: string,
  init: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<void> {
  await web.call(what, async () => {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...init,
    });
    await response.arrayBuffer();
    if (response.ok) return;
    if (response.status === 429) throw rateLimited(what, Number(response.headers.get('retry-after') ?? '') || 1, null);
    const code = response.status < 500 ? 'slack_refused' : 'slack_unavailable';
    throw new CodedError(code, `http_${response.status}`);
  });
}
