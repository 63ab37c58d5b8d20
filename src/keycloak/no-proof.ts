import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { CodedError } from '../lib/errors.ts';
import type { NoProof } from '../usecases/sign-in-port.ts';

/** `reason` is for the log: words of the library or of Keycloak, without anything secret. */
type Why = { readonly why: NoProof; readonly reason: string };

/** The library's codes for an answer that it could not read at all. */
const UNREADABLE = new Set(['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR']);

/**
 * What it means that redeeming threw `error`.
 * @throws keycloak_unavailable (nothing is known), keycloak_forbidden (our own client is refused)
 */
export function whyNoProof(error: unknown): Why {
  if (error instanceof AuthorizationResponseError) return refused(error);
  if (error instanceof ResponseBodyError) return notRedeemed(error);
  if (error instanceof WWWAuthenticateChallengeError) throw clientRefused();
  if (!(error instanceof ClientError)) throw error;
  if (error.cause instanceof CodedError) throw error.cause; // our own, on its way through the library
  const { code = '' } = error;
  // Without the cause: it may carry the token.
  if (UNREADABLE.has(code)) throw unavailable('its answer to a sign-in cannot be read');
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  return { why: code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED' ? 'stale' : 'forged', reason };
}

/** Errors of the authorization endpoint that our own request caused: the client is set up wrong. */
const OUR_FAULT = new Set(['invalid_request', 'invalid_scope', 'unauthorized_client', 'unsupported_response_type']);

/** The browser brought `error=…` with the right state: RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6. */
function refused({ error, error_description: description }: AuthorizationResponseError): Why {
  if (OUR_FAULT.has(error)) throw clientRefused();
  // Somebody took too long at the form, says Keycloak by "temporarily_unavailable", and nothing is out of order.
  const isLate = description === 'authentication_expired';
  if (!isLate && (error === 'server_error' || error === 'temporarily_unavailable'))
    throw unavailable(`it says ${error}`);
  return { why: 'denied', reason: `${error} ${description ?? ''}`.trim().slice(0, 200) };
}

/** RFC 6749 section 5.2. invalid_grant: a code used twice, too old, or of another client or visit. */
function notRedeemed({ error, error_description: description, status }: ResponseBodyError): Why {
  if (error === 'invalid_client' || error === 'unauthorized_client') throw clientRefused();
  if (error !== 'invalid_grant') throw unavailable(`it answered a sign-in with ${status}`);
  const why = description === 'User disabled' ? 'denied' : 'forged'; // since he signed in
  return { why, reason: `${error} ${description ?? ''}`.trim().slice(0, 200) };
}

const unavailable = (because: string) =>
  new CodedError('keycloak_unavailable', `Keycloak does not answer (${because}).`);
const clientRefused = () =>
  new CodedError(
    'keycloak_forbidden',
    'Keycloak refuses the client that people sign in by: its id, secret, flow or client scopes.',
  );
