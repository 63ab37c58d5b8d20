import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { afterEach, describe, expect, it } from '@jest/globals';
import { card } from '../../../sandbox/gallery/samples.ts';
import type { SandboxOptions } from '../../../sandbox/slack/options.ts';
import type { SlackOptions } from '../../../src/slack/connect.ts';
import { rig } from './harness.ts';
import type { Rig } from './harness.ts';

// What Bolt 5.1 and its SDK do by default against a Slack that has a bad day, and what we make of it. An unhandled
// rejection would end the bot; jest fails the test in which one happens.

const CHANNEL = 'C0APPROVALS';

/** A Slack that says hello and then neither reads nor answers anything on its lines, a close frame neither. */
async function silentSlack() {
  const server = createServer((request, response) => {
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const who = { url: 'https://x.example/', team_id: 'T1', user_id: 'U1', bot_id: 'B1' };
    const answer = request.url === '/auth.test' ? who : { url };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: true, ...answer }));
  });
  const lines = new WebSocketServer({ server });
  lines.on('connection', (line) => {
    line.send(JSON.stringify({ type: 'hello' }));
    line.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lines: lines.clients,
    async stop() {
      lines.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const rigs: Rig[] = [];
async function start(seed: SandboxOptions = {}, change: Partial<SlackOptions> = {}): Promise<Rig> {
  const made = await rig(seed, change);
  rigs.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((one) => one.stop()));
});

const connections = (slack: Rig, count: number, withinMs = 20_000) =>
  slack.workspace.until(() => slack.workspace.socket.connections === count && slack.slack.ready(), withinMs);

describe('Trap 1: the socket’s retry settings do not leak into our calls', () => {
  it('a chat.postMessage that Slack fails is tried once, also inside listeners', async () => {
    const slack = await start();
    await slack.up();
    slack.workspace.faults.api('chat.postMessage', { kind: 'http', status: 500 }, 3);
    await expect(slack.slack.conversation.postCard(CHANNEL, card())).rejects.toMatchObject({
      code: 'slack_unavailable',
    });
    expect(slack.workspace.callsOf('chat.postMessage')).toHaveLength(1);
    slack.workspace.faults.clear();
    slack.workspace.faults.api('views.open', { kind: 'http', status: 500 }, 3);
    await slack.workspace.as('ann').command('/request-access', CHANNEL);
    await slack.workspace.until(() => slack.workspace.as('ann').ephemerals(CHANNEL).at(-1));
    expect(slack.workspace.callsOf('views.open')).toHaveLength(1);
  });
});

describe('Trap 2: a failed reconnect does not end the process', () => {
  it.each([
    ['invalid_auth', { kind: 'error', error: 'invalid_auth' }],
    ['account_inactive', { kind: 'error', error: 'account_inactive' }],
    ['internal_error', { kind: 'error', error: 'internal_error' }],
    ['a 500', { kind: 'http', status: 500 }],
    ['a 429', { kind: 'rate_limit', retryAfterSeconds: 1 }],
    ['no answer', { kind: 'lose_answer' }],
  ] as const)('%s at apps.connections.open', async (_, fault) => {
    const slack = await start();
    await slack.up();
    slack.workspace.faults.api('apps.connections.open', fault, 4);
    slack.workspace.socket.drop();
    await slack.workspace.until(() => slack.workspace.faults.pending === 0);
    await connections(slack, 2);
    expect(await slack.workspace.as('ann').command('/access')).toMatchObject({ ok: true });
  });

  it('refused handshakes', async () => {
    const slack = await start();
    await slack.up();
    slack.workspace.socket.refuseHandshakes(4);
    slack.workspace.socket.drop();
    await connections(slack, 2);
    expect(await slack.workspace.as('ann').command('/access')).toMatchObject({ ok: true });
  });

  it('Slack is down at the start: nothing throws, and listening begins once it is back', async () => {
    const slack = await start();
    slack.workspace.faults.api('auth.test', { kind: 'http', status: 503 });
    slack.workspace.faults.api('apps.connections.open', { kind: 'http', status: 503 }, 2);
    const up = slack.up();
    expect(slack.slack.ready()).toBe(false);
    expect(() => slack.slack.people.homeTeamId()).toThrow('Slack has not told yet who we are');
    await up;
    expect(slack.slack.ready()).toBe(true);
    expect(await slack.workspace.as('ann').command('/access')).toMatchObject({ ok: true });
  });
});

describe('Trap 3: Slack’s refresh loses no command', () => {
  it('one line is refreshed while commands come in: every one is answered', async () => {
    const slack = await start();
    await slack.up();
    const { socket } = slack.workspace;
    expect(socket.connections).toBe(2);
    for (let turn = 0; turn < 4; turn += 1) {
      const hellos = socket.hellos;
      socket.refresh(turn % 2);
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, () => slack.workspace.as('ann').command('/access')),
      );
      expect(outcomes.filter((outcome) => !outcome.ok)).toEqual([]);
      await slack.workspace.until(() => socket.hellos > hellos && socket.connections === 2, 90_000);
    }
    expect(slack.desk.items).toHaveLength(40);
  });

  it('both lines drop: they are back without the SDK’s wait of five seconds and more', async () => {
    const slack = await start();
    await slack.up();
    slack.workspace.socket.drop();
    // The SDK would begin after five seconds at the earliest.
    await connections(slack, 2, 4000);
  });
});

