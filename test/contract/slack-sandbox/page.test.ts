import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { listenAsAccessBot, startInSocketMode, type Running } from './bolt-app.ts';

type Snapshot = {
  readonly me: { readonly id: string };
  readonly people: readonly { readonly id: string; readonly locale: string; readonly deleted: boolean }[];
  readonly channels: readonly { readonly id: string; readonly messages: readonly { readonly text: string }[] }[];
  readonly ephemerals: readonly { readonly text: string }[];
  readonly home: { readonly id: string } | null;
  readonly modals: readonly { readonly id: string; readonly errors: Readonly<Record<string, string>> }[];
};

let running: Running;
beforeEach(async () => {
  running = await startInSocketMode(listenAsAccessBot);
});
afterEach(() => running.stop());

/** What a tab of this person is told, from now on. */
async function openTab(
  as: string,
): Promise<{ until(fits: (seen: Snapshot) => boolean): Promise<Snapshot>; close(): Promise<void> }> {
  const response = await fetch(`${running.slack.url}/page/live?as=${as}`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  return {
    async until(fits) {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end < 0) {
          const { value, done } = await reader.read();
          if (done) throw new Error('the stream ended');
          text += decoder.decode(value, { stream: true });
          continue;
        }
        const seen = JSON.parse(text.slice('data: '.length, end)) as Snapshot;
        text = text.slice(end + 2);
        if (fits(seen)) return seen;
      }
    },
    close: () => reader.cancel(),
  };
}

