import { h, uid } from './dom.js';
import { textNodes } from './mrkdwn.js';

/** Block Kit's "are you sure": resolves with true when the person is. */
export function confirmThen(confirm) {
  const title = uid('confirm');
  return new Promise((resolve) => {
    const dialog = h(
      'dialog',
      { class: 'confirm', 'aria-labelledby': title },
      h('h2', { id: title }, textNodes(confirm.title)),
      h('div', { class: 'confirm-text' }, textNodes(confirm.text)),
      h(
        'div',
        { class: 'confirm-buttons' },
        h('button', { type: 'button', class: 'button', onclick: () => end(false) }, textNodes(confirm.deny)),
        h(
          'button',
          { type: 'button', class: `button ${confirm.style ?? 'primary'}`, onclick: () => end(true) },
          textNodes(confirm.confirm),
        ),
      ),
    );
    function end(isSure) {
      dialog.close();
      dialog.remove();
      resolve(isSure);
    }
    dialog.addEventListener('cancel', () => end(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}
