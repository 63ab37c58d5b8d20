import { drawBlocks } from './blocks.js';
import { composer } from './composer.js';
import { avatar, h, icon } from './dom.js';
import { drawTimeline, openThread } from './messages.js';
import { draftsOf, drawModals } from './modal.js';
import { drawPeople } from './people.js';
import { drawSidebar, drawTopbar } from './sidebar.js';
import { act, currentChannel, markAllRead, markRead, store } from './store.js';

const root = document.getElementById('root');

if (store.me === null) void chooseWhoToBe();
else live();

async function chooseWhoToBe() {
  const cast = await (await fetch('/page/cast')).json();
  document.title = `${cast.team.name}: who are you?`;
  root.replaceChildren(
    h(
      'main',
      { class: 'cast' },
      h('h1', {}, `Welcome to ${cast.team.name}`),
      h(
        'p',
        {},
        `A Slack workspace on this machine, with ${cast.app.name} in it. Choose who you are; open another tab to be somebody else at the same time.`,
      ),
      h(
        'ul',
        {},
        cast.people.map((one) =>
          h(
            'li',
            {},
            h(
              'a',
              { class: 'cast-member', href: `/?as=${one.id}${location.hash}` },
              avatar(one),
              h('span', {}, h('b', {}, one.realName), h('span', { class: 'description' }, one.title || `@${one.name}`)),
              note(one, cast),
            ),
          ),
        ),
      ),
    ),
  );
}

function note(one, cast) {
  if (one.deleted) return h('span', { class: 'badge' }, 'DEACTIVATED');
  if (one.teamId !== cast.team.id) return h('span', { class: 'badge outside' }, 'EXTERNAL');
  return one.isGuest ? h('span', { class: 'badge' }, 'GUEST') : null;
}

function live() {
  const source = new EventSource(`/page/live?as=${encodeURIComponent(store.me)}`);
  source.onmessage = (event) => {
    const isFirst = store.snapshot === null;
    store.snapshot = JSON.parse(event.data);
    store.isLive = true;
    if (isFirst) start();
    draw();
  };
  source.onerror = () => {
    store.isLive = false;
    if (store.snapshot === null) location.href = '/';
    else draw();
  };
}

const panes = {
  topbar: h('header', { class: 'topbar' }),
  sidebar: h('nav', { class: 'sidebar', 'aria-label': 'Channels and direct messages' }),
  main: h('main', { class: 'main' }),
  thread: h('aside', { class: 'thread', 'aria-label': 'Thread', hidden: true }),
  modals: h('div', { class: 'modals' }),
};

function start() {
  markAllRead();
  root.replaceChildren(panes.topbar, panes.sidebar, panes.main, panes.thread, panes.modals);
  window.addEventListener('hashchange', () => {
    readHash();
    draw();
  });
  readHash();
}

/** `#C0APPROVALS` or `#C0APPROVALS/1700000000.000100`. */
function readHash() {
  const [channelId = '', ts] = location.hash.slice(1).split('/');
  const before = store.channelId;
  store.channelId = channelId || currentChannel().id;
  if (ts === undefined) store.threadTs = null;
  else store.threadTs = currentChannel().messages.find((one) => one.ts === ts)?.threadTs ?? ts;
  const dmId = store.snapshot.app.dmId;
  if (store.channelId === dmId && before !== dmId) store.homeTab = 'messages';
}

function draw() {
  const where = currentChannel();
  store.channelId = where.id;
  document.title = `${where.kind === 'im' ? store.snapshot.app.name : `#${where.name}`} · ${store.snapshot.me.realName}`;
  markRead(where.id);
  drawTopbar(panes.topbar);
  drawSidebar(panes.sidebar, where);
  drawMain(where);
  drawThread(where);
  drawModals(panes.modals);
  drawPeople();
  for (const pane of [panes.topbar, panes.sidebar, panes.main, panes.thread])
    pane.inert = store.snapshot.modals.length > 0;
}

