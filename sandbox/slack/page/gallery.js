import { drawBlocks } from './blocks.js';
import { avatar, h } from './dom.js';
import { mrkdwn, textNodes } from './mrkdwn.js';
import { person, store } from './store.js';

/** Everything the app can send, room by room, in one language at a time: `/gallery#de/The card`. */
const { app, people, exhibits } = await (await fetch('/page/gallery')).json();
store.snapshot = { me: { tz: 'Etc/UTC' }, app, people, channels: [], modals: [] };

const languages = [...new Set(exhibits.map((one) => one.language))];
const rooms = [...new Set(exhibits.map((one) => one.room))];
const root = document.body;

const slug = (words) => words.toLowerCase().replace(/\W+/g, '-');

function draw() {
  const [language = ''] = location.hash.slice(1).split('/');
  const chosen = languages.includes(language) ? language : languages[0];
  document.documentElement.lang = chosen ?? 'en';
  document.title = `Everything ${app.name} says`;
  const page = h(
    'main',
    { class: 'gallery' },
    h('h1', {}, document.title),
    exhibits.length === 0 ? h('p', {}, 'Nothing is on show here.') : null,
    h(
      'nav',
      { 'aria-label': 'Languages' },
      languages.map((one) => languageLink(one, chosen)),
    ),
    h(
      'nav',
      { 'aria-label': 'Rooms' },
      rooms.map((room) => h('a', { href: `#${chosen}/${slug(room)}` }, room)),
    ),
    rooms.map((room) => drawRoom(room, chosen)),
  );
  root.replaceChildren(page);
  document.getElementById(location.hash.split('/')[1])?.scrollIntoView();
}

const languageLink = (one, chosen) =>
  h('a', { href: `#${one}`, 'aria-current': one === chosen ? 'true' : undefined }, one);

function drawRoom(room, language) {
  const shown = exhibits.filter((one) => one.room === room && one.language === language);
  return h('section', { id: slug(room) }, h('h2', {}, room), shown.map(drawExhibit));
}

/** Nothing in it can be pressed: there is no app behind it. */
function drawExhibit({ name, shown, room }) {
  const scene = { target: null, drafts: {}, errors: {} };
  const drawn =
    shown.as === 'message' ? message(shown, scene)
    : shown.as === 'home' ? h('div', { class: 'home' }, drawBlocks(shown.view.blocks, scene))
    : modal(shown.view, scene); // prettier-ignore
  return h(
    'figure',
    { id: `${slug(room)}--${slug(name)}`, class: `exhibit exhibit-${shown.as}` },
    h('figcaption', {}, name),
    h('div', { class: 'frame', inert: true }, drawn),
    shown.as === 'message' ? h('p', { class: 'read-aloud' }, h('b', {}, 'Read aloud: '), mrkdwn(shown.text)) : null,
  );
}

function message({ blocks }, scene) {
  return h(
    'article',
    { class: 'message' },
    avatar(person(app.botUserId)),
    h(
      'div',
      {},
      h('div', { class: 'message-head' }, h('span', { class: 'author' }, app.name)),
      drawBlocks(blocks, scene),
    ),
  );
}

function modal({ title, submit, close, blocks }, scene) {
  const foot = [
    close ? h('button', { type: 'button', class: 'button' }, textNodes(close)) : null,
    submit ? h('button', { type: 'button', class: 'button primary' }, textNodes(submit)) : null,
  ];
  return h(
    'div',
    { class: 'modal' },
    h('header', { class: 'modal-head' }, h('h3', {}, textNodes(title))),
    h('div', { class: 'modal-body' }, drawBlocks(blocks, scene)),
    h('footer', { class: 'modal-foot' }, foot),
  );
}

window.addEventListener('hashchange', draw);
draw();
