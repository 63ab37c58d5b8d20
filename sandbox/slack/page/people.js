import { avatar, h, keep, uid } from './dom.js';
import { act, store } from './store.js';

const offered = ['en-US', 'de-DE'];
/** Each in its own words: “Deutsch (Deutschland)”. */
const nameOf = (locale) => new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;
let list = null;
let problem = null;

/** What an owner of the workspace could change about its people. The app hears of it as from Slack. */
export function openPeople() {
  const title = uid('people');
  list = h('ul', {});
  problem = h('p', { class: 'no-answer', role: 'status' });
  const close = () => {
    dialog.remove();
    list = null;
  };
  const dialog = h(
    'dialog',
    { class: 'confirm people', 'aria-labelledby': title, onclose: close },
    h('h2', { id: title }, 'People'),
    list,
    problem,
    h(
      'div',
      { class: 'confirm-buttons' },
      h('button', { type: 'button', class: 'button primary', onclick: () => dialog.close() }, 'Done'),
    ),
  );
  document.body.append(dialog);
  drawPeople();
  dialog.showModal();
}

/** Draws the open list anew; who had the focus in it keeps it. */
export function drawPeople() {
  if (list === null) return;
  const { people, team } = store.snapshot;
  const ours = people.filter((one) => !one.isBot && one.teamId === team.id);
  const focused = list.contains(document.activeElement) ? document.activeElement.id : null;
  keep(
    list,
    ours.map((one) => ({ key: one.id, data: one })),
    drawPerson,
  );
  if (focused !== null) document.getElementById(focused)?.focus();
}

function drawPerson({ id, realName, name, locale, deleted, isBot }) {
  const known = [...new Set([...offered, locale])];
  return h(
    'li',
    {},
    avatar({ id, realName, isBot }, 'small'),
    h('span', { class: 'people-name' }, realName, h('span', { class: 'description' }, ` @${name}`)),
    h(
      'select',
      {
        id: `language-${id}`,
        'aria-label': `Language of ${realName}`,
        onchange: (event) => void change({ personId: id, locale: event.target.value }),
      },
      known.map((one) => h('option', { value: one, selected: one === locale }, nameOf(one))),
    ),
    h(
      'button',
      {
        id: `active-${id}`,
        type: 'button',
        class: 'button',
        'aria-label': `${deleted ? 'Reactivate' : 'Deactivate'} ${realName}`,
        onclick: () => void change({ personId: id, deleted: !deleted }),
      },
      deleted ? 'Reactivate' : 'Deactivate',
    ),
  );
}

async function change(what) {
  const { error } = await act({ type: 'change_person', ...what });
  problem.textContent = error ?? '';
}