function drawMain(where) {
  const isApp = where.kind === 'im';
  const tab = isApp && store.snapshot.app.homeTab ? store.homeTab : 'messages';
  const signature = `${where.id} ${tab} ${where.isMember} ${where.isArchived} ${where.isExtShared}`;
  if (panes.main.dataset.signature !== signature) {
    panes.main.dataset.signature = signature;
    panes.main.replaceChildren(
      mainHead(where, tab),
      ...(tab === 'home' ? [h('div', { class: 'home' })] : [timelineBox(where), foot(where)]),
    );
    panes.main.querySelector('textarea')?.focus();
  }
  if (tab === 'home') drawHome(panes.main.querySelector('.home'));
  else drawTimeline(panes.main.querySelector('.timeline'), where, null);
}

function timelineBox(where) {
  return h('div', { class: 'timeline', role: 'log', tabindex: '0', 'aria-label': `Messages in ${nameOf(where)}` });
}

const nameOf = (where) => (where.kind === 'im' ? store.snapshot.app.name : `#${where.name}`);

function mainHead(where, tab) {
  const isApp = where.kind === 'im';
  const sign = where.kind === 'private' ? icon('lock') : '# ';
  const tabs =
    isApp && store.snapshot.app.homeTab
      ? h(
          'div',
          { class: 'tabs', role: 'tablist' },
          tabButton('home', 'Home', tab),
          tabButton('messages', 'Messages', tab),
        )
      : null;
  return h(
    'div',
    { class: 'main-head' },
    isApp ? h('span', { class: 'avatar avatar-app small', 'aria-hidden': 'true' }, store.snapshot.app.name[0]) : null,
    h(
      'h1',
      {},
      isApp ? store.snapshot.app.name : [h('span', { class: 'sign', 'aria-hidden': 'true' }, sign), where.name],
    ),
    where.isExtShared ? h('span', { class: 'badge outside' }, 'SHARED WITH ANOTHER ORGANISATION') : null,
    h('span', { class: 'topic' }, where.topic),
    tabs,
    isApp ? null : h('span', { class: 'members' }, `${where.memberCount} members`),
  );
}

function tabButton(name, label, selected) {
  const choose = () => {
    store.homeTab = name;
    void act({ type: 'home', tab: name });
    draw();
  };
  return h(
    'button',
    { type: 'button', role: 'tab', 'aria-selected': String(name === selected), onclick: choose },
    label,
  );
}

function foot(where) {
  if (where.isArchived) return h('p', { class: 'foot-note' }, 'This channel is archived.');
  if (!where.isMember) return h('p', { class: 'foot-note' }, 'You are looking at this channel without being in it.');
  if (isReadOnly(where))
    return h('p', { class: 'foot-note' }, `Sending messages to ${store.snapshot.app.name} has been turned off.`);
  return composer(where, null, `Message ${nameOf(where)}`);
}

const isReadOnly = (where) => where.kind === 'im' && store.snapshot.app.messagesTab === 'read_only';

function drawHome(holder) {
  const { home, app } = store.snapshot;
  const signature = JSON.stringify([home?.id, home?.hash]);
  if (holder.dataset.signature === signature) return;
  holder.dataset.signature = signature;
  holder.replaceChildren(
    home === null
      ? h('p', { class: 'foot-note' }, `${app.name} has not published a Home tab for you yet.`)
      : drawBlocks(home.blocks, { target: { kind: 'view', id: home.id }, drafts: draftsOf(home.id) }),
  );
}

function drawThread(where) {
  const isOpen = store.threadTs !== null && where.messages.some((one) => one.ts === store.threadTs);
  root.classList.toggle('with-thread', isOpen);
  panes.thread.hidden = !isOpen;
  const signature = isOpen ? `${where.id} ${store.threadTs}` : '';
  if (panes.thread.dataset.signature !== signature) {
    panes.thread.dataset.signature = signature;
    panes.thread.replaceChildren();
    if (isOpen) {
      const close = h(
        'button',
        { type: 'button', class: 'icon', 'aria-label': 'Close thread', onclick: () => openThread(null) },
        '✕',
      );
      panes.thread.append(
        h('div', { class: 'main-head' }, h('h2', {}, 'Thread'), h('span', { class: 'topic' }, nameOf(where)), close),
        h('div', { class: 'timeline', role: 'log', tabindex: '0', 'aria-label': 'Thread messages' }),
        ...(where.isMember && !where.isArchived && !isReadOnly(where)
          ? [composer(where, store.threadTs, 'Reply…')]
          : []),
      );
    }
  }
  if (isOpen) drawTimeline(panes.thread.querySelector('.timeline'), where, store.threadTs);
}
