import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SandboxOptions } from '../../../sandbox/slack/options.ts';
import { startSlackSandbox, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import { listenAsAccessBot, startInSocketMode } from './bolt-app.ts';

type Answer = Readonly<Record<string, unknown>> & { readonly ok: boolean; readonly error?: string };

let slack: SlackSandbox;

async function restart(options: SandboxOptions): Promise<void> {
  await slack.stop();
  slack = await startSlackSandbox(options);
}

async function call(
  method: string,
  args: Readonly<Record<string, unknown>>,
  token = slack.workspace.app.botToken,
): Promise<Answer> {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(args),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

beforeEach(async () => {
  slack = await startSlackSandbox({
    people: [
      { id: 'U0ANN', name: 'ann', email: 'Ann@example.com' },
      { id: 'U0GONE', name: 'gone', email: 'gone@example.com', deleted: true },
      { id: 'U0OUT', name: 'olga', teamId: 'T0OTHER', email: 'ann@example.com' },
    ],
    channels: [
      { id: 'C0IN', name: 'in', members: ['U0ANN', 'U0LEASEBOT'] },
      { id: 'C0OUT', name: 'out', members: ['U0ANN'] },
      { id: 'C0HIDDEN', name: 'hidden', kind: 'private', members: ['U0ANN'] },
      { id: 'C0OLD', name: 'old', isArchived: true, members: ['U0LEASEBOT'] },
      { id: 'C0SHARED', name: 'shared', isExtShared: true, members: ['U0OUT', 'U0LEASEBOT'] },
    ],
  });
});
afterEach(() => slack.stop());

describe('tokens', () => {
  it.each([
    ['', 'not_authed'],
    ['xoxb-wrong', 'invalid_auth'],
    ['xapp-1-A0LEASEHOLD-sandbox', 'not_allowed_token_type'],
  ])('a call with "%s" is %s', async (token, error) => {
    expect(await call('auth.test', {}, token)).toMatchObject({ ok: false, error });
  });

  it('scopes, once given, are needed: the answer says which and which there are', async () => {
    await restart({ app: { scopes: ['chat:write', 'users:read'] } });
    expect(await call('users.lookupByEmail', { email: 'ann@example.com' })).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read.email',
      provided: 'chat:write,users:read',
    });
    expect(await call('conversations.info', { channel: 'C0GENERAL' })).toMatchObject({ needed: 'channels:read' });
    const { user } = await call('users.info', { user: 'U0ANN' });
    expect(JSON.stringify(user)).not.toContain('ann@example.com');
  });

  it('a person’s locale is told to those alone who ask for it', async () => {
    const asking = { user: 'U0ANN', include_locale: true };
    expect(await call('users.info', asking)).toMatchObject({ user: { locale: 'en-US' } });
    await slack.workspace.changePerson('U0ANN', { locale: 'de-DE' });
    expect(await call('users.info', asking)).toMatchObject({ user: { locale: 'de-DE' } });
    const { user } = await call('users.info', { user: 'U0ANN' });
    expect(user).not.toHaveProperty('locale');
  });

  it('a method Slack does not have is unknown_method', async () => {
    expect(await call('chat.shout', {})).toMatchObject({ ok: false, error: 'unknown_method' });
  });
});

describe('refusals', () => {
  it.each([
    ['chat.postMessage', { channel: 'C0NOWHERE', text: 'x' }, 'channel_not_found'],
    ['chat.postMessage', { channel: 'C0HIDDEN', text: 'x' }, 'channel_not_found'],
    ['chat.postMessage', { channel: 'C0OUT', text: 'x' }, 'not_in_channel'],
    ['chat.postMessage', { channel: 'C0OLD', text: 'x' }, 'is_archived'],
    ['chat.postMessage', { channel: 'C0IN' }, 'no_text'],
    ['chat.postMessage', { channel: 'C0IN', text: ' ', blocks: [] }, 'no_text'],
    ['chat.postMessage', { channel: 'C0IN', text: 'x'.repeat(40_001) }, 'msg_too_long'],
    ['chat.postMessage', { channel: 'C0IN', text: 'x', blocks: '{not json' }, 'invalid_blocks_format'],
    ['chat.postMessage', { text: 'x' }, 'invalid_arguments'],
    ['chat.postEphemeral', { channel: 'C0IN', user: 'U0OUT', text: 'x' }, 'user_not_in_channel'],
    ['chat.postEphemeral', { channel: 'C0IN', user: 'U0NOBODY', text: 'x' }, 'user_not_found'],
    ['chat.update', { channel: 'C0IN', ts: '1.000001', text: 'x' }, 'message_not_found'],
    ['chat.delete', { channel: 'C0IN', ts: '1.000001' }, 'message_not_found'],
    ['conversations.open', { users: 'U0NOBODY' }, 'user_not_found'],
    ['conversations.open', { users: 'U0GONE' }, 'user_disabled'],
    ['conversations.info', { channel: 'C0HIDDEN' }, 'channel_not_found'],
    ['conversations.replies', { channel: 'C0IN', ts: '1.000001' }, 'thread_not_found'],
    ['users.info', { user: 'U0NOBODY' }, 'user_not_found'],
    ['users.lookupByEmail', { email: 'gone@example.com' }, 'users_not_found'],
    [
      'views.update',
      { view_id: 'V0', view: { type: 'modal', title: { type: 'plain_text', text: 'x' }, blocks: [] } },
      'not_found',
    ],
    ['files.completeUploadExternal', { files: [{ id: 'F0NONE' }] }, 'file_not_found'],
  ])('%s %j is %s', async (method, args, error) => {
    expect(await call(method, args)).toMatchObject({ ok: false, error });
  });

  it('chat.update wants the id of the channel, never of the person', async () => {
    const posted = await call('chat.postMessage', { channel: 'U0ANN', text: 'hello' });
    expect(posted['channel']).toBe('D0ANN');
    expect(await call('chat.update', { channel: 'U0ANN', ts: posted['ts'], text: 'x' })).toMatchObject({
      error: 'channel_not_found',
    });
    expect(await call('chat.update', { channel: 'D0ANN', ts: posted['ts'], text: 'x' })).toMatchObject({ ok: true });
  });

  it("another's message can be neither updated nor deleted", async () => {
    const { ts } = slack.workspace.as('ann').say('in', 'mine');
    expect(await call('chat.update', { channel: 'C0IN', ts, text: 'x' })).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await call('chat.delete', { channel: 'C0IN', ts })).toMatchObject({ error: 'cant_delete_message' });
  });
});

