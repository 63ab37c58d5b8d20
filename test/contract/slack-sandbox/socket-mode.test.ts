import { afterEach, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { listenAsAccessBot, startInSocketMode, type Running } from './bolt-app.ts';

let running: Running | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function openUrl({ slack, workspace }: Running): Promise<string> {
  const response = await fetch(`${slack.apiUrl}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.app.appToken}` },
  });
  return ((await response.json()) as { url: string }).url;
}

type Envelope = { readonly envelope_id?: string; readonly retry_attempt?: number; readonly retry_reason?: string };

/** Takes the app's place by a bare line, which acks what it is told to ack. */
async function lineThat(
  sandbox: Running,
  acks: (envelope: Envelope) => boolean,
): Promise<{ readonly socket: WebSocket; readonly seen: readonly Envelope[] }> {
  const { workspace } = sandbox;
  await sandbox.leave();
  const socket = new WebSocket(await openUrl(sandbox));
  const seen: Envelope[] = [];
  socket.on('message', (data: Buffer) => {
    const envelope = JSON.parse(data.toString()) as Envelope;
    if (envelope.envelope_id === undefined) return;
    seen.push(envelope);
    if (acks(envelope)) socket.send(JSON.stringify({ envelope_id: envelope.envelope_id }));
  });
  await workspace.until(() => workspace.socket.connections === 1);
  return { socket, seen };
}

function firstWord(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.once('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; reason?: string };
      resolve(message.reason ?? message.type);
    });
    socket.once('error', reject);
  });
}

it('after Slack asks for a refresh the app comes back, and commands work again', async () => {
  running = await startInSocketMode(listenAsAccessBot);
  const { workspace } = running;
  workspace.socket.refresh();
  await workspace.until(() => workspace.socket.hellos === 2);
  expect(await workspace.as('ann').command('/ask say')).toMatchObject({ ok: true });
});

it('after a cut line and two refused handshakes the app comes back', async () => {
  running = await startInSocketMode(listenAsAccessBot);
  const { workspace } = running;
  workspace.socket.refuseHandshakes(2);
  workspace.socket.drop();
  expect(await workspace.as('ann').command('/ask say')).toMatchObject({ error: 'not_connected' });
  await workspace.until(() => workspace.socket.hellos === 2, 60_000);
  expect(await workspace.as('ann').command('/ask say')).toMatchObject({ ok: true });
});

it('a half-open line swallows payloads until the client notices', async () => {
  running = await startInSocketMode(listenAsAccessBot, { ackTimeoutMs: 300 });
  const { workspace } = running;
  workspace.socket.halfOpen();
  expect(await workspace.as('ann').command('/ask say')).toMatchObject({ error: 'operation_timeout' });
  await workspace.until(() => workspace.socket.hellos === 2, 60_000);
  expect(await workspace.as('ann').command('/ask say')).toMatchObject({ ok: true });
});

it('an event that was not acked comes again, with its attempt and reason, until it is', async () => {
  const sandbox = await startInSocketMode(listenAsAccessBot, { ackTimeoutMs: 50, eventRetryDelaysMs: [0, 10, 20] });
  running = sandbox;
  const { workspace } = sandbox;
  const { seen } = await lineThat(sandbox, ({ retry_attempt: attempt }) => attempt === 2);
  await workspace.as('ann').openHome();
  await workspace.until(() => workspace.acks.some((ack) => ack.outcome === 'acked'));
  expect(seen.map(({ retry_attempt: attempt, retry_reason: reason }) => [attempt, reason])).toEqual([
    [0, ''],
    [1, 'timeout'],
    [2, 'timeout'],
  ]);
});

it('the same envelope twice runs the listener twice: nothing deduplicates for the app', async () => {
  let runs = 0;
  running = await startInSocketMode((app) => {
    app.command('/ask', async ({ ack }) => {
      runs += 1;
      await ack();
    });
  });
  const { workspace } = running;
  await workspace.as('ann').command('/ask');
  workspace.socket.redeliver(2);
  await workspace.until(() => runs === 3);
  expect(workspace.violations).toEqual([]);
});

it('late acks, second acks and acks of nothing are written down', async () => {
  const sandbox = await startInSocketMode(listenAsAccessBot, { ackTimeoutMs: 50 });
  running = sandbox;
  const { workspace } = sandbox;
  const { socket, seen } = await lineThat(sandbox, () => false);
  expect(await workspace.as('ann').command('/ask')).toMatchObject({ error: 'operation_timeout' });
  const [first] = seen;
  for (const id of [first?.envelope_id, first?.envelope_id, 'nothing'])
    socket.send(JSON.stringify({ envelope_id: id }));
  await workspace.until(() => workspace.violations.length === 3);
  expect(workspace.violations.map((one) => one.rule)).toEqual(['late_ack', 'second_ack', 'unknown_envelope']);
});

it('a ticket opens one line only, and the eleventh line is turned away', async () => {
  running = await startInSocketMode(listenAsAccessBot);
  const url = await openUrl(running);
  expect(await firstWord(url)).toBe('hello');
  await expect(firstWord(url)).rejects.toThrow('404');
  for (let line = 3; line <= 10; line += 1) expect(await firstWord(await openUrl(running))).toBe('hello');
  expect(running.workspace.socket.connections).toBe(10);
  expect(await firstWord(await openUrl(running))).toBe('too_many_websockets');
});
