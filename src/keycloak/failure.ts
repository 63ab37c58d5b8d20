import { NetworkError } from '@keycloak/keycloak-admin-client';
import { CodedError } from '../lib/errors.ts';
import type { CallOutcome } from '../usecases/keycloak-port.ts';

/**
 * Keycloak's own words for a thing that is not there. Any other 404 (an unknown realm, a wrong base path, a proxy in
 * front) says nothing about the thing. "Sesssion" is how Keycloak 26.7 spells it.
 */
const NOT_THERE =
  /^(User|Group|Role|Client|Sess+ion) not found|^Could not find (group|role)|^Group path does not exist/;

/** Network failures after which the request certainly never left this machine. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const statusOf = (error: unknown): number | null => (error instanceof NetworkError ? error.response.status : null);

export const isUnauthorized = (error: unknown): boolean => statusOf(error) === 401;

/** Whether a request certainly never left this machine. */
export const neverSent = (error: unknown): boolean =>
  nameOf(error) === 'TypeError' && NEVER_SENT.has(socketCode(error));

/** Whether the same read may well succeed a moment later. A time-out may not: it has cost too much already. */
export function isTransient(error: unknown): boolean {
  const status = statusOf(error);
  // fetch reports every failure below HTTP as a TypeError, a time-out not.
  return status === null ? nameOf(error) === 'TypeError' : status >= 500 || status === 429;
}

/** Whether Keycloak, or the way to it, is in trouble: no answer, or one that says that it fails. A refusal is none. */
export const isTrouble = (error: unknown): boolean => isTransient(error) || nameOf(error) === 'TimeoutError';

/** Gives what a call threw one of our codes. Its message names the call, never an address or a secret. */
export function codedError(operation: string, error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const status = statusOf(error);
  const because = status === null ? socketReason(error) : `it answered ${status}`;
  if (status === 401 || status === 403) {
    return new CodedError('keycloak_forbidden', `Keycloak does not allow us ${operation}.`, { cause: error });
  }
  if (status === 404 && isNotThere(error)) {
    return new CodedError('keycloak_not_found', `Keycloak does not know what ${operation} asked for.`, {
      cause: error,
    });
  }
  return new CodedError('keycloak_unavailable', `Keycloak does not answer (${operation}: ${because}).`, {
    cause: error,
  });
}

/**
 * What is known of a changing call that threw `error`. A CodedError comes from before the call: the token could not be
 * had. "Duplicate resource error" (409) and "Could not add user role mappings!" (400; for a client role "role or group mappings") are answers to a race that somebody
 * else won: the call is over and the look that follows tells the rest.
 */
export function outcomeOf(error: unknown): CallOutcome {
  if (error instanceof CodedError) return 'not_sent';
  const status = statusOf(error);
  if (status === null) return NEVER_SENT.has(socketCode(error)) ? 'not_sent' : 'unknown';
  if (status >= 500) return 'unknown';
  if (status === 429) return 'not_sent'; // turned away at the door, often by what stands in front: tried again soon
  if (status === 404) return isNotThere(error) ? 'gone' : 'unknown';
  if (status === 409) return 'done';
  if (status === 400 && describes(error, /^Could not add user role (or group )?mappings/)) return 'done';
  return 'refused';
}

const isNotThere = (error: unknown): boolean => error instanceof NetworkError && NOT_THERE.test(error.message);

function describes(error: unknown, pattern: RegExp): boolean {
  const body: unknown = error instanceof NetworkError ? error.responseData : null;
  const text = isObject(body) ? body['error_description'] : null;
  return typeof text === 'string' && pattern.test(text);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The system's or undici's word for what went wrong below HTTP; empty for anything else. */
function socketCode(error: unknown): string {
  const cause = isObject(error) ? error['cause'] : null;
  return isObject(cause) && typeof cause['code'] === 'string' ? cause['code'] : '';
}

const socketReason = (error: unknown): string =>
  nameOf(error) === 'TimeoutError' ? 'no answer in time' : socketCode(error) || nameOf(error);

const nameOf = (error: unknown): string =>
  isObject(error) && typeof error['name'] === 'string' ? error['name'] : 'unreadable answer';
