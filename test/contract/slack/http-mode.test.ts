import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectSlack } from '../../../src/slack/connect.ts';
import { rig } from './harness.ts';
import type { Rig } from './harness.ts';

const SECRET = 'sandbox-signing-secret';

let server: Server;
let address: string;
let slack: Rig;
beforeEach(async () => {
  server = createServer((request, response) => {
    slack.slack.requestListener?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  slack = await rig({ app: { requestUrl: address } }, { appToken: null, signingSecret: SECRET });
});
afterEach(async () => {
  await slack.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const body = new URLSearchParams({
  command: '/access',
  text: '',
  user_id: 'U0ANN',
  team_id: 'T0SANDBOX',
  trigger_id: '1',
  response_url: '',
  channel_id: 'C1',
}).toString();

async function send(secret: string, ageSeconds: number): Promise<number> {
  const at = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-signature': signature,
    'x-slack-request-timestamp': at,
  };
  return (await fetch(address, { method: 'POST', headers, body })).status;
}

describe('HTTP mode', () => {
  it('takes what Slack signed, with the same listeners', async () => {
    await slack.up();
    expect(slack.slack.ready()).toBe(true);
    const ann = slack.workspace.as('ann');
    expect(await ann.command('/access')).toMatchObject({ ok: true });
    expect(slack.desk.items).toMatchObject([{ intent: { intent: 'my_access' } }]);
    await ann.command('/request-access');
    await ann.modal();
    expect(slack.workspace.violations).toEqual([]);
  });

  it('refuses a wrong signature and an old one, and records nothing', async () => {
    await slack.up();
    expect(await send(SECRET, 0)).toBe(200);
    expect(await send('another-secret', 0)).toBe(401);
    expect(await send(SECRET, 600)).toBe(401);
    expect(slack.desk.items).toHaveLength(1);
  });

  it('takes nothing before Slack has told who we are', async () => {
    slack.workspace.faults.api('auth.test', { kind: 'hang' });
    void slack.up();
    expect(await send(SECRET, 0)).toBe(503);
    expect(slack.desk.items).toEqual([]);
  }, 90_000);

  it('needs an app token or a signing secret', () => {
    const nothing = (() => undefined) as never;
    expect(() =>
      connectSlack({
        botToken: 'x',
        appToken: null,
        signingSecret: null,
        apiUrl: null,
        approvalsChannel: null,
        auditChannel: null,
        channelLanguage: 'en',
        clock: nothing,
        metrics: nothing,
        log: nothing,
        ids: nothing,
      }),
    ).toThrow('SLACK_APP_TOKEN or SLACK_SIGNING_SECRET');
  });
});
