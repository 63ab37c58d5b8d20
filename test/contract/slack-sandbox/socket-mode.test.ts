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
  await workspace.until(() => workspace.socket.hellos === 2, 10_000);
  expect(await workspace.as('ann').command('/ask say')).toMatchObject({ ok: true });
});

it('a half-open line swallows payloads until the client notices', async () => {
  running = await startInSocketMode(listenAsAccessBot, { ackTimeoutMs: 300 });
  const { workspace } = running;
  workspace.socket.halfOpen();
  expect(await workspace.as('ann').command('/ask say')).toMatchObject({ error: 'operation_timeout' });
  await workspace.until(() => workspace.socket.hellos === 2, 10_000);
});

it('an event that was not acked comes again, with its attempt and reason', async () => {
  const attempts: (number | undefined)[] = [];
  running = await startInSocketMode(
    (app) => {
      // Middleware that never goes on stands for an app that dies before its ack.
      app.use(async ({ context, next }) => {
        attempts.push(context.retryNum);
        if (attempts.length === 3) await next();
        else await new Promise(() => undefined);
      });
      app.event('app_home_opened', () => Promise.resolve());
    },
    { ackTimeoutMs: 100, eventRetryDelaysMs: [0, 10, 20] },
  );
  const { workspace } = running;
  await workspace.as('ann').openHome();
  expect(attempts.length).toBeGreaterThanOrEqual(2);
  expect(attempts.slice(0, 2)).toEqual([0, 1]);
  expect(workspace.acks.every((ack) => ack.what === 'app_home_opened')).toBe(true);
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
  await workspace.until(() => runs === 3 || workspace.violations.length, 5000).catch(() => undefined);
  expect(runs).toBe(3);
  expect(workspace.violations).toEqual([]);
});

it('late acks, second acks and acks of nothing are written down', async () => {
  const sandbox = await startInSocketMode(listenAsAccessBot, { ackTimeoutMs: 50 });
  running = sandbox;
  const { workspace } = sandbox;
  workspace.socket.drop();
  const socket = new WebSocket(await openUrl(sandbox));
  const payload = new Promise<string>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { envelope_id?: string };
      if (message.envelope_id !== undefined) resolve(message.envelope_id);
    });
  });
  await workspace.until(() => workspace.socket.connections === 1);
  expect(await workspace.as('ann').command('/ask')).toMatchObject({ error: 'operation_timeout' });
  const envelopeId = await payload;
  for (const id of [envelopeId, envelopeId, 'nothing']) socket.send(JSON.stringify({ envelope_id: id }));
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
