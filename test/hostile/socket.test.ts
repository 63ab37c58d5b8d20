import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rig } from '../contract/slack/harness.ts';
import type { Rig } from '../contract/slack/harness.ts';
import { nastyName, nastyText, nastyValue, tryDoorAtOnce } from './generator.ts';
import { json } from './payloads.ts';

/** A Slack that says hello and then whatever the test lets it say. */
async function madSlack() {
  const server = createServer((request, response) => {
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const who = { url: 'https://x.example/', team_id: 'T1', user_id: 'U1', bot_id: 'B1' };
    const answer = request.url === '/auth.test' ? who : { url };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: true, ...answer }));
  });
  const lines = new WebSocketServer({ server });
  lines.on('connection', (line) => line.send(JSON.stringify({ type: 'hello' })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lines: lines.clients,
    async stop() {
      for (const line of lines.clients) line.terminate();
      lines.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let slack: Rig | undefined;
let mad: Awaited<ReturnType<typeof madSlack>> | undefined;
afterEach(async () => {
  await slack?.stop();
  await mad?.stop();
});

const INNER = [
  'error',
  'ws_message',
  'connected',
  'disconnected',
  'close',
  'reconnecting',
  'slack_event',
  'newListener',
];
const typeName = fc.oneof(fc.constantFrom('events_api', 'interactive', 'slash_commands', ...INNER), nastyName);
/** A `disconnect` is Slack's right: it is tested where reconnecting is. */
const frame: fc.Arbitrary<string | Buffer> = fc.oneof(
  nastyValue.map((value) => json(value)),
  nastyText,
  nastyText.map((text) => Buffer.from(text)),
  fc
    .record({ type: typeName, payload: nastyValue, id: nastyValue, event: typeName, shape: fc.nat(3) })
    .map(({ type, payload, id, event, shape }) => {
      const envelope = { type, envelope_id: `e-${json(id).slice(0, 50)}`, accepts_response_payload: true };
      if (shape === 0) return json({ ...envelope, payload });
      if (shape === 1) return json({ ...envelope, payload: { event: { type: event, payload } } });
      if (shape === 2) return json({ ...envelope, payload: { event: payload } });
      return json({ type: payload, payload: { type } });
    }),
);

/** Resolves when the bot has read all that was sent before: it answers this command of ours. */
async function readUpTo(line: WebSocket, id: string): Promise<void> {
  const body = { command: '/access', text: '', user_id: 'U1', team_id: 'T1', trigger_id: id, response_url: '' };
  await new Promise<void>((done) => {
    line.on('message', function heard(data: Buffer) {
      if ((JSON.parse(data.toString()) as { readonly envelope_id?: unknown }).envelope_id !== id) return;
      line.off('message', heard);
      done();
    });
    line.send(
      JSON.stringify({ type: 'slash_commands', envelope_id: id, accepts_response_payload: true, payload: body }),
    );
  });
}

describe('what a Socket Mode line may bring', () => {
  it('Socket Mode frames: no frame ends the process or the line, and what comes after it is answered', async () => {
    mad = await madSlack();
    slack = await rig({}, { apiUrl: mad.apiUrl });
    await slack.up();
    const [line] = mad.lines;
    if (line === undefined) throw new Error('no line');
    let serial = 0;
    const { desk, lines } = slack;
    await tryDoorAtOnce('Socket Mode frames', 20, frame, async (frames) => {
      for (const one of frames) line.send(one, { binary: typeof one !== 'string' });
      await readUpTo(line, `asked-${(serial += 1)}`);
    });
    expect(desk.items.map(({ key }) => key)).toEqual(
      Array.from({ length: serial }, (_, index) => `cmd:asked-${index + 1}`),
    );
    expect(lines.filter(({ event }) => event === 'slack.disconnected' || event === 'slack.frame_failed')).toEqual([]);
  }, 60_000);
});
