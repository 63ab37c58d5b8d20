import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CONTENT_TYPES, URL_PATHS } from './corpus.ts';
import { nastyName, nastyText, tryDoorAtOnce } from './generator.ts';
import { aFront, signed, SIGNING_SECRET } from './rig.ts';
import type { Front } from './rig.ts';

let front: Front;
beforeAll(async () => {
  front = await aFront();
});
afterAll(() => front.stop());

/** Bytes on a connection of their own, and all that comes back until it closes. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(front.http.port, '127.0.0.1');
  socket.on('error', () => undefined); // a server may hang up on such a caller
  socket.end(bytes, 'latin1');
  let answer = '';
  for await (const chunk of socket.iterator() as AsyncIterable<Buffer>) answer += chunk.toString('latin1');
  return answer;
}

const method = fc.constantFrom(
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'TRACE',
  'OPTIONS',
  'PATCH',
  'get',
  'BREW',
  'CONNECT',
);
const headerLine = fc.oneof(
  fc.constantFrom(
    'Content-Length: -1',
    'Content-Length: 5, 6',
    'Content-Length: 99999999999',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: identity, chunked',
    'Expect: 100-continue',
    'Expect: magic',
    'Upgrade: websocket\r\nConnection: Upgrade',
    'X-Forwarded-For: 127.0.0.1',
    'Host: evil.example',
    `X-Long: ${'x'.repeat(20_000)}`,
    'X Bad: y',
    ' folded',
    '__proto__: x',
    'X-Slack-Signature: v0=00\r\nX-Slack-Signature: v0=11',
    'X-Slack-Retry-Num: NaN',
  ),
  nastyName.map((text) => `X-Odd: ${text}`),
  fc.constantFrom(...CONTENT_TYPES).map((type) => `Content-Type: ${type}`),
);
const body = fc.oneof(
  nastyText,
  fc.constantFrom('5\r\nhello\r\n0\r\n\r\n', 'FFFFFFFFF\r\nx', '-1\r\n', '0\r\nX: y\r\n\r\n', 'ssl_check=1&payload={}'),
);
const rawRequest = fc
  .record({
    method,
    path: fc.oneof(fc.constantFrom(...URL_PATHS, '/slack/events', '/metrics'), nastyName),
    lines: fc.array(headerLine, { maxLength: 4 }),
    body,
  })
  .map(
    ({ method: verb, path, lines, body: text }) =>
      () =>
        raw(`${verb} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines.join('\r\n')}\r\n\r\n${text}`),
  );

const COMMAND = 'command=%2Faccess&text=help&user_id=UANN&team_id=T0ACME&trigger_id=forged&response_url=&channel_id=C1';
/** A command that somebody else signed, or that was signed for another body, long ago or far ahead, or not at all. */
const forged = fc
  .record({
    headers: fc.constantFrom<Readonly<Record<string, string>>>(
      {},
      signed(COMMAND, 'application/x-www-form-urlencoded', { secret: 'another' }),
      signed(COMMAND, 'application/x-www-form-urlencoded', { secret: '' }),
      signed(COMMAND, 'application/x-www-form-urlencoded', { ageSeconds: 600 }),
      signed(COMMAND, 'application/x-www-form-urlencoded', { ageSeconds: 86_400 }),
      signed(`${COMMAND}x`, 'application/x-www-form-urlencoded'),
      { ...signed(COMMAND, 'x'), 'x-slack-signature': 'v0=' },
      { ...signed(COMMAND, 'x'), 'x-slack-signature': `v1=${'0'.repeat(64)}` },
      { ...signed(COMMAND, 'x'), 'x-slack-request-timestamp': 'NaN' },
      { ...signed(COMMAND, 'x'), 'x-slack-request-timestamp': '' },
    ),
    contentType: fc.constantFrom(...CONTENT_TYPES),
    smuggled: fc.constantFrom('', '&ssl_check=1', '&ssl_check=1&payload=%7B%7D', '&payload=null', '&payload='),
  })
  .map(({ headers, contentType, smuggled }) => async () => {
    const response = await front.post(`${COMMAND}${smuggled}`, { ...headers, 'content-type': contentType || 'a/b' });
    return `HTTP/1.1 ${response?.status ?? 0} \r\n${(await response?.text()) ?? ''}`;
  });

describe('unsigned and odd HTTP', () => {
  it('unsigned and odd HTTP: nobody gets in, nothing is said beyond a sentence, and the server goes on', async () => {
    const before = await front.world.tables();
    await tryDoorAtOnce('unsigned and odd HTTP', 20, fc.oneof(rawRequest, forged), async (requests) => {
      const answers = await Promise.all(requests.map((request) => request()));
      for (const answer of answers) {
        const [head = '', ...rest] = answer.split('\r\n\r\n');
        expect(head === '' || /^HTTP\/1\.1 (200|4\d\d|100|503) /.test(head)).toBe(true);
        expect(head).not.toMatch(/^set-cookie|^x-odd|^server|^x-powered-by/im);
        expect(answer).not.toContain(SIGNING_SECRET);
        expect(rest.join('')).not.toMatch(/\bat [\w.]+ \(|node_modules|<html>/);
      }
      expect((await fetch(`${front.http.url}/healthz`)).status).toBe(200);
    });
    await front.world.run();
    expect(front.slack.desk.works()).toBe(0);
    expect(await front.world.tables()).toBe(before);
    expect(front.world.slack.privates).toEqual([]);
    expect(JSON.stringify([front.log.lines, front.slack.lines])).not.toContain(SIGNING_SECRET);
  }, 120_000);
});
