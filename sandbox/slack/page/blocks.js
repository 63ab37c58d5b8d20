import { h } from './dom.js';
import { drawElement } from './elements.js';
import { channelNode, linkNode, mentionNode, mrkdwn, textNodes, unescape } from './mrkdwn.js';

/** Draws Block Kit. `scene` says where it stands: the target of clicks, drafts, errors (see elements.js). */
export function drawBlocks(blocks, scene) {
  return h(
    'div',
    { class: 'blocks' },
    blocks.map((block) => drawBlock(block, scene)),
  );
}

function drawBlock(block, scene) {
  const draw = drawers[block.type];
  if (draw === undefined)
    return h('div', { class: 'block unknown' }, `(a ${block.type} block: not drawn in the sandbox)`);
  return draw(block, scene);
}

const drawers = {
  section(block, scene) {
    const words = h('div', { class: 'section-words' });
    if (block.text) words.append(h('div', { class: 'text' }, textNodes(block.text)));
    if (block.fields) {
      words.append(
        h(
          'div',
          { class: 'fields' },
          block.fields.map((field) => h('div', { class: 'field' }, textNodes(field))),
        ),
      );
    }
    const beside = block.accessory
      ? h('div', { class: 'accessory' }, drawElement(block.accessory, block, scene))
      : null;
    return h('div', { class: 'block section' }, words, beside);
  },
  header: (block) => h('h3', { class: 'block header' }, textNodes(block.text)),
  divider: () => h('hr', { class: 'block divider' }),
  context: (block) =>
    h(
      'div',
      { class: 'block context' },
      block.elements.map((element) =>
        element.type === 'image' ? image(element, 'context-image') : h('span', { class: 'text' }, textNodes(element)),
      ),
    ),
  actions: (block, scene) =>
    h(
      'div',
      { class: 'block actions', role: 'group', 'aria-label': 'Actions' },
      block.elements.map((element) => drawElement(element, block, scene)),
    ),
  image: (block) =>
    h(
      'figure',
      { class: 'block image' },
      block.title ? h('figcaption', {}, textNodes(block.title)) : null,
      image(block, ''),
    ),
  input: (block, scene) => drawElement(block.element, block, scene),
  rich_text: (block) => h('div', { class: 'block rich' }, block.elements.map(richPart)),
  table: (block) => table(block),
  markdown: (block) => h('div', { class: 'block text' }, mrkdwn(block.text.replace(/\*\*(.+?)\*\*/g, '*$1*'))),
  alert: (block) =>
    h('div', { class: `block alert alert-${block.level ?? 'default'}`, role: 'note' }, textNodes(block.text)),
};

/** The sandbox has no network: a picture is shown by what it says. */
function image(source, kind) {
  if (source.image_url?.startsWith('data:'))
    return h('img', { src: source.image_url, alt: source.alt_text, class: kind });
  return h(
    'span',
    { class: `picture ${kind}`, role: 'img', 'aria-label': source.alt_text, title: source.alt_text },
    kind === '' ? source.alt_text : '▣',
  );
}

function richPart(part) {
  const pieces = () => part.elements.map(richPiece);
  if (part.type === 'rich_text_list') {
    const list = h(
      part.style === 'ordered' ? 'ol' : 'ul',
      {},
      part.elements.map((item) => h('li', {}, item.elements.map(richPiece))),
    );
    list.style.marginLeft = `${(part.indent ?? 0) * 24}px`;
    return list;
  }
  if (part.type === 'rich_text_preformatted') return h('pre', {}, pieces());
  return h(part.type === 'rich_text_quote' ? 'blockquote' : 'div', {}, pieces());
}

function richPiece(piece) {
  let node = richNode(piece);
  const style = piece.style ?? {};
  for (const [name, tag] of [
    ['code', 'code'],
    ['bold', 'b'],
    ['italic', 'i'],
    ['strike', 's'],
    ['underline', 'u'],
  ])
    // prettier-ignore
    if (style[name]) node = h(tag, {}, node);
  return node;
}

function richNode(piece) {
  switch (piece.type) {
    case 'user':
      return mentionNode(piece.user_id);
    case 'channel':
      return channelNode(piece.channel_id);
    case 'broadcast':
      return h('span', { class: 'mention mention-me' }, `@${piece.range}`);
    case 'link':
      return linkNode(piece.url, piece.text ?? piece.url);
    case 'date':
      return h('span', {}, mrkdwn(`<!date^${piece.timestamp}^${piece.format}|${piece.fallback ?? ''}>`));
    default:
      return h('span', { class: 'pre-line' }, unescape(piece.text ?? `:${piece.name ?? ''}:`));
  }
}

function table(block) {
  const cell = (entry) => (entry.type === 'rich_text' ? entry.elements.map(richPart) : unescape(entry.text));
  const align = (index) => `align-${block.column_settings?.[index]?.align ?? 'left'}`;
  const [head = [], ...rows] = block.rows;
  return h(
    'div',
    { class: 'block table', tabindex: '0', role: 'region', 'aria-label': 'Table' },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head.map((entry, i) => h('th', { scope: 'col', class: align(i) }, cell(entry))),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) =>
          h(
            'tr',
            {},
            row.map((entry, i) => h('td', { class: align(i) }, cell(entry))),
          ),
        ),
      ),
    ),
  );
}
