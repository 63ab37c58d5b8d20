import { setTimeout } from 'node:timers/promises';
import * as openid from 'openid-client';
import { CALL_TIMEOUT_MS } from './connection.ts';

export type BackchannelOptions = {
  /** The realm's address, as it calls itself; no slash at its end. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

export type BackchannelAsk = {
  readonly scope: string;
  /** A username or e-mail in Keycloak. */
  readonly loginHint: string;
  /** Keycloak takes what fits {@link BINDING_MESSAGE}. */
  readonly bindingMessage: string;
  /** Further form fields, such as `duration`; Keycloak hands on five, of 200 characters each. */
  readonly more: Readonly<Record<string, string>>;
};

export type IssuedToken = {
  readonly access: string;
  readonly scope: string;
  readonly expiresInSeconds: number;
  /** Ends the session; null where none was given out. */
  readonly proof: string | null;
};

/** Why there is no token. `reason` is for people: what Keycloak or the network said, without anything secret. */
export type NoToken = {
  readonly ok: false;
  readonly why: 'denied' | 'expired' | 'unreachable' | 'misconfigured' | 'refused' | 'withheld' | 'stopped';
  readonly reason: string;
};

export type Waiting = { readonly ok: true; readonly expiresInSeconds: number; readonly pending: Pending };
type Pending = openid.BackchannelAuthenticationResponse;

const GRANT = 'urn:openid:params:grant-type:ciba';

/** Of Keycloak 26.7. */
export const BINDING_MESSAGE = /^[a-zA-Z0-9-._+/!?#]{1,50}$/;

/** Client-initiated backchannel authentication (CIBA Core 1.0) in poll mode, for a client with a secret. */
export function openBackchannel(options: BackchannelOptions) {
  let found: openid.Configuration | null = null;
  const client = async () => (found ??= await discovered(options));
  return {
    /** Section 7. */
    ask: async ({ scope, loginHint, bindingMessage, more }: BackchannelAsk): Promise<Waiting | NoToken> => {
      try {
        const words = { ...more, scope, login_hint: loginHint, binding_message: bindingMessage };
        const pending = await openid.initiateBackchannelAuthentication(await client(), words);
        return { ok: true, expiresInSeconds: pending.expires_in, pending };
      } catch (error) {
        return noToken(error);
      }
    },

    /**
     * Sections 10.1 and 11: asks again in Keycloak's interval until `signal`. A poll that finds nobody is repeated: the
     * answer may come yet. One that is under way is waited for, so that no token gets lost.
     */
    poll: async (
      pending: Pending,
      signal: AbortSignal,
    ): Promise<{ readonly ok: true; readonly token: IssuedToken } | NoToken> => {
      let seconds = pending.interval ?? 5;
      for (;;) {
        const isOver = await setTimeout(seconds * 1000, false, { signal }).catch(() => true);
        if (isOver) return { ok: false, why: 'stopped', reason: '' };
        try {
          const form = { auth_req_id: pending.auth_req_id };
          return { ok: true, token: issued(await openid.genericGrantRequest(await client(), GRANT, form)) };
        } catch (error) {
          const code = error instanceof openid.ResponseBodyError ? error.error : null;
          if (code === 'slow_down') seconds += 5;
          if (code === 'slow_down' || code === 'authorization_pending') continue;
          const no = noToken(error);
          if (no.why !== 'unreachable') return no;
        }
      }
    },

    /**
     * Token (RFC 7009) and session (RP-Initiated Logout 1.0) are ended, so that what introspects refuses it at once.
     * @returns what went wrong, or null
     */
    end: async ({ access, proof }: IssuedToken): Promise<string | null> => {
      try {
        await openid.tokenRevocation(await client(), access);
        if (proof !== null) await endSession(await client(), proof);
        return null;
      } catch (error) {
        return noToken(error).reason;
      }
    },
  };
}

async function discovered({ issuer, clientId, clientSecret }: BackchannelOptions): Promise<openid.Configuration> {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; the configuration warns of it
  const execute = issuer.startsWith('http:') ? [openid.allowInsecureRequests] : [];
  const auth = openid.ClientSecretPost(clientSecret);
  const timeout = CALL_TIMEOUT_MS / 1000;
  return openid.discovery(new URL(issuer), clientId, {}, auth, { execute, timeout });
}

/** Keycloak answers with a page; what counts is that it took the ID token for proof. */
async function endSession(client: openid.Configuration, proof: string): Promise<void> {
  const { end_session_endpoint: address } = client.serverMetadata();
  if (address === undefined) throw new Error('it has no address to end sessions at');
  const init = { method: 'POST', body: new URLSearchParams({ id_token_hint: proof }), redirect: 'manual' } as const;
  const answer = await fetch(address, { ...init, signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`it answered ${answer.status} when the session was to end`);
}

const issued = (answer: openid.TokenEndpointResponse): IssuedToken => ({
  access: answer.access_token,
  scope: answer.scope ?? '',
  expiresInSeconds: answer.expires_in ?? 0,
  proof: answer.id_token ?? null,
});

/** Errors of CIBA Core sections 11 and 13, and what Keycloak adds to them. */
const WHY: Readonly<Record<string, NoToken['why']>> = {
  access_denied: 'denied',
  expired_token: 'expired',
  transaction_failed: 'withheld',
  invalid_grant: 'withheld',
  invalid_client: 'misconfigured',
  unauthorized_client: 'misconfigured',
  server_error: 'unreachable',
  temporarily_unavailable: 'unreachable',
};

function noToken(error: unknown): NoToken {
  const no = (why: NoToken['why'], reason: string): NoToken => ({ ok: false, why, reason });
  if (error instanceof openid.ResponseBodyError) {
    const { error: code, error_description: description = '', status } = error;
    const because = description === '' ? code : `${code}: ${description}`;
    // Keycloak says so of a client that may not ask by the backchannel, too.
    if (status === 401) return no('misconfigured', because);
    return no(Object.hasOwn(WHY, code) ? (WHY[code] ?? 'refused') : 'refused', because);
  }
  if (error instanceof openid.WWWAuthenticateChallengeError) return no('misconfigured', 'the client is refused');
  const code = error instanceof openid.ClientError ? error.code : undefined;
  if (code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED')
    return no('misconfigured', 'TOKEN_ISSUER is not what the realm calls itself');
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' && statusOf(error) === 404)
    return no('misconfigured', 'there is no realm at TOKEN_ISSUER');
  return no('unreachable', innermost(error));
}

const statusOf = (error: unknown): number | null =>
  error instanceof Error && error.cause instanceof Response ? error.cause.status : null;

/** Without what surrounds it, which may carry the token. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  return error.cause instanceof Error ? innermost(error.cause) : error.message || error.name;
}
