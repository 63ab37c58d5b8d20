import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import bolt from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { SandboxOptions } from '../../../sandbox/slack/options.ts';
import { startSlackSandbox, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import type { Workspace } from '../../../sandbox/slack/workspace.ts';

type App = InstanceType<typeof bolt.App>;

export type Running = {
  readonly slack: SlackSandbox;
  readonly workspace: Workspace;
  readonly app: App;
  /** The app hangs up; the sandbox goes on. */
  leave(): Promise<void>;
  stop(): Promise<void>;
};

const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => bolt.LogLevel.ERROR,
};

const commands = [
  { command: '/ask', description: 'Ask for something', usageHint: '[what]', shouldEscape: true },
  { command: '/raw', description: 'Without escaping' },
];

const plain = (text: string) => ({ type: 'plain_text' as const, text });

/** A real Bolt app on a sandbox in Socket Mode, with time-outs short enough for tests of reconnects. */
export async function startInSocketMode(listen: (app: App) => void, options: SandboxOptions = {}): Promise<Running> {
  const slack = await startSlackSandbox({ ...options, app: { commands, ...options.app } });
  const { workspace } = slack;
  const receiver = new bolt.SocketModeReceiver({
    appToken: workspace.app.appToken,
    logger: quiet,
    clientPingTimeout: 200,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
  });
  const app = appOn(slack, receiver);
  listen(app);
  await app.init();
  await app.start();
  let hasLeft = false;
  async function leave(): Promise<void> {
    if (hasLeft) return;
    hasLeft = true;
    const before = workspace.socket.connections;
    await receiver.client.disconnect();
    await workspace.until(() => before === 0 || workspace.socket.connections < before);
  }
  return {
    slack,
    workspace,
    app,
    leave,
    async stop() {
      await leave();
      await slack.stop();
    },
  };
}

/** The same app behind a request URL: every payload is posted and signed. */
export async function startInHttpMode(listen: (app: App) => void, options: SandboxOptions = {}): Promise<Running> {
  const slack = await startSlackSandbox({ ...options, app: { commands, ...options.app } });
  const { workspace } = slack;
  const receiver = new bolt.HTTPReceiver({ signingSecret: workspace.app.signingSecret, logger: quiet });
  const app = appOn(slack, receiver);
  listen(app);
  await app.init();
  const server = createServer((request, response) => receiver.requestListener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  workspace.changeApp({ requestUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events` });
  async function leave(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return {
    slack,
    workspace,
    app,
    leave,
    async stop() {
      await leave();
      await slack.stop();
    },
  };
}

function appOn(
  slack: SlackSandbox,
  receiver: InstanceType<typeof bolt.SocketModeReceiver | typeof bolt.HTTPReceiver>,
): App {
  return new bolt.App({
    token: slack.workspace.app.botToken,
    receiver,
    logger: quiet,
    deferInitialization: true,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 2, minTimeout: 5, maxTimeout: 10 } },
  });
}

const askModal: ModalView = {
  type: 'modal',
  callback_id: 'ask',
  title: plain('Ask'),
  submit: plain('Send'),
  notify_on_close: true,
  private_metadata: 'from /ask',
  blocks: [
    {
      type: 'input',
      block_id: 'access',
      label: plain('Access'),
      element: { type: 'external_select', action_id: 'pick', min_query_length: 0 },
    },
    {
      type: 'input',
      block_id: 'duration',
      label: plain('Duration'),
      element: {
        type: 'static_select',
        action_id: 'length',
        initial_option: { text: plain('1 hour'), value: '1h' },
        options: [
          { text: plain('1 hour'), value: '1h' },
          { text: plain('4 hours'), value: '4h' },
        ],
      },
    },
    {
      type: 'input',
      block_id: 'why',
      label: plain('Justification'),
      element: { type: 'plain_text_input', action_id: 'text', multiline: true },
    },
  ],
};

/** A small access bot: enough to meet every kind of payload. */
export function listenAsAccessBot(app: App): void {
  app.command('/ask', async ({ ack, body, client, respond }) => {
    if (body.text === 'say') return ack('said in the ack');
    await ack();
    if (body.text === '') await client.views.open({ trigger_id: body.trigger_id, view: askModal });
    else await respond(`heard ${body.text}`);
  });
  app.command('/raw', async ({ ack, body }) => ack(body.text));
  app.options('pick', async ({ ack, payload }) => {
    const all = ['db-reader', 'db-writer', 'grafana-viewer'];
    await ack({
      options: all.filter((name) => name.includes(payload.value)).map((name) => ({ text: plain(name), value: name })),
    });
  });
  app.view('ask', async ({ ack, view, body, client }) => {
    const why = view.state.values['why']?.['text']?.value ?? '';
    if (why.length < 5) return ack({ response_action: 'errors', errors: { why: 'Say more.' } });
    await ack();
    const picked = view.state.values['access']?.['pick']?.selected_option?.value ?? '';
    const length = view.state.values['duration']?.['length']?.selected_option?.value ?? '';
    await client.chat.postMessage({
      channel: 'C0APPROVALS',
      text: `<@${body.user.id}> asks for ${picked} for ${length}`,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `<@${body.user.id}> asks for *${picked}* for ${length}` } },
        {
          type: 'actions',
          block_id: 'decide',
          elements: [
            { type: 'button', action_id: 'approve', text: plain('Approve'), value: picked, style: 'primary' },
            { type: 'button', action_id: 'silent', text: plain('Silent') },
          ],
        },
      ],
    });
  });
  app.view({ callback_id: 'ask', type: 'view_closed' }, async ({ ack, body, client }) => {
    await ack();
    const dm = await client.conversations.open({ users: body.user.id });
    await client.chat.postMessage({ channel: dm.channel?.id ?? '', text: 'You closed it.' });
  });
  app.action('approve', async ({ ack, body, client, respond }) => {
    await ack();
    if (body.type !== 'block_actions' || body.channel === undefined || body.message === undefined) return;
    await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: `Approved by <@${body.user.id}>` });
    await client.chat.postMessage({ channel: body.channel.id, thread_ts: body.message.ts, text: 'Approved.' });
    await respond({ text: 'Only you see this.', replace_original: false });
  });
}
