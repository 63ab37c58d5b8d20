import { drawBlocks } from './blocks.js';
import { avatar, h, icon, keep } from './dom.js';
import { clock, mrkdwn, nearDay } from './mrkdwn.js';
import { act, person, replies, store, timeline } from './store.js';

const GROUP_SECONDS = 300;

/** Draws a channel's messages, or a thread's when `threadTs` is given. */
export function drawTimeline(holder, where, threadTs) {
  const wasAtEnd = holder.scrollHeight - holder.scrollTop - holder.clientHeight < 80;
  const items = [];
  let before = null;
  for (const one of timeline(where, threadTs)) {
    const day = dayOf(one);
    if (before === null || dayOf(before) !== day) items.push({ key: `day ${day}`, data: { day: one.ts } });
    const follows = before !== null && before.ts !== threadTs && isSameBreath(before, one) && dayOf(before) === day;
    items.push({
      key: one.ts,
      data: {
        message: one,
        follows,
        thread: threadTs === null ? threadSummary(where, one) : null,
        tz: store.snapshot.me.tz,
      },
    });
    if (threadTs === one.ts) items.push({ key: 'replies', data: { replies: replies(where, one.ts).length } });
    before = one;
  }
  if (items.length === 0)
    items.push({ key: 'nothing', data: { nothing: where.kind === 'im' ? store.snapshot.app.name : `#${where.name}` } });
  keep(holder, items, (data) => draw(where, data));
  if (wasAtEnd || holder.dataset.seen === undefined) holder.scrollTop = holder.scrollHeight;
  holder.dataset.seen = '';
}

function draw(where, data) {
  if (data.nothing !== undefined)
    return h(
      'p',
      { class: 'nothing' },
      `This is the very beginning of ${data.nothing}. Type / to see what ${store.snapshot.app.name} can do.`,
    );
  if (data.day !== undefined) return h('div', { class: 'day' }, h('span', {}, dayWords(data.day)));
  if (data.replies !== undefined) return h('div', { class: 'replies-line' }, h('span', {}, countWords(data.replies)));
  return drawMessage(where, data);
}

const countWords = (count) => (count === 1 ? '1 reply' : `${count} replies`);
const dayOf = (one) => clock(Number(one.ts) * 1000, { dateStyle: 'short' });

function dayWords(ts) {
  const atMs = Number(ts) * 1000;
  const near = nearDay(atMs);
  return near === undefined
    ? clock(atMs, { weekday: 'long', day: 'numeric', month: 'long' })
    : near[0].toUpperCase() + near.slice(1);
}

/** One after the other by the same person: the name is not said again. */
function isSameBreath(a, b) {
  if (a.isEphemeral || b.isEphemeral || a.userId !== b.userId) return false;
  return Number(b.ts) - Number(a.ts) < GROUP_SECONDS;
}

function threadSummary(where, one) {
  const all = one.isEphemeral ? [] : replies(where, one.ts);
  if (all.length === 0) return null;
  return { count: all.length, people: [...new Set(all.map((reply) => reply.userId))].slice(0, 5), last: all.at(-1).ts };
}

function authorOf(one) {
  if (!one.isEphemeral) return person(one.userId);
  return one.from === 'app'
    ? person(store.snapshot.app.botUserId)
    : { id: 'slackbot', realName: 'Slackbot', isBot: true };
}

function drawMessage(where, { message, follows, thread }) {
  const author = authorOf(message);
  const at = clock(Number(message.ts) * 1000, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const target = message.isEphemeral
    ? { kind: 'ephemeral', ts: message.ts }
    : { kind: 'message', channelId: where.id, ts: message.ts };
  const head = follows
    ? null
    : h(
        'div',
        { class: 'message-head' },
        h('span', { class: 'author' }, author?.realName ?? 'Somebody'),
        author?.isBot ? h('span', { class: 'badge' }, 'APP') : outsiderBadge(author),
        h('time', { class: 'at' }, at),
      );
  return h(
    'article',
    {
      class: `message ${message.isEphemeral ? 'ephemeral' : ''} ${follows ? 'follows' : ''}`,
      'aria-label': `${author?.realName ?? ''} at ${at}`,
    },
    follows ? h('time', { class: 'at gutter' }, at) : avatar(author),
    h(
      'div',
      { class: 'message-body' },
      message.isEphemeral ? h('div', { class: 'only-you' }, icon('eye'), ' Only visible to you') : null,
      head,
      content(message, target),
      (message.files ?? []).map(fileCard),
      thread === null ? null : threadButton(message, thread),
    ),
    message.isEphemeral ? null : tools(where, message),
  );
}

function outsiderBadge(author) {
  if (author === undefined) return null;
  if (author.teamId !== store.snapshot.team.id) return h('span', { class: 'badge outside' }, 'EXTERNAL');
  if (author.deleted) return h('span', { class: 'badge' }, 'DEACTIVATED');
  return author.isGuest ? h('span', { class: 'badge' }, 'GUEST') : null;
}

function content(message, target) {
  if (message.blocks.length > 0) return drawBlocks(message.blocks, { target });
  if (message.text === '') return null;
  const edited = message.editedTs === undefined ? null : h('span', { class: 'edited' }, ' (edited)');
  return h('div', { class: 'text' }, mrkdwn(message.text), edited);
}

function fileCard(file) {
  const href = `${new URL(file.url_private_download ?? '/', location.href).pathname}?as=${encodeURIComponent(store.me)}`;
  return h(
    'a',
    { class: 'file', href, download: file.name, 'aria-label': `Download ${file.name}` },
    h(
      'span',
      { class: 'file-icon', 'aria-hidden': 'true' },
      (file.name ?? '').split('.').at(-1).toUpperCase().slice(0, 4),
    ),
    h(
      'span',
      { class: 'file-words' },
      h('b', {}, file.title ?? file.name),
      h('span', {}, `${file.name} · ${sizeWords(file.size)}`),
    ),
    icon('download'),
  );
}

function sizeWords(bytes) {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} kB`;
}

function threadButton(message, thread) {
  return h(
    'button',
    { type: 'button', class: 'thread-button', onclick: () => openThread(message.ts) },
    thread.people.map((id) => avatar(person(id), 'tiny')),
    h('b', {}, countWords(thread.count)),
    h(
      'span',
      {},
      `Last reply ${clock(Number(thread.last) * 1000, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}`,
    ),
  );
}

export function openThread(ts) {
  location.hash = ts === null ? store.channelId : `${store.channelId}/${ts}`;
}

function tools(where, message) {
  const shortcuts = store.snapshot.app.shortcuts.filter((one) => one.type === 'message');
  return h(
    'div',
    { class: 'tools' },
    h('button', { type: 'button', onclick: () => openThread(message.threadTs ?? message.ts) }, 'Reply in thread'),
    shortcuts.map((one) =>
      h(
        'button',
        {
          type: 'button',
          onclick: () => act({ type: 'shortcut', callbackId: one.callbackId, channelId: where.id, ts: message.ts }),
        },
        one.name,
      ),
    ),
  );
}