describe('chat.update', () => {
  const blocks = [{ type: 'divider' }];

  it.each([
    ['text alone removes the blocks', { text: 'new' }, { text: 'new', blocks: [] }],
    [
      'blocks alone keep the text',
      { blocks: [{ type: 'divider', block_id: 'two' }] },
      { text: 'old', blocks: [{ type: 'divider', block_id: 'two' }] },
    ],
  ])('%s', async (_name, change, after) => {
    const { ts } = await call('chat.postMessage', { channel: 'C0IN', text: 'old', blocks });
    await call('chat.update', { channel: 'C0IN', ts, ...change });
    expect(slack.workspace.channel('in').messages[0]).toMatchObject(after);
  });
});

it('people: an outsider is no stranger, has another team, and does not shadow a colleague with the same address', async () => {
  expect(await call('users.lookupByEmail', { email: 'ann@example.com' })).toMatchObject({ user: { id: 'U0ANN' } });
  expect(await call('users.info', { user: 'U0OUT' })).toMatchObject({
    user: { team_id: 'T0OTHER', is_stranger: false },
  });
  expect(await call('conversations.info', { channel: 'C0SHARED' })).toMatchObject({ channel: { is_ext_shared: true } });
});

it('history pages, and shows metadata only when asked', async () => {
  const metadata = { event_type: 'request', event_payload: { id: '1' } };
  for (const text of ['1', '2', '3']) await call('chat.postMessage', { channel: 'C0IN', text, metadata });
  const first = await call('conversations.history', { channel: 'C0IN', limit: 2 });
  expect(first).toMatchObject({ has_more: true, messages: [{ text: '3' }, { text: '2' }] });
  expect(JSON.stringify(first['messages'])).not.toContain('event_payload');
  const { next_cursor: cursor } = first['response_metadata'] as { next_cursor: string };
  expect(
    await call('conversations.history', { channel: 'C0IN', limit: 2, cursor, include_all_metadata: true }),
  ).toMatchObject({
    has_more: false,
    messages: [{ text: '1', metadata }],
  });
});

it('what would be sloppy on real Slack is written down', async () => {
  await call('chat.postMessage', { channel: 'C0IN', blocks: [{ type: 'divider' }] });
  await call('chat.postMessage', { channel: 'C0IN', text: 'wake up <!channel>' });
  await call('chat.postMessage', { channel: 'C0IN', text: 'at <!date^1700000000^{time}>' });
  await call('chat.postMessage', { channel: 'C0IN', text: 'safe &lt;!here&gt;', thread_ts: '1.000001' });
  expect(slack.workspace.violations.map((one) => one.rule)).toEqual([
    'missing_fallback_text',
    'broadcast_mention',
    'date_without_fallback',
    'unknown_thread',
  ]);
});

it('dates are read in the zone of the reader', async () => {
  await slack.workspace.changePerson('U0ANN', { tz: 'Asia/Tokyo' });
  await call('chat.postMessage', {
    channel: 'C0IN',
    text: 'until <!date^1700000000^{date_num} {time}|then>, <@U0ANN> &amp; co',
  });
  const [message] = slack.workspace.channel('in').messages;
  expect(message && slack.workspace.as('ann').read(message)).toBe('until 15/11/2023 07:13, @ann & co');
});