async function act(as: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${running.slack.url}/page/act?as=${as}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

it('a tab is live: what one types the others see, what is private they do not', async () => {
  const ann = await openTab('U0ANN');
  const bob = await openTab('U0BOB');
  await act('U0ANN', { type: 'send', channelId: 'C0GENERAL', text: '/ask say' });
  await act('U0ANN', { type: 'send', channelId: 'C0GENERAL', text: 'hello @bob' });
  const said = (seen: Snapshot): boolean =>
    seen.channels.some((one) => one.messages.some(({ text }) => text === 'hello <@U0BOB>'));
  expect((await ann.until(said)).ephemerals.map(({ text }) => text)).toEqual(['said in the ack']);
  expect((await bob.until(said)).ephemerals).toEqual([]);
  await ann.close();
  await bob.close();
});

it('a modal is filled and sent from the page, and errors come back to their fields', async () => {
  const ann = await openTab('U0ANN');
  await act('U0ANN', { type: 'send', channelId: 'C0GENERAL', text: '/ask' });
  const [modal] = (await ann.until((seen) => seen.modals.length === 1)).modals;
  const target = { kind: 'view', id: modal?.id };
  const answer = await act('U0ANN', { type: 'suggest', target, blockId: 'access', actionId: 'pick', query: 'db' });
  const { options } = (await answer.json()) as { options: readonly unknown[] };
  const values = {
    access: { pick: { type: 'external_select', selected_option: options[0] } },
    why: { text: { type: 'plain_text_input', value: 'no' } },
  };
  await act('U0ANN', { type: 'submit', viewId: modal?.id, values });
  const refused = await ann.until((seen) => Object.keys(seen.modals[0]?.errors ?? {}).length > 0);
  expect(refused.modals[0]?.errors).toEqual({ why: 'Say more.' });
  await act('U0ANN', {
    type: 'submit',
    viewId: modal?.id,
    values: { why: { text: { type: 'plain_text_input', value: 'INC-42' } } },
  });
  await ann.until((seen) => seen.modals.length === 0);
  await running.workspace.until(() => running.workspace.channel('approvals').messages[0]);
  await ann.close();
});

it('the Home tab is shown to its owner alone, and its buttons work from the page', async () => {
  const clicked: string[] = [];
  running.app.event('app_home_opened', async ({ event, client }) => {
    const button = {
      type: 'button' as const,
      action_id: 'go',
      text: { type: 'plain_text' as const, text: 'Go' },
      value: event.user,
    };
    const blocks = [{ type: 'actions' as const, block_id: 'row', elements: [button] }];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
  });
  running.app.action('go', async ({ ack, body }) => {
    clicked.push(body.user.id);
    await ack();
  });
  const ann = await openTab('U0ANN');
  const bob = await openTab('U0BOB');
  await act('U0ANN', { type: 'home', tab: 'home' });
  const { home } = await ann.until((seen) => seen.home !== null);
  await act('U0ANN', { type: 'send', channelId: 'C0GENERAL', text: 'I have a home' });
  const others = await bob.until((seen) => JSON.stringify(seen.channels).includes('I have a home'));
  expect(others.home).toBeNull();
  const click = { type: 'click', target: { kind: 'view', id: home?.id }, blockId: 'row', actionId: 'go' };
  expect(await (await act('U0BOB', click)).json()).toMatchObject({ ok: false });
  expect(await (await act('U0ANN', click)).json()).toMatchObject({ ok: true });
  expect(clicked).toEqual(['U0ANN']);
  await ann.close();
  await bob.close();
});

it("nobody acts in another's modal, and no other page acts here", async () => {
  await running.workspace.as('ann').command('/ask');
  const modal = await running.workspace.as('ann').modal();
  const stolen = await act('U0BOB', { type: 'submit', viewId: modal.id, values: {} });
  expect(await stolen.json()).toEqual({ ok: false, error: 'this view is gone' });
  expect((await act('U0ANN', { type: 'close' }, { origin: 'http://evil.example' })).status).toBe(403);
  expect((await act('U0ANN', { type: 'close' }, { 'content-type': 'text/plain' })).status).toBe(403);
  expect(running.workspace.as('ann').openModals()).toEqual([modal]);
});

it('a person is deactivated, reactivated and given another language from the page; the app hears of it as from Slack', async () => {
  const heard: { readonly id: string; readonly deleted?: boolean }[] = [];
  running.app.event('user_change', ({ event }) => Promise.resolve(void heard.push(event.user)));
  const ann = await openTab('U0ANN');
  const bobIn = ({ people }: Snapshot) => people.find(({ id }) => id === 'U0BOB');
  const change = async (what: object): Promise<unknown> =>
    (await act('U0ANN', { type: 'change_person', personId: 'U0BOB', ...what })).json();
  for (const deleted of [true, false]) {
    expect(await change({ deleted })).toEqual({ ok: true });
    await ann.until((seen) => bobIn(seen)?.deleted === deleted);
    expect(await running.workspace.until(() => heard.shift())).toMatchObject({ id: 'U0BOB', deleted });
  }
  expect(await change({ locale: 'de-DE' })).toEqual({ ok: true });
  await ann.until((seen) => bobIn(seen)?.locale === 'de-DE');
  expect(await running.workspace.until(() => heard.shift())).toMatchObject({ id: 'U0BOB', deleted: false });
  const { user } = await running.app.client.users.info({ user: 'U0BOB', include_locale: true });
  expect(user).toMatchObject({ locale: 'de-DE' });
  await ann.close();
});

it('nobody but people of the workspace is changed from the page, and nothing else about them', async () => {
  running.workspace.addPerson({ id: 'U0OUT', name: 'olaf', teamId: 'T0OTHER' });
  const before = [...running.workspace.people.values()];
  for (const what of [
    { personId: 'U0NOBODY', deleted: true },
    { personId: 'U0OUT', deleted: true },
    { personId: running.workspace.app.botUserId, deleted: true },
    { personId: 'U0BOB', locale: 'German' },
    { personId: 'U0BOB', deleted: 'yes' },
    { personId: 'U0BOB', isAdmin: true },
  ])
    expect(await (await act('U0ANN', { type: 'change_person', ...what })).json()).toMatchObject({ ok: false });
  expect([...running.workspace.people.values()]).toEqual(before);
});

it('the page needs nothing from elsewhere', async () => {
  const response = await fetch(running.slack.url);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await response.text();
  for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    expect((await fetch(`${running.slack.url}${path ?? ''}`)).status).toBe(200);
  }
  expect((await fetch(`${running.slack.url}/page/..%2fserver.ts`)).status).toBe(404);
});
