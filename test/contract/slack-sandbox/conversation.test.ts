import { afterEach, describe, expect, it } from '@jest/globals';
import { listenAsAccessBot, startInHttpMode, startInSocketMode, type Running } from './bolt-app.ts';

let running: Running | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe.each([
  ['Socket Mode', startInSocketMode],
  ['HTTP mode', startInHttpMode],
])('a real Bolt app in %s', (_name, start) => {
  it('plays a whole request: command, modal, typeahead, error under a field, card, click, thread, private word', async () => {
    running = await start(listenAsAccessBot);
    const { workspace } = running;
    const ann = workspace.as('ann');
    const chen = workspace.as('chen');

    expect(await ann.command('/ask', 'general')).toMatchObject({ ok: true });
    const modal = await ann.modal();
    expect((await ann.suggest(modal, 'Access', 'db')).options.map((option) => option['value'])).toEqual([
      'db-reader',
      'db-writer',
    ]);
    expect(await ann.submit(modal, { Access: 'db-reader' })).toMatchObject({
      result: 'errors',
      errors: { Justification: 'Please complete this required field.' },
    });
    expect(await ann.submit(modal, { Justification: 'no' })).toMatchObject({
      result: 'errors',
      errors: { Justification: 'Say more.' },
    });
    expect(await ann.submit(modal, { Duration: '4 hours', Justification: 'INC-42' })).toMatchObject({
      result: 'closed',
    });
    expect(ann.openModals()).toEqual([]);

    const approvals = workspace.channel('approvals');
    const card = await workspace.until(() => approvals.messages[0]);
    expect(chen.read(card)).toBe('@Ann Baker asks for *db-reader* for 4h\n[ Approve ]\n[ Silent ]');
    expect(await chen.click(card, 'Approve')).toMatchObject({ ok: true });
    await workspace.until(() => chen.ephemerals().length);
    expect(chen.read(card)).toBe('Approved by @Chen Li');
    expect(card.blocks).toEqual([]);
    expect(approvals.thread(card.ts).map((reply) => reply.text)).toEqual(['Approved.']);
    expect(chen.ephemerals('approvals').map((one) => one.text)).toEqual(['Only you see this.']);
    expect(workspace.violations).toEqual([]);
  });

  it('shows the text of an ack to the one who typed, and tells what a click without an answer looks like', async () => {
    running = await start(listenAsAccessBot, { ackTimeoutMs: 300 });
    const { workspace } = running;
    const ann = workspace.as('ann');
    expect(await ann.command('/ask say', 'general')).toMatchObject({ ok: true, ackText: 'said in the ack' });
    expect(ann.ephemerals('general').map((one) => one.text)).toEqual(['said in the ack']);
    expect(workspace.as('bob').ephemerals()).toEqual([]);
    await running.app.client.chat.postMessage({
      channel: 'C0APPROVALS',
      text: 'card',
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'button', action_id: 'silent', text: { type: 'plain_text', text: 'Silent' } }],
        },
      ],
    });
    const card = await workspace.until(() => workspace.channel('approvals').messages[0]);
    expect((await ann.click(card, 'Silent')).ok).toBe(false);
  });

  it('sends view_closed when the app asked for it, and events it is subscribed to', async () => {
    const tabs: unknown[] = [];
    running = await start((app) => {
      listenAsAccessBot(app);
      app.event('app_home_opened', async ({ event, client }) => {
        tabs.push(event.tab);
        await client.views.publish({
          user_id: event.user,
          view: { type: 'home', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Nothing live.' } }] },
        });
      });
      app.event('user_change', async ({ event }) => {
        tabs.push(`${event.user.id} ${String(event.user.deleted)}`);
        await Promise.resolve();
      });
    });
    const { workspace } = running;
    const ann = workspace.as('ann');
    await ann.command('/ask');
    await ann.modal();
    await ann.close();
    await workspace.until(() => ann.dm.messages.length);
    await ann.openHome();
    expect(ann.read(await workspace.until(() => ann.home()))).toBe('Nothing live.');
    await workspace.changePerson('U0BOB', { deleted: true });
    expect(tabs).toEqual(['home', 'U0BOB true']);
  });

  it.each([
    ['subscribed and with its scope', ['message.im'], ['im:history'], ['WORD-1']],
    ['without the scope', ['message.im'], ['chat:write'], []],
    ['without the subscription', ['user_change'], ['im:history'], []],
  ])('what people write in direct messages reaches the app only %s', async (_, events, scopes, reached) => {
    const heard: unknown[] = [];
    running = await start(
      (app) => {
        listenAsAccessBot(app);
        app.message(async ({ message }) => {
          heard.push('text' in message && message.text);
          await Promise.resolve();
        });
      },
      { app: { events, scopes: [...scopes, 'users:read', 'commands'] } },
    );
    const { workspace } = running;
    const ann = workspace.as('ann');
    ann.say(ann.dm.id, 'WORD-1');
    if (reached.length > 0) await workspace.until(() => workspace.acks.length > 0);
    await ann.command('/ask');
    expect(heard).toEqual(reached);
  });

  it('a Messages tab that is read only takes nothing', async () => {
    running = await start(listenAsAccessBot, { app: { messagesTab: 'read_only' } });
    const ann = running.workspace.as('ann');
    expect(() => ann.say(ann.dm.id, 'WORD-1')).toThrow('turned off');
    expect(ann.dm.messages).toEqual([]);
  });

  it('turns names into ids only where the command asks for it, and neutralises what is typed as a mention', async () => {
    running = await start(listenAsAccessBot);
    const { workspace } = running;
    const ann = workspace.as('ann');
    await ann.command('/ask for @bob in #general & <@U0CHEN|chen> <!channel>', 'general');
    const [heard] = await workspace.until(() => ann.ephemerals().length > 0 && ann.ephemerals());
    expect(heard?.text).toBe(
      'heard for <@U0BOB|bob> in <#C0GENERAL|general> &amp; &lt;@U0CHEN|chen&gt; &lt;!channel&gt;',
    );
    expect(await ann.command('/raw for @bob', 'general')).toMatchObject({ ackText: 'for @bob' });
    expect(workspace.violations).toEqual([]);
  });

  it('says so when a command is unknown, is typed in a thread, or the app is away', async () => {
    running = await start(listenAsAccessBot);
    const { workspace } = running;
    const ann = workspace.as('ann');
    expect(await ann.command('/nope', 'general')).toMatchObject({ ok: false, error: 'unknown_command' });
    expect(await ann.command('/ask', 'general', { inThread: true })).toMatchObject({
      ok: false,
      error: 'not_in_threads',
    });
    workspace.changeApp({ requestUrl: 'http://127.0.0.1:9/nobody' });
    expect(await ann.command('/ask', 'general')).toMatchObject({ ok: false, error: 'not_connected' });
    expect(ann.ephemerals().at(-1)?.text).toBe('/ask failed with the error "operation_timeout"');
  });
});

it('HTTP mode: a wrong signing secret is a 401 for Slack and a failure for the person', async () => {
  running = await startInHttpMode(listenAsAccessBot);
  running.workspace.changeApp({ signingSecret: 'another' });
  expect(await running.workspace.as('ann').command('/ask say')).toMatchObject({ ok: false, error: 'http_error' });
});
