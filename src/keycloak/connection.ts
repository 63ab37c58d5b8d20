import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import { createAdaptiveLimit } from '../lib/adaptive-limit.ts';
import type { AdaptiveLimit } from '../lib/adaptive-limit.ts';
import { CodedError } from '../lib/errors.ts';
import { createLimiter } from '../lib/limiter.ts';
import type { Limiter, Priority } from '../lib/limiter.ts';
import { retry } from '../lib/retry.ts';
import type { Metrics } from '../usecases/metrics.ts';
import type { CallOutcome } from '../usecases/keycloak-port.ts';
import type { Log } from '../usecases/ports.ts';
import { codedError, isTransient, isTrouble, isUnauthorized, outcomeOf } from './failure.ts';
import { openSockets } from './sockets.ts';
import type { Sockets } from './sockets.ts';
import { createTokenSource } from './token.ts';
import type { ServiceToken, TokenSource } from './token.ts';

/** Keycloak saturates at about 8 calls at once; more only wait inside it. */
const MAX_CALLS = 8;
/** What is left to it while it is in trouble: one call that hangs must not hold up all others. */
const MIN_CALLS = 2;
/** Longest time for one answer, its body included. */
export const CALL_TIMEOUT_MS = 5_000;
const READ_RETRY = { attempts: 3, baseMs: 100, maxMs: 400, isWorthIt: isTransient };

export type ConnectionOptions = {
  /** As Keycloak is known to itself: a token's issuer must equal it. */
  readonly url: string;
  readonly realm: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly metrics: Pick<Metrics, 'keycloakCall' | 'keycloakLimit'>;
  readonly log: Log;
  /** Epoch ms. */
  readonly now: () => number;
};

/** The connection as one priority sees it. */
export type Lane = {
  readonly realm: string;
  /** A call that changes nothing: repeated when that may help. @throws CodedError keycloak_* */
  readonly read: <T>(operation: string, run: (client: KeycloakAdminClient) => Promise<T>) => Promise<T>;
  /**
   * A call that changes something: sent once (again only after a 401, which changed nothing), and never later than
   * `sendUntil` (monotonic ms), however long it had to wait for its turn or a token.
   */
  readonly write: (
    operation: string,
    sendUntil: number,
    run: (client: KeycloakAdminClient) => Promise<unknown>,
  ) => Promise<CallOutcome>;
  readonly token: () => Promise<ServiceToken>;
};

export type Connection = {
  lane(priority: Priority): Lane;
  /** What the last token allowed; null before the first one. */
  lastToken(): ServiceToken | null;
  close(): Promise<void>;
};

/** One connection for everything: up to 8 calls at once over 8 kept sockets, one token. */
export function openConnection(options: ConnectionOptions): Connection {
  const { url, realm, now } = options;
  const sockets = openSockets(MAX_CALLS);
  const { dispatcher } = sockets;
  let last: ServiceToken | null = null;
  const tokens = createTokenSource(() => timed(options, 'token', () => requestToken(options, dispatcher)), now);
  const current = async (): Promise<ServiceToken> => (last = await tokens.current());

  const client = new KeycloakAdminClient({
    baseUrl: url,
    realmName: realm,
    timeout: CALL_TIMEOUT_MS,
    requestOptions: { dispatcher },
    // By default some calls answer null for 404 and some throw. Here they all throw.
    requestArgOptions: { catchNotFound: false },
  });
  client.registerTokenProvider({ getAccessToken: async () => (await current()).accessToken });

  const limit = createAdaptiveLimit({ least: MIN_CALLS, most: MAX_CALLS });
  const limiter = createLimiter(() => limit.current());
  const shared = { ...options, client, limiter, limit, tokens: { ...tokens, current } };
  return {
    lane: (priority) => laneOf(shared, priority),
    lastToken: () => last,
    close: () => sockets.close(),
  };
}

type Shared = ConnectionOptions & {
  readonly client: KeycloakAdminClient;
  readonly limiter: Limiter;
  readonly limit: AdaptiveLimit;
  readonly tokens: TokenSource;
};

function laneOf(shared: Shared, priority: Priority): Lane {
  const { client, limiter, tokens, realm } = shared;
  const once = <T>(operation: string, run: (client: KeycloakAdminClient) => Promise<T>): Promise<T> =>
    limiter.run(priority, () =>
      withFreshToken(tokens, () => timed(shared, operation, () => heeded(shared, operation, () => run(client)))),
    );

  return {
    realm,
    read: async (operation, run) => {
      try {
        return await retry(() => once(operation, run), READ_RETRY);
      } catch (error) {
        throw codedError(operation, error);
      }
    },
    write: async (operation, sendUntil, run) => {
      try {
        const answer = await once(operation, async () => {
          await tokens.current();
          if (performance.now() > sendUntil)
            throw new CodedError('keycloak_unavailable', `${operation} waited too long.`);
          return run(client);
        });
        // Every such call answers 204. Text with a 200 is not Keycloak speaking.
        return answer === '' ? 'done' : 'unknown';
      } catch (error) {
        return outcomeOf(error);
      }
    },
    token: () => tokens.current(),
  };
}

/** A 401 means that the token died early (keys rotated, sessions ended): one more try with a new one. */
async function withFreshToken<T>(tokens: TokenSource, task: () => Promise<T>): Promise<T> {
  const token = await tokens.current();
  try {
    return await task();
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
    tokens.discard(token);
    return task();
  }
}

/** Lets the limit know how the call went. */
async function heeded<T>(
  { limit, metrics }: Pick<Shared, 'limit' | 'metrics'>,
  operation: string,
  task: () => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  const heard = (trouble: boolean): void => {
    limit.heard({ operation, startedAt, endedAt: performance.now(), trouble });
    metrics.keycloakLimit(limit.current());
  };
  try {
    const answer = await task();
    heard(false);
    return answer;
  } catch (error) {
    // What never became a call tells nothing about Keycloak.
    if (!(error instanceof CodedError)) heard(isTrouble(error));
    throw error;
  }
}

/** Counts and logs one call to Keycloak. */
export async function timed<T>(
  { metrics, log }: Pick<ConnectionOptions, 'metrics' | 'log'>,
  operation: string,
  task: () => Promise<T>,
) {
  const startedAt = performance.now();
  const done = (result: string): void => {
    const seconds = (performance.now() - startedAt) / 1000;
    metrics.keycloakCall(operation, result, seconds);
    log.debug('keycloak.call', { operation, result, seconds });
  };
  try {
    const answer = await task();
    done('ok');
    return answer;
  } catch (error) {
    done(codedError(operation, error).code);
    throw error;
  }
}

/** Keycloak's token endpoint, RFC 6749 section 4.4, the client authenticated by the form. @throws CodedError */
async function requestToken(options: ConnectionOptions, dispatcher: Sockets['dispatcher']): Promise<unknown> {
  const base = options.url.replace(/\/+$/, '');
  let response: Response;
  try {
    response = await fetch(`${base}/realms/${encodeURIComponent(options.realm)}/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: options.clientId,
        client_secret: options.clientSecret,
      }),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      dispatcher,
    });
    if (response.ok) return await response.json();
  } catch (error) {
    throw codedError('asking for a token', error);
  }
  // 400 and 401 are OAuth's answers to a wrong client or secret.
  if (response.status === 400 || response.status === 401) {
    throw new CodedError('keycloak_forbidden', 'Keycloak refuses our client id or secret.');
  }
  throw new CodedError('keycloak_unavailable', `Keycloak gave no token: it answered ${response.status}.`);
}
