import { drawBlocks } from './blocks.js';
import { h, uid } from './dom.js';
import { textNodes } from './mrkdwn.js';
import { act, store } from './store.js';

/** What was typed, by view id: it outlives a redraw, so that views.update keeps it. */
const drafts = new Map();

export function draftsOf(viewId) {
  if (!drafts.has(viewId)) drafts.set(viewId, {});
  return drafts.get(viewId);
}

let shown = '';
let returnFocus = null;

/** Shows the top modal of the stack, and nothing when there is none. */
export function drawModals(holder) {
  const stack = store.snapshot.modals;
  const top = stack.at(-1);
  const signature = top === undefined ? '' : JSON.stringify([top.id, top.hash, top.errors]);
  if (signature === shown) return;
  const isNew = holder.firstElementChild?.dataset.viewId !== top?.id;
  const focused = document.activeElement?.closest('[data-block]')?.dataset.block;
  if (shown === '') returnFocus = document.activeElement;
  shown = signature;
  if (top === undefined) {
    holder.replaceChildren();
    returnFocus?.focus?.();
    return;
  }
  const dialog = drawModal(top, stack.length > 1);
  holder.replaceChildren(dialog);
  const invalid = dialog.querySelector('[aria-invalid]');
  const same = isNew
    ? null
    : (invalid ?? dialog.querySelector(`[data-block="${CSS.escape(focused ?? '')}"] :is(input, textarea)`));
  (
    same ??
    dialog.querySelector('[data-autofocus]') ??
    dialog.querySelector('.modal-body :is(input, textarea, button)') ??
    dialog.querySelector('button')
  )?.focus();
}

function drawModal(view, isPushed) {
  const title = uid('title');
  const scene = { target: { kind: 'view', id: view.id }, drafts: draftsOf(view.id), errors: view.errors };
  const body = h('div', { class: 'modal-body' }, drawBlocks(view.blocks, scene));
  [...body.firstElementChild.children].forEach((node, index) => (node.dataset.block = view.blocks[index].block_id));
  const trouble = h('div', { class: 'trouble', role: 'alert' });
  const submit = view.submit ? h('button', { type: 'submit', class: 'button primary' }, textNodes(view.submit)) : null;
  const form = h(
    'form',
    {
      class: 'modal',
      role: 'dialog',
      'aria-modal': 'true',
      'aria-labelledby': title,
      onsubmit: async (event) => {
        event.preventDefault();
        submit?.classList.add('busy');
        trouble.replaceChildren();
        const answer = await act({ type: 'submit', viewId: view.id, values: draftsOf(view.id) });
        submit?.classList.remove('busy');
        if (answer.ok === false)
          trouble.replaceChildren(`We had some trouble connecting. Try again? (${answer.error})`);
      },
      onkeydown: (event) => {
        if (event.key === 'Escape') void close(false);
        if (event.key === 'Tab') trap(event, form);
      },
    },
    h(
      'header',
      { class: 'modal-head' },
      h('span', { class: 'avatar avatar-app small', 'aria-hidden': 'true' }, store.snapshot.app.name[0]),
      h('h2', { id: title }, textNodes(view.title)),
      h(
        'button',
        { type: 'button', class: 'icon', 'aria-label': 'Close this dialog', onclick: () => close(true) },
        '✕',
      ),
    ),
    body,
    trouble,
    h(
      'footer',
      { class: 'modal-foot' },
      h(
        'button',
        { type: 'button', class: 'button', onclick: () => close(false) },
        view.close ? textNodes(view.close) : isPushed ? 'Back' : 'Cancel',
      ),
      submit,
    ),
  );
  form.noValidate = true;
  form.dataset.viewId = view.id;
  return form;
}

function close(all) {
  return act({ type: 'close', all });
}

function trap(event, form) {
  const reachable = [...form.querySelectorAll('button, input, textarea, a[href], [tabindex="0"]')].filter(
    (node) => !node.disabled && node.offsetParent !== null,
  );
  const [first, last] = [reachable[0], reachable.at(-1)];
  const leaving = event.shiftKey ? first : last;
  if (document.activeElement !== leaving) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