describe('Trap 4: no listener waits for auth.test', () => {
  it('it is asked once at the start, and a slow or broken one later holds up nobody', async () => {
    const slack = await start();
    await slack.up();
    slack.workspace.faults.api('auth.test', { kind: 'hang' }, 100);
    for (let count = 0; count < 5; count += 1) {
      expect(await slack.workspace.as('ann').command('/access')).toMatchObject({ ok: true });
    }
    expect(slack.workspace.callsOf('auth.test')).toHaveLength(1);
  });

  it('a token that Slack refuses is a log line, not the end of the process', async () => {
    const slack = await start({}, { botToken: 'xoxb-wrong' });
    const up = slack.up();
    await slack.workspace.until(
      () =>
        slack.lines.some((line) => line.event === 'slack.auth_failed') ||
        slack.workspace.callsOf('auth.test').some((call) => call.answer !== null),
    );
    expect(slack.slack.ready()).toBe(false);
    await slack.slack.stop();
    await up;
    expect(JSON.stringify(slack.lines)).not.toContain('xoxb-wrong');
  });
});

describe('Trap 5: an acknowledgement on a dead line loses no work', () => {
  it('what was recorded is worked on although the line died before the acknowledgement', async () => {
    const slack = await start({ ackTimeoutMs: 300 });
    await slack.up();
    const { receive } = slack.desk;
    slack.desk.receive = async (item) => {
      slack.workspace.socket.drop();
      // Until our side has noticed it too, so that the acknowledgement throws.
      while (slack.slack.ready()) await new Promise((resolve) => setImmediate(resolve));
      return receive(item);
    };
    const outcome = await slack.workspace.as('ann').command('/access');
    expect(outcome.ok).toBe(false);
    await slack.desk.worked(1);
    expect(slack.desk.items).toHaveLength(1);
    expect(slack.lines.map((line) => line.event)).toContain('slack.ack_lost');
    await connections(slack, 2);
  });
});

describe('Trap 6: stop means stopped', () => {
  it('when it resolves every line is closed, and none comes back', async () => {
    const slack = await start();
    await slack.up();
    await slack.slack.stop();
    await slack.workspace.until(() => slack.workspace.socket.connections === 0);
    expect(slack.slack.ready()).toBe(false);
    expect(slack.workspace.callsOf('apps.connections.open')).toHaveLength(2);
  });

  it('a line on which Slack does not answer the farewell is cut', async () => {
    const silent = await silentSlack();
    const slack = await start({}, { apiUrl: silent.apiUrl });
    await slack.up();
    await slack.slack.stop();
    expect(slack.slack.ready()).toBe(false);
    for (const line of silent.lines) line.terminate();
    await silent.stop();
  });

  it('it also ends a start that waits for Slack', async () => {
    const slack = await start();
    slack.workspace.faults.api('apps.connections.open', { kind: 'hang' }, 10);
    const up = slack.up();
    await slack.workspace.until(() => slack.workspace.callsOf('apps.connections.open').length === 2);
    await slack.slack.stop();
    await up;
  });
});

describe('Trap 7: a lost answer posts nothing twice by itself', () => {
  it('the message stands once and the caller learns that the outcome is unknown', async () => {
    const slack = await start();
    await slack.up();
    slack.workspace.faults.api('chat.postMessage', { kind: 'lose_answer' });
    await expect(slack.slack.conversation.postCard(CHANNEL, card())).rejects.toMatchObject({
      code: 'slack_unavailable',
    });
    expect(slack.workspace.channel(CHANNEL).messages).toHaveLength(1);
  });
});

describe('Trap 8: one channel’s limit does not hold up the others', () => {
  it('a 429 is thrown at once with its wait, and the next call goes out', async () => {
    const slack = await start();
    await slack.up();
    slack.workspace.faults.api('chat.postMessage', { kind: 'rate_limit', retryAfterSeconds: 600 });
    const refused = slack.slack.conversation.postCard(CHANNEL, card());
    await expect(refused).rejects.toMatchObject({ code: 'slack_rate_limited', retryAfterMs: 600_000 });
    await slack.slack.conversation.sendPrivate(
      { slack: { teamId: 'T0SANDBOX', userId: 'U0ANN' }, responseUrl: null },
      { say: 'help', admin: false },
    );
    expect(slack.workspace.dm('U0ANN').messages).toHaveLength(1);
  });

  it('a call that Slack never answers ends by itself', async () => {
    const slack = await start();
    await slack.up();
    slack.workspace.faults.api('chat.postMessage', { kind: 'hang' });
    await expect(slack.slack.conversation.postCard(CHANNEL, card())).rejects.toMatchObject({
      code: 'slack_unavailable',
    });
  }, 90_000);
});
