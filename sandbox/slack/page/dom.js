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
  const code = [...(person?.id ?? '')].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
  const box = h(
    'span',
    { class: `avatar ${size} ${person?.isBot ? 'avatar-app' : ''}`, 'aria-hidden': 'true' },
    initials,
  );
  if (!person?.isBot) box.style.background = colours[code % colours.length];
  return box;
}
