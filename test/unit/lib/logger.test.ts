import { describe, expect, it } from '@jest/globals';
import { correlated } from '../../../src/lib/correlation.ts';
import { CodedError } from '../../../src/lib/errors.ts';
import { createLog } from '../../../src/lib/logger.ts';
import type { Log } from '../../../src/usecases/ports.ts';

function logAt(level: string, secrets: readonly string[] = []) {
  const lines: string[] = [];
  const log: Log = createLog({ level, secrets, destination: { write: (line: string) => void lines.push(line) } });
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown>;
  return { log, lines, last };
}

describe('I28: no secret, token or private words in logs', () => {
  const secret = 'p@ss/word "quoted"';

  it.each([
    ['a field', { url: `https://x/?p=${secret}` }],
    ['an encoded field', { url: `https://x/?p=${encodeURIComponent(secret)}` }],
    ['a field deep inside', { a: [{ b: { c: secret } }] }],
    ['the name of a field', { [secret]: 1 }],
    ['an error', { error: new Error(`refused: ${secret}`) }],
    ["an error's code", { error: Object.assign(new Error('x'), { code: secret }) }],
    ['a stack', { error: Object.assign(new Error('x'), { stack: `at ${secret}` }) }],
  ])('a known secret in %s is not written, at any level', (_where, fields) => {
    const { log, lines } = logAt('debug', ['', secret]);
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level]('call.failed', fields);
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(line).toContain('[redacted]');
      expect(line).not.toMatch(/p@ss|p%40ss|quoted/);
    }
  });

  it.each([
    'xoxb-1-2-abc',
    'xapp-1-A-2',
    'https://hooks.slack.com/commands/T1/2/abc',
    'wss://wss.slack.com/link/?ticket=abc',
    'Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
  ])('a token that no configuration knows (%s) is not written', (token) => {
    const { log, last } = logAt('info');
    log.info('call.sent', { header: token });
    expect(last()).toMatchObject({ header: '[redacted]' });
  });

  it.each([
    'accessToken',
    'client_secret',
    'password',
    'Authorization',
    'set-cookie',
    'justification',
    'comment',
    'text',
    'plain_text',
    'cardText',
    'responseUrl',
  ])('a field named %s is not written, whatever it holds', (name) => {
    const { log, last } = logAt('info');
    log.info('x', { [name]: { words: 'because of her illness' }, context: 'kept' });
    expect(last()).toMatchObject({ [name]: '[redacted]', context: 'kept' });
  });
});

it('a line is one JSON object with level, ISO time, event and fields', () => {
  const { log, last } = logAt('info');
  log.warn('keycloak.slow', { correlationId: 'c-1', seconds: 2, ok: false, at: null });
  expect(last()).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    msg: 'keycloak.slow',
    correlationId: 'c-1',
    seconds: 2,
    ok: false,
    at: null,
  });
});

it('a line carries the correlation id of the work it is part of, across waits, unless it names its own', async () => {
  const { log, lines } = logAt('info');
  await correlated('c-1', async () => {
    await Promise.resolve();
    log.info('keycloak.call');
    log.info('other', { correlationId: 'c-2' });
  });
  log.info('alone');
  const ids = lines.map((line) => (JSON.parse(line) as { correlationId?: string }).correlationId);
  expect(ids).toEqual(['c-1', 'c-2', undefined]);
});

it('writes nothing below its level', () => {
  const { log, lines } = logAt('warn');
  log.debug('x');
  log.info('x');
  expect(lines).toEqual([]);
});

it('an error is its code, message and the codes of its causes; the stack only at debug', () => {
  const cause = new Error('lost', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
  const error = new CodedError('keycloak_unavailable', 'Keycloak did not answer.', { cause });
  const told = { code: 'keycloak_unavailable', message: 'Keycloak did not answer.', causes: ['Error', 'ECONNRESET'] };
  const info = logAt('info');
  info.log.error('x', { error });
  expect(info.last()['error']).toEqual(told);
  const debug = logAt('debug');
  debug.log.error('x', { error });
  expect(debug.last()['error']).toEqual({ ...told, stack: expect.stringContaining('logger.test.ts') });
});

it('survives fields that contain themselves', () => {
  const loop: Record<string, unknown> = {};
  loop['again'] = loop;
  const { log, last } = logAt('info');
  log.info('x', { loop });
  expect(JSON.stringify(last())).toContain('[deep]');
});
