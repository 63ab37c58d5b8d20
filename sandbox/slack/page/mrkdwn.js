import { h } from './dom.js';
import { channel, person, store } from './store.js';

const emoji = {
  white_check_mark: '✅', heavy_check_mark: '✔️', x: '❌', warning: '⚠️', lock: '🔒', unlock: '🔓', key: '🔑', bell: '🔔',
  hourglass: '⌛', hourglass_flowing_sand: '⏳', clock1: '🕐', eyes: '👀', tada: '🎉', wave: '👋', rotating_light: '🚨',
  no_entry: '⛔', no_entry_sign: '🚫', information_source: 'ℹ️', point_right: '👉', shield: '🛡️', memo: '📝', smile: '😄',
  '+1': '👍', thumbsup: '👍', large_green_circle: '🟢', red_circle: '🔴', large_yellow_circle: '🟡', large_blue_circle: '🔵',
}; // prettier-ignore

export function unescape(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** A text object: plain_text as it is, mrkdwn drawn. */
export function textNodes(text) {
  if (text === undefined || text === null) return [];
  if (text.type === 'plain_text') return [withEmoji(unescape(text.text))];
  return mrkdwn(text.text);
}

function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji[name] ?? whole);
}

/** Slack's mrkdwn as DOM nodes: code, quotes, bold, italic, strike, links, mentions and dates. */
export function mrkdwn(text) {
  const nodes = [];
  for (const [index, part] of text.split('```').entries()) {
    if (index % 2 === 1) nodes.push(h('pre', {}, unescape(part.replace(/^\n/, ''))));
    else nodes.push(...lines(part));
  }
  return nodes;
}

function lines(text) {
  const nodes = [];
  let quote = [];
  const flush = () => {
    if (quote.length > 0)
      nodes.push(
        h(
          'blockquote',
          {},
          quote.flatMap((line, i) => (i === 0 ? inline(line) : [h('br'), ...inline(line)])),
        ),
      );
    quote = [];
  };
  const all = text.split('\n');
  for (const [index, line] of all.entries()) {
    const quoted = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    if (quoted !== null) {
      quote.push(quoted[1]);
      continue;
    }
    flush();
    nodes.push(...inline(line));
    if (index < all.length - 1) nodes.push(h('br'));
  }
  flush();
  return nodes;
}

const spans =
  /<([^<>\n]+)>|`([^`\n]+)`|(?<![\w*])\*(?! )([^*\n]+?)(?<! )\*(?!\w)|(?<![\w_])_(?! )([^_\n]+?)(?<! )_(?!\w)|(?<![\w~])~(?! )([^~\n]+?)(?<! )~(?!\w)/;

function inline(text) {
  const match = spans.exec(text);
  if (match === null) return text === '' ? [] : [withEmoji(unescape(text))];
  const [whole, entity, code, bold, italic, strike] = match;
  const before = inline(text.slice(0, match.index));
  const after = inline(text.slice(match.index + whole.length));
  const drawn =
    entity !== undefined ? entityNode(entity)
    : code !== undefined ? h('code', {}, ...codeNodes(code))
    : bold !== undefined ? h('b', {}, ...inline(bold))
    : italic !== undefined ? h('i', {}, ...inline(italic))
    : h('s', {}, ...inline(strike)); // prettier-ignore
  return [...before, drawn, ...after];
}

function codeNodes(text) {
  return [unescape(text)];
}

function entityNode(inside) {
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? undefined : inside.slice(bar + 1);
  if (/^@[UW]/.test(target)) return mentionNode(target.slice(1), label);
  if (/^#[CG]/.test(target)) return channelNode(target.slice(1), label);
  if (target.startsWith('!date^')) return dateNode(target, label);
  if (target.startsWith('!subteam^')) return h('span', { class: 'mention' }, label ?? '@group');
  if (/^!(here|channel|everyone)$/.test(target))
    return h('span', { class: 'mention mention-me' }, `@${target.slice(1)}`);
  if (/^(https?:\/\/|mailto:|tel:)/.test(target)) return linkNode(unescape(target), unescape(label ?? target));
  return `<${unescape(inside)}>`;
}

export function mentionNode(id, label) {
  const name = person(id)?.realName ?? label ?? id;
  return h('span', { class: `mention ${id === store.me ? 'mention-me' : ''}` }, `@${name}`);
}

export function channelNode(id, label) {
  const known = channel(id);
  return h('a', { class: 'mention', href: `#${id}` }, `#${known?.name ?? (label || 'private-channel')}`);
}

export function linkNode(url, label) {
  const isSafe = /^(https?:|mailto:|tel:)/.test(url);
  return isSafe ? h('a', { href: url, target: '_blank', rel: 'noreferrer noopener' }, label) : label;
}

const styles = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
};

function dateNode(target, fallback) {
  const [, at, format = '', url] = target.split('^');
  const atMs = Number(at) * 1000;
  const words = format.replace(/\{(\w+)\}/g, (whole, name) => dateWords(atMs, name) ?? whole);
  const full = clock(atMs, { ...styles.date_long, ...styles.time_secs });
  const node = h(
    'time',
    { datetime: new Date(atMs).toISOString(), title: `${full} (${store.snapshot.me.tz})` },
    words || fallback,
  );
  return url === undefined ? node : h('a', { href: url, target: '_blank', rel: 'noreferrer noopener' }, node);
}

function dateWords(atMs, name) {
  if (name === 'ago') return relative(atMs);
  const style = styles[name.replace('_pretty', '')];
  if (style === undefined) return undefined;
  return (name.endsWith('_pretty') ? nearDay(atMs) : undefined) ?? clock(atMs, style);
}

/** In the time zone of the person one is, not of this computer. */
export function clock(atMs, style) {
  return new Intl.DateTimeFormat('en-GB', { ...style, timeZone: store.snapshot.me.tz }).format(atMs);
}

export function nearDay(atMs) {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: store.snapshot.me.tz });
  const days = (Date.parse(day.format(atMs)) - Date.parse(day.format(Date.now()))) / 86_400_000;
  return { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[days];
}

function relative(atMs) {
  const format = new Intl.RelativeTimeFormat('en-GB');
  for (const [unit, unitMs] of [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ]) {
    // prettier-ignore
    if (Math.abs(atMs - Date.now()) >= unitMs) return format.format(Math.trunc((atMs - Date.now()) / unitMs), unit);
  }
  return format.format(Math.trunc((atMs - Date.now()) / 1000), 'second');
}
