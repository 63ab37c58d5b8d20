import { h, uid } from './dom.js';
import { textNodes, unescape } from './mrkdwn.js';
import { store } from './store.js';

const valueFields = {
  users_select: 'selected_user',
  channels_select: 'selected_channel',
  conversations_select: 'selected_conversation',
};
const initialFields = {
  users_select: 'initial_user',
  channels_select: 'initial_channel',
  conversations_select: 'initial_conversation',
};

/** A select with typeahead: one text field, one list, arrows and Enter. */
export function combobox(element, context) {
  const field = valueFields[element.type] ?? 'selected_option';
  const start = context.draft?.[field] ?? element[initialFields[element.type] ?? 'initial_option'] ?? null;
  let chosen =
    typeof start === 'string' ? (ownOptions(element).find((option) => option.value === start) ?? null) : start;
  return picker(element, context, {
    words: () => (chosen === null ? '' : unescape(chosen.text.text)),
    choose(option) {
      chosen = option;
      void context.set({ [field]: option === null ? null : field === 'selected_option' ? option : option.value });
    },
    isChosen: (option) => option.value === chosen?.value,
  });
}

/** The same with several values, shown as chips before the field. */
export function multiCombobox(element, context) {
  const field =
    {
      multi_users_select: 'selected_users',
      multi_channels_select: 'selected_channels',
      multi_conversations_select: 'selected_conversations',
    }[element.type] ?? 'selected_options';
  const isIds = field !== 'selected_options';
  const start = context.draft?.[field] ?? element[field.replace('selected', 'initial')] ?? [];
  let chosen = isIds ? ownOptions(element).filter((option) => start.includes(option.value)) : [...start];
  const chips = h('span', { class: 'chips' });
  const tell = () => {
    drawChips();
    void context.set({ [field]: isIds ? chosen.map((option) => option.value) : chosen });
  };
  const drawChips = () =>
    chips.replaceChildren(
      ...chosen.map(
        (option) =>
        h('span', { class: 'chip' }, textNodes(option.text), h('button', { type: 'button', 'aria-label': `Remove ${option.text.text}`, onclick: () => { chosen = chosen.filter((one) => one !== option); tell(); } }, '×')), // prettier-ignore
      ),
    );
  drawChips();
  const node = picker(element, context, {
    words: () => '',
    choose(option) {
      if (option === null || chosen.some((one) => one.value === option.value)) return;
      if (chosen.length >= (element.max_selected_items ?? Infinity)) return;
      chosen = [...chosen, option];
      tell();
    },
    isChosen: (option) => chosen.some((one) => one.value === option.value),
  });
  node.prepend(chips);
  return node;
}

/** The options that need no app: static ones, people, channels. */
function ownOptions(element) {
  const plain = (text) => ({ type: 'plain_text', text });
  if (element.type.endsWith('users_select')) {
    return store.snapshot.people
      .filter((person) => !person.deleted)
      .map((person) => ({ text: plain(person.realName), value: person.id, description: plain(`@${person.name}`) }));
  }
  if (/(channels|conversations)_select$/.test(element.type)) {
    return store.snapshot.channels
      .filter((one) => one.kind !== 'im')
      .map((one) => ({ text: plain(`#${one.name}`), value: one.id }));
  }
  return element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
}

function picker(element, context, model) {
  const isExternal = element.type.endsWith('external_select');
  const list = h('div', {
    class: 'listbox',
    role: 'listbox',
    id: uid('list'),
    'aria-label': context.label,
    hidden: true,
  });
  const input = h('input', {
    id: context.ids.input,
    type: 'text',
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    value: model.words(),
    placeholder: element.placeholder ? unescape(element.placeholder.text) : 'Select an item',
    'aria-label': context.label,
    'aria-expanded': 'false',
    'aria-autocomplete': 'list',
    'aria-controls': list.id,
    'aria-required': context.isRequired ? 'true' : undefined,
    'aria-invalid': context.isInvalid ? 'true' : undefined,
    'aria-describedby': context.describedBy,
    'data-autofocus': element.focus_on_load,
  });
  let active = -1;
  let asked = 0;

  const items = () => [...list.querySelectorAll('[role=option]')];
  function show(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute('aria-expanded', String(isOpen));
    if (!isOpen) input.removeAttribute('aria-activedescendant');
  }
  function mark(index) {
    const all = items();
    active = all.length === 0 ? -1 : (index + all.length) % all.length;
    all.forEach((item, i) => item.classList.toggle('active', i === active));
    if (active < 0) return;
    input.setAttribute('aria-activedescendant', all[active].id);
    all[active].scrollIntoView({ block: 'nearest' });
  }
  function take(option) {
    model.choose(option);
    input.value = model.words();
    show(false);
  }
  function optionNode(option) {
    const description = option.description ? h('span', { class: 'description' }, textNodes(option.description)) : null;
    return h(
      'div',
      {
        role: 'option',
        id: uid('option'),
        class: 'option',
        'aria-selected': String(model.isChosen(option)),
        onmousedown: (event) => event.preventDefault(),
        onclick: () => take(option),
      },
      h('span', { class: 'option-text' }, textNodes(option.text)),
      description,
    );
  }
  function fill(options, groups) {
    const nodes =
      groups.length > 0
        ? groups.map((group) =>
            h(
              'div',
              { role: 'group', class: 'group', 'aria-label': group.label.text },
              h('div', { class: 'group-label' }, textNodes(group.label)),
              group.options.map(optionNode),
            ),
          )
        : options.map(optionNode);
    list.replaceChildren(...(nodes.length > 0 ? nodes : [note('No results')]));
    mark(options.length > 0 || groups.length > 0 ? 0 : -1);
  }
  const note = (words) => h('div', { class: 'note' }, words);

  async function search() {
    const query = input.value === model.words() ? '' : input.value.trim();
    show(true);
    if (!isExternal) return searchOwn(query);
    const least = element.min_query_length ?? 3;
    if (query.length < least) return list.replaceChildren(note(`Type at least ${least} characters`));
    const turn = ++asked;
    if (items().length === 0) list.replaceChildren(note('Searching …'));
    const answer = await context.suggest(query);
    if (turn !== asked) return;
    if (answer.ok) fill(answer.options, answer.groups);
    else list.replaceChildren(note(`Could not load options (${answer.error})`));
  }
  function searchOwn(query) {
    const fits = (option) =>
      `${option.text.text} ${option.description?.text ?? ''}`.toLowerCase().includes(query.toLowerCase());
    if (!element.option_groups) return fill(ownOptions(element).filter(fits), []);
    const groups = element.option_groups.map((group) => ({ ...group, options: group.options.filter(fits) }));
    fill(
      [],
      groups.filter((group) => group.options.length > 0),
    );
  }

  let waiting;
  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, isExternal ? 120 : 0);
    if (input.value === '') model.choose(null);
  });
  input.addEventListener('focus', () => input.select());
  input.addEventListener('click', () => list.hidden && void search());
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) void search();
      else mark(active + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && !list.hidden) {
      event.preventDefault();
      items()[active]?.click();
    } else if (event.key === 'Escape' && !list.hidden) {
      event.stopPropagation();
      show(false);
    }
  });
  input.addEventListener('blur', () => {
    show(false);
    input.value = model.words();
  });
  return h('div', { class: `combobox ${isExternal ? 'external' : ''}` }, input, list);
}
