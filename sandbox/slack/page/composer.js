import { h, uid } from './dom.js';
import { act, store } from './store.js';

/** The field at the bottom: plain messages and slash commands, with a list of what could be meant. */
export function composer(where, threadTs, label) {
  const list = h('div', {
    class: 'completions',
    role: 'listbox',
    id: uid('completions'),
    'aria-label': 'Suggestions',
    hidden: true,
  });
  const field = h('textarea', {
    rows: 1,
    placeholder: label,
    'aria-label': label,
    'aria-autocomplete': 'list',
    'aria-controls': list.id,
    spellcheck: 'false',
  });
  const send = h('button', { type: 'submit', class: 'send', 'aria-label': 'Send now', disabled: true }, '➤');
  let found = [];
  let active = 0;

  function look() {
    send.disabled = field.value.trim() === '';
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
    found = completionsFor(field.value.slice(0, field.selectionStart));
    active = 0;
    list.hidden = found.length === 0;
    list.replaceChildren(...found.map((one, index) => completionNode(one, index)));
    mark();
  }
  function mark() {
    [...list.children].forEach((node, index) => {
      node.classList.toggle('active', index === active);
      node.setAttribute('aria-selected', String(index === active));
    });
  }
  function completionNode(one, index) {
    return h(
      'div',
      { role: 'option', id: uid('completion'), class: 'completion', onmousedown: (event) => { event.preventDefault(); take(index); } }, // prettier-ignore
      h('span', { class: 'completion-name' }, one.name),
      h('span', { class: 'completion-hint' }, one.hint),
      h('span', { class: 'completion-about' }, one.about),
    );
  }
  function take(index) {
    const one = found[index];
    if (one === undefined) return;
    const end = field.selectionStart;
    field.value = `${field.value.slice(0, end - one.typed.length)}${one.insert} ${field.value.slice(end)}`;
    field.focus();
    look();
  }
  async function submit() {
    const text = field.value.trim();
    if (text === '') return;
    field.value = '';
    look();
    const answer = await act({ type: 'send', channelId: where.id, text, ...(threadTs === null ? {} : { threadTs }) });
    const isShown = ['unknown_command', 'not_in_threads', 'operation_timeout', 'not_connected', 'http_error'].includes(
      answer.error,
    );
    if (!answer.ok && !isShown) form.append(h('div', { class: 'trouble', role: 'alert' }, answer.error));
    else form.querySelector('.trouble')?.remove();
  }

  field.addEventListener('input', look);
  field.addEventListener('blur', () => (list.hidden = true));
  field.addEventListener('keydown', (event) => {
    const isOpen = !list.hidden;
    if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      active = (active + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length;
      mark();
    } else if (isOpen && (event.key === 'Tab' || (event.key === 'Enter' && !isComplete()))) {
      event.preventDefault();
      take(active);
    } else if (isOpen && event.key === 'Escape') list.hidden = true;
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void submit();
    }
  });
  const isComplete = () => found.some((one) => one.insert === one.typed);
  const form = h('form', { class: 'composer', onsubmit: (event) => { event.preventDefault(); void submit(); } }, list, h('div', { class: 'composer-box' }, shortcutMenu(where), field, send)); // prettier-ignore
  return form;
}

function completionsFor(before) {
  const { app, people, channels } = store.snapshot;
  const command = /^\/\S*$/.exec(before)?.[0];
  if (command !== undefined) {
    return app.commands
      .filter((one) => one.command.startsWith(command))
      .map((one) => ({
        typed: command,
        insert: one.command,
        name: one.command,
        hint: one.usageHint ?? '',
        about: `${one.description} · ${app.name}`,
      }));
  }
  const [, at] = /(?:^|\s)(@[a-z0-9._-]*)$/.exec(before) ?? [];
  if (at !== undefined) {
    return people
      .filter(
        (one) => !one.deleted && (`@${one.name}`.startsWith(at) || one.realName.toLowerCase().startsWith(at.slice(1))),
      )
      .slice(0, 8)
      .map((one) => ({
        typed: at,
        insert: `@${one.name}`,
        name: one.realName,
        hint: `@${one.name}`,
        about: one.title ?? '',
      }));
  }
  const [, hash] = /(?:^|\s)(#[a-z0-9_-]*)$/.exec(before) ?? [];
  if (hash === undefined) return [];
  return channels
    .filter((one) => one.kind !== 'im' && `#${one.name}`.startsWith(hash))
    .map((one) => ({ typed: hash, insert: `#${one.name}`, name: `#${one.name}`, hint: '', about: one.topic }));
}

function shortcutMenu(where) {
  const shortcuts = store.snapshot.app.shortcuts.filter((one) => one.type === 'global');
  if (shortcuts.length === 0) return null;
  const menu = h('div', { class: 'menu menu-up', role: 'menu', hidden: true });
  const toggle = h(
    'button',
    {
      type: 'button',
      class: 'icon',
      'aria-label': 'Shortcuts',
      'aria-haspopup': 'menu',
      onclick: () => (menu.hidden = !menu.hidden),
    },
    '+',
  );
  for (const one of shortcuts) {
    const run = () => {
      menu.hidden = true;
      void act({ type: 'shortcut', callbackId: one.callbackId, channelId: where.id });
    };
    menu.append(h('button', { type: 'button', role: 'menuitem', onclick: run }, one.name));
  }
  return h('span', { class: 'menu-box' }, toggle, menu);
}
