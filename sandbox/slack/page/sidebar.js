import { avatar, h, icon } from './dom.js';
import { openPeople } from './people.js';
import { store, unread } from './store.js';

export function drawTopbar(holder) {
  const { me, people, team } = store.snapshot;
  const signature = JSON.stringify([me, store.isLive, people.length]);
  if (holder.dataset.signature === signature) return;
  holder.dataset.signature = signature;
  const others = people.filter((one) => !one.isBot);
  const picker = h(
    'select',
    { 'aria-label': 'You are', onchange: (event) => (location.search = `?as=${event.target.value}`) },
    others.map((one) => h('option', { value: one.id, selected: one.id === me.id }, one.realName)),
  );
  const parts = [
    h('span', { class: 'team' }, h('span', { class: 'team-mark', 'aria-hidden': 'true' }, team.name[0]), team.name),
    h('span', { class: 'local' }, 'local sandbox'),
    store.isLive ? null : h('span', { class: 'offline', role: 'status' }, 'Connecting again …'),
    h(
      'span',
      { class: 'me' },
      h('span', { class: 'me-label' }, 'You are'),
      avatar(me, 'small'),
      picker,
      h('button', { type: 'button', class: 'people-button', onclick: openPeople }, 'People…'),
      h('a', { class: 'another', href: '/', target: '_blank' }, 'Be somebody else in a new tab'),
    ),
  ];
  holder.replaceChildren(...parts.filter((part) => part !== null));
}

export function drawSidebar(holder, current) {
  const { channels, app } = store.snapshot;
  const dm = channels.find((one) => one.id === app.dmId);
  const rooms = channels.filter((one) => one.kind !== 'im').sort((a, b) => a.name.localeCompare(b.name));
  const rows = [...rooms, dm].map((one) => [
    one.id,
    one.name,
    one.isMember,
    one.isExtShared,
    unread(one),
    one.id === current.id,
  ]);
  const signature = JSON.stringify(rows);
  if (holder.dataset.signature === signature) return;
  holder.dataset.signature = signature;
  holder.replaceChildren(
    section(
      'Channels',
      rooms.map((one) =>
        row(
          one,
          current,
          h('span', { class: 'sign', 'aria-hidden': 'true' }, one.kind === 'private' ? icon('lock') : '#'),
          one.name,
        ),
      ),
    ),
    section('Apps', [
      row(dm, current, h('span', { class: 'avatar avatar-app tiny', 'aria-hidden': 'true' }, app.name[0]), app.name),
    ]),
  );
}

function section(title, rows) {
  return h(
    'section',
    {},
    h('h2', {}, title),
    h(
      'ul',
      {},
      rows.map((one) => h('li', {}, one)),
    ),
  );
}

function row(where, current, sign, name) {
  const count = where.id === current.id ? 0 : unread(where);
  const kind = `${where.id === current.id ? 'current' : ''} ${count > 0 ? 'unread' : ''} ${where.isMember ? '' : 'outside-of'}`;
  return h(
    'a',
    { class: `row ${kind}`, href: `#${where.id}`, 'aria-current': where.id === current.id ? 'page' : undefined },
    sign,
    h('span', { class: 'row-name' }, name),
    where.isExtShared ? h('span', { title: 'shared with another organisation' }, '⇄') : null,
    count > 0 ? h('span', { class: 'count', 'aria-label': `${count} unread` }, String(count)) : null,
  );
}
