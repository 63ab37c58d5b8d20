import * as openid from 'openid-client';
import { CodedError } from '../lib/errors.ts';
import type { BrowserSignIn, Demand } from '../usecases/sign-in-port.ts';
import { CALL_TIMEOUT_MS, timed } from './connection.ts';
import type { ConnectionOptions } from './connection.ts';
import { codedError } from './failure.ts';
import { CLOCK_TOLERANCE_SECONDS, readProof } from './id-token.ts';
import { whyNoProof } from './no-proof.ts';

export type BrowserSignInOptions = {
  /** Where we reach Keycloak; no slash at its end. */
  readonly keycloakUrl: string;
  /** Where browsers reach it: what Keycloak calls itself in a token's issuer, to the letter; no slash at its end. */
  readonly keycloakPublicUrl: string;
  readonly realm: string;
  /** A confidential client with the standard flow and, as Keycloak sets it up, the scopes basic, acr, profile and email. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where browsers reach us; no path. Keycloak has to know `${publicUrl}/sign-in/callback` as a redirect URI. */
  readonly publicUrl: string;
} & Pick<ConnectionOptions, 'metrics' | 'log' | 'now'>;

/**
 * Algorithms of a signature that the realm's public keys can check. The client decides which one it is
 * (`id.token.signed.response.alg`); HMAC with its secret and `none` are no signatures of the realm.
 */
const SIGNATURES = [256, 384, 512].flatMap((bits) => [`RS${bits}`, `PS${bits}`, `ES${bits}`]).concat('EdDSA');

/**
 * OpenID Connect Core 1.0, authorization code flow (section 3.1) with PKCE S256 (RFC 7636). Nothing is sent before the
 * first answer is redeemed. Its calls are few and not held to the limit of the others.
 */
export function openBrowserSignIn(options: BrowserSignInOptions): BrowserSignIn {
  const { log } = options;
  const redirectUri = `${options.publicUrl}/sign-in/callback`;
  const client = clientOf(options);

  return {
    origin: new URL(options.keycloakPublicUrl).origin,

    // 32 random bytes each, base64url.
    visit: () => ({
      cookie: openid.randomState(),
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      verifier: openid.randomPKCECodeVerifier(),
    }),

    addressFor: async ({ state, nonce, verifier }, demand) =>
      openid.buildAuthorizationUrl(client, {
        redirect_uri: redirectUri,
        scope: 'openid email',
        ...{ state, nonce },
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...afresh(demand),
      }).href,

    redeem: async (search, { state, nonce, verifier }, demand) => {
      const callback = new URL(redirectUri);
      callback.search = search;
      let claims: openid.IDToken | undefined;
      try {
        const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
        claims = (await openid.authorizationCodeGrant(client, callback, checks)).claims();
      } catch (error) {
        const { why, reason } = whyNoProof(error);
        log.warn('sign-in.no-proof', { why, reason });
        return { ok: false, why };
      }
      return readProof(claims, { ...demand, now: options.now() });
    },
  };
}

/**
 * `prompt=login` and `max_age=0` both ask for the password though a session is there (section 3.1.2.1). Whoever holds
 * the browser can take them out of the address, so the ID token has to show it (`auth_time`, `acr`).
 */
const afresh = ({ acr }: Demand) => ({
  prompt: 'login',
  max_age: '0',
  ...(acr.length > 0 && { acr_values: acr.join(' ') }),
});

function clientOf(options: BrowserSignInOptions): openid.Configuration {
  const realmPath = `realms/${encodeURIComponent(options.realm)}`;
  const protocolPath = `${realmPath}/protocol/openid-connect`;
  const server = {
    issuer: `${options.keycloakPublicUrl}/${realmPath}`,
    authorization_endpoint: `${options.keycloakPublicUrl}/${protocolPath}/auth`,
    token_endpoint: `${options.keycloakUrl}/${protocolPath}/token`,
    jwks_uri: `${options.keycloakUrl}/${protocolPath}/certs`,
    id_token_signing_alg_values_supported: SIGNATURES,
    // RFC 9207: Keycloak names itself in each answer, so that an answer without it is none of its own.
    authorization_response_iss_parameter_supported: true,
  };
  const client = new openid.Configuration(
    server,
    options.clientId,
    { [openid.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
    openid.ClientSecretPost(options.clientSecret),
  );
  client.timeout = CALL_TIMEOUT_MS / 1000;
  client[openid.customFetch] = fetchOf(options, server.jwks_uri);
  // The name does not say it: without this, the library takes an ID token from the token endpoint unchecked.
  openid.enableNonRepudiationChecks(client);
  if ([options.keycloakUrl, options.keycloakPublicUrl].some((url) => url.startsWith('http:'))) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; the configuration warns of it
    openid.allowInsecureRequests(client);
  }
  return client;
}

/** Answers with what Keycloak said to the end, or throws keycloak_unavailable: no answer, or one that says that it fails. */
function fetchOf(options: BrowserSignInOptions, jwksUri: string): openid.CustomFetch {
  return (url, { signal = null, body: sent = null, ...request }) => {
    const operation = url === jwksUri ? 'sign-in.keys' : 'sign-in.token';
    return timed(options, operation, async () => {
      let answer: Response;
      try {
        const { status, headers, body } = await fetch(url, { ...request, body: sent, signal });
        answer = new Response(await new Response(body).arrayBuffer(), { status, headers });
      } catch (error) {
        throw codedError(operation, error);
      }
      if (answer.status < 500 && answer.status !== 429) return answer;
      throw new CodedError(
        'keycloak_unavailable',
        `Keycloak does not answer (${operation}: it said ${answer.status}).`,
      );
    });
  };
}