describe('trigger_id and response_url', () => {
  it('a trigger opens one modal, once, while it is fresh', async () => {
    const triggers: string[] = [];
    const running = await startInSocketMode((app) => {
      app.command('/ask', async ({ ack, body }) => {
        triggers.push(body.trigger_id);
        await ack();
      });
    });
    const { app, workspace } = running;
    const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'x' }, blocks: [] };
    const open = async (trigger_id = ''): Promise<unknown> =>
      app.client.views.open({ trigger_id, view }).then(
        () => 'ok',
        (error: unknown) => (error as { data: { error: string } }).data.error,
      );
    const ann = workspace.as('ann');
    await ann.command('/ask');
    await ann.command('/ask');
    expect(await open(triggers[0])).toBe('ok');
    expect(await open(triggers[0])).toBe('exchanged_trigger_id');
    workspace.expireTriggers();
    expect(await open(triggers[1])).toBe('expired_trigger_id');
    expect(await open('1.2.3')).toBe('invalid_trigger_id');
    const { view: current } = await app.client.views.update({ view_id: ann.openModals()[0]?.id ?? '', view });
    await app.client.views.update({ view_id: current?.id ?? '', hash: current?.hash ?? '', view });
    await expect(
      app.client.views.update({ view_id: current?.id ?? '', hash: current?.hash ?? '', view }),
    ).rejects.toThrow('hash_conflict');
    await running.stop();
  });

  it('a response_url works five times', async () => {
    const urls: string[] = [];
    const running = await startInSocketMode((app) => {
      app.command('/ask', async ({ ack, body }) => {
        urls.push(body.response_url);
        await ack();
      });
    });
    await running.workspace.as('ann').command('/ask', 'general');
    const statuses: number[] = [];
    for (let use = 1; use <= 6; use += 1) {
      const response = await fetch(urls[0] ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"text":"hi"}',
      });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    expect(running.workspace.as('ann').ephemerals('general')).toHaveLength(5);
    await running.stop();
  });
});

describe('faults', () => {
  it('429 is waited out and 500 retried by the real client; a lost answer makes it post twice', async () => {
    const running = await startInSocketMode(listenAsAccessBot);
    const { app, workspace } = running;
    const posted = (): readonly string[] => workspace.channel('approvals').messages.map((message) => message.text);
    workspace.faults.api('chat.postMessage', { kind: 'rate_limit', retryAfterSeconds: 1 });
    await app.client.chat.postMessage({ channel: 'C0APPROVALS', text: 'one' });
    expect(posted()).toEqual(['one']);
    workspace.faults.api('chat.postMessage', { kind: 'http', status: 500 });
    await app.client.chat.postMessage({ channel: 'C0APPROVALS', text: 'two' });
    workspace.faults.api('chat.postMessage', { kind: 'lose_answer' });
    await app.client.chat.postMessage({ channel: 'C0APPROVALS', text: 'three' });
    expect(posted()).toEqual(['one', 'two', 'three', 'three']);
    workspace.faults.api('chat.postMessage', { kind: 'error', error: 'internal_error' });
    await expect(app.client.chat.postMessage({ channel: 'C0APPROVALS', text: 'four' })).rejects.toThrow(
      'internal_error',
    );
    expect(workspace.faults.pending).toBe(0);
    await running.stop();
  });

  it('a hanging call is neither performed nor answered', async () => {
    slack.workspace.faults.api('chat.postMessage', { kind: 'hang' });
    const hanging = fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.workspace.app.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'C0IN', text: 'x' }),
    }).catch(() => 'cut');
    await slack.workspace.until(() => slack.workspace.callsOf('chat.postMessage')[0]);
    expect(slack.workspace.channel('in').messages).toEqual([]);
    await restart({});
    expect(await hanging).toBe('cut');
  });

  it('Slack counts calls per minute when it is told to', async () => {
    await restart({ tierLimits: true });
    const statuses = new Set<number>();
    for (let count = 0; count < 21; count += 1) {
      const response = await fetch(`${slack.apiUrl}users.list`, {
        headers: { authorization: `Bearer ${slack.workspace.app.botToken}` },
      });
      statuses.add(response.status);
      await response.text();
    }
    expect([...statuses]).toEqual([200, 429]);
  });
});

it('a file reaches the asker, and nobody else can fetch it', async () => {
  const running = await startInSocketMode(listenAsAccessBot);
  const { app, workspace } = running;
  await app.client.conversations.open({ users: 'U0ANN' });
  await app.client.files.uploadV2({
    channel_id: 'D0ANN',
    filename: 'audit.csv',
    content: 'who,what\nann,db\n',
    title: 'Audit',
  });
  const file = [...workspace.files.values()][0];
  expect(file?.content?.toString()).toBe('who,what\nann,db\n');
  const url = `${running.slack.url}/files-pri/T-${file?.id ?? ''}/download/audit.csv`;
  const status = async (as: string): Promise<number> => (await fetch(`${url}?as=${as}`)).status;
  expect([await status('U0ANN'), await status('U0BOB'), await status('')]).toEqual([200, 403, 403]);
  await expect(app.client.files.uploadV2({ channel_id: 'U0ANN', filename: 'a.csv', content: 'x' })).rejects.toThrow(
    'channel_not_found',
  );
  expect(workspace.violations).toEqual([]);
  await running.stop();
});

it('the page and the API answer to their own host name only', async () => {
  const { port } = new URL(slack.url);
  const { request } = await import('node:http');
  const status = await new Promise((resolve) => {
    request({ host: '127.0.0.1', port, path: '/', headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(403);
});
