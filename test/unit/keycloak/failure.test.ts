import { NetworkError } from '@keycloak/keycloak-admin-client';
import { describe, expect, it } from '@jest/globals';
import { CodedError } from '../../../src/lib/errors.ts';
import { codedError, isTransient, outcomeOf } from '../../../src/keycloak/failure.ts';

const answered = (status: number, body: Record<string, string> = {}) =>
  new NetworkError(body['error'] ?? 'Unable to determine error message.', {
    response: new Response(null, { status }),
    responseData: body,
  });
const socket = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
const timeout = new DOMException('The operation was aborted due to timeout', 'TimeoutError');

describe('what is known of a change that failed', () => {
  it.each<[string, unknown, string]>([
    ['nobody listens', socket('ECONNREFUSED'), 'not_sent'],
    ['no such host', socket('ENOTFOUND'), 'not_sent'],
    ['no connection in time', socket('UND_ERR_CONNECT_TIMEOUT'), 'not_sent'],
    ['no token', new CodedError('keycloak_unavailable', 'no token'), 'not_sent'],
    ['connection lost', socket('ECONNRESET'), 'unknown'],
    ['other side closed', socket('UND_ERR_SOCKET'), 'unknown'],
    ['no answer in time', timeout, 'unknown'],
    ['a 500', answered(500), 'unknown'],
    ['a 503', answered(503), 'unknown'],
    ['too many calls, said whatever stands in front', answered(429), 'not_sent'],
    [
      'somebody else did it (409)',
      answered(409, { error: 'conflict', error_description: 'Duplicate resource error' }),
      'done',
    ],
    [
      'somebody else did it (400)',
      answered(400, { error: 'invalid_request', error_description: 'Could not add user role mappings!' }),
      'done',
    ],
    [
      'somebody else did it (400, client role)',
      answered(400, { error: 'invalid_request', error_description: 'Could not add user role or group mappings!' }),
      'done',
    ],
    ['any other 400', answered(400, { error: 'invalid_request' }), 'refused'],
    ['not allowed', answered(403, { error: 'HTTP 403 Forbidden' }), 'refused'],
    ['not known', answered(401, { error: 'HTTP 401 Unauthorized' }), 'refused'],
    ['user gone', answered(404, { error: 'User not found' }), 'gone'],
    ['group gone', answered(404, { error: 'Group not found' }), 'gone'],
    ['role gone', answered(404, { error: 'Role not found' }), 'gone'],
    ['client gone', answered(404, { error: 'Client not found' }), 'gone'],
    ['realm gone', answered(404, { error: 'Realm not found.' }), 'unknown'],
    ['wrong address', answered(404, { error: 'HTTP 404 Not Found' }), 'unknown'],
    ['something nobody thought of', 'a string', 'unknown'],
  ])('%s', (_, error, outcome) => {
    expect(outcomeOf(error)).toBe(outcome);
  });
});

describe('our codes', () => {
  it.each<[unknown, string]>([
    [answered(403), 'keycloak_forbidden'],
    [answered(401), 'keycloak_forbidden'],
    [answered(404, { error: 'Could not find group by id' }), 'keycloak_not_found'],
    [answered(404, { error: 'Realm not found.' }), 'keycloak_unavailable'],
    [answered(400), 'keycloak_unavailable'],
    [answered(502), 'keycloak_unavailable'],
    [timeout, 'keycloak_unavailable'],
    [socket('ECONNREFUSED'), 'keycloak_unavailable'],
    [new CodedError('keycloak_forbidden', 'as it was'), 'keycloak_forbidden'],
  ])('%s', (error, code) => {
    expect(codedError('groups.get', error).code).toBe(code);
  });

  it('only what may pass by itself is tried again, and a time-out has cost too much already', () => {
    expect([socket('ECONNRESET'), answered(503), answered(429)].every(isTransient)).toBe(true);
    expect([timeout, answered(403), answered(404), answered(400)].some(isTransient)).toBe(false);
  });
});
