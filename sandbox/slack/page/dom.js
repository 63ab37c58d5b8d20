/** Makes an element. `on…` properties are listeners, `class` and `aria-…` attributes; null children are left out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

const paths = {
  lock: 'M4 7V5a4 4 0 0 1 8 0v2h.5c.8 0 1.5.7 1.5 1.5v5c0 .8-.7 1.5-1.5 1.5h-9A1.5 1.5 0 0 1 2 13.5v-5C2 7.7 2.7 7 3.5 7H4zm1.5 0h5V5a2.5 2.5 0 0 0-5 0v2z',
  eye: 'M8 3c3.6 0 6.3 2.6 7.5 5-1.200 2.4-3.900 5-7.5 5S1.7 10.4.5 8C1.7 5.6 4.4 3 8 3zm0 1.5C5.3 4.5 3.3 6.3 2.200 8c1.100 1.7 3.100 3.5 5.800 3.5s4.7-1.800 5.800-3.5C12.7 6.3 10.7 4.5 8 4.5zM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z',
  download:
    'M7.25 2h1.5v6.7l2.200-2.200 1.100 1.100L8 11.6 3.950 7.6l1.100-1.100 2.200 2.200V2zM2.5 12.5h11V14h-11v-1.5z',
};

/** Drawn, not typed: not every machine has a font with pictures. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon-drawn');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('fill-rule', 'evenodd');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

let count = 0;
export function uid(prefix) {
  count += 1;
  return `${prefix}-${count}`;
}

/** Replaces the children, keeping a node whose key and signature are the same: what a person holds open stays open. */
export function keep(parent, items, draw) {
  const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const after = items.map(({ key, data }) => {
    const signature = JSON.stringify(data);
    const old = before.get(key);
    if (old !== undefined && old.signature === signature) return old;
    const fresh = draw(data);
    fresh.dataset.key = key;
    fresh.signature = signature;
    return fresh;
  });
  const isSame =
    after.length === parent.children.length && after.every((node, index) => parent.children[index] === node);
  if (!isSame) parent.replaceChildren(...after);
}

const colours = ['#b4552d', '#1f7a5c', '#3a5ba0', '#8a4a8f', '#a8652a', '#2f7d8c', '#99405a', '#5a6b2f', '#6048a8'];

/** A square with initials, in a colour of the person's own. */
export function avatar(person, size = '') {
  const words = (person?.realName ?? '?').split(/\s+/);
  const initials = (words[0]?.[0] ?? '?') + (words.length > 1 ? words.at(-1)[0] : '');
  const code = [...(person?.id ?? '')].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 641, 7);
  const box = h(
    'span',
    { class: `avatar ${size} ${person?.isBot ? 'avatar-app' : ''}`, 'aria-hidden': 'true' },
    initials,
  );
  if (!person?.isBot) box.style.background = colours[code % colours.length];
  return box;
}
