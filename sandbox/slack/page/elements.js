import { combobox, multiCombobox } from './combobox.js';
import { confirmThen } from './confirm.js';
import { h, uid } from './dom.js';
import { textNodes, unescape } from './mrkdwn.js';
import { act, store } from './store.js';

/**
 * A scene is where blocks stand: `target` for acts, `drafts` (block id → action id → value) in views, and `errors` by block id.
 * Drafts live as long as the modal, so that an update by the app keeps what was typed.
 */

export function drawElement(element, block, scene) {
  if (element.type === 'button' || element.type === 'workflow_button') return button(element, block, scene);
  if (element.type === 'overflow') return overflow(element, block, scene);
  if (element.type === 'image')
    return h('span', { class: 'picture', role: 'img', 'aria-label': element.alt_text }, element.alt_text);
  return field(element, block, scene);
}

async function press(node, element, block, scene, action) {
  if (element.confirm && !(await confirmThen(element.confirm))) return;
  node.disabled = true;
  node.classList.add('busy');
  const answer = await act({
    type: 'click',
    target: scene.target,
    values: scene.drafts,
    blockId: block.block_id,
    actionId: element.action_id,
    action,
  });
  node.disabled = false;
  node.classList.remove('busy');
  warn(node, answer);
}

/** The triangle beside a control whose app did not answer. */
function warn(node, answer) {
  node.parentElement?.querySelector('.no-answer')?.remove();
  if (answer.ok) return;
  const words = `${store.snapshot.app.name} did not respond in time (${answer.error})`;
  node.after(h('span', { class: 'no-answer', role: 'alert', title: words }, `⚠ ${words}`));
}

function button(element, block, scene) {
  const words = unescape(element.text.text);
  const node = h(
    'button',
    {
      type: 'button',
      class: `button ${element.style ?? ''}`,
      'aria-label': element.accessibility_label ?? undefined,
      onclick: () => {
        if (element.url) window.open(element.url, '_blank', 'noopener,noreferrer');
        void press(node, element, block, scene, { text: element.text, value: element.value, style: element.style });
      },
    },
    textNodes({ type: 'plain_text', text: words }),
  );
  return node;
}

function overflow(element, block, scene) {
  const menu = h('div', { class: 'menu', role: 'menu', hidden: true });
  const toggle = h(
    'button',
    {
      type: 'button',
      class: 'button overflow',
      'aria-label': 'More actions',
      'aria-haspopup': 'menu',
      onclick: () => (menu.hidden = !menu.hidden),
    },
    '⋯',
  );
  for (const option of element.options) {
    menu.append(
      h(
        'button',
        {
          type: 'button',
          role: 'menuitem',
          onclick: () => {
            menu.hidden = true;
            void press(toggle, element, block, scene, { selected_option: option });
          },
        },
        textNodes(option.text),
      ),
    );
  }
  const box = h('span', { class: 'menu-box' }, toggle, menu);
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || menu.hidden) return;
    event.stopPropagation();
    menu.hidden = true;
    toggle.focus();
  });
  box.addEventListener('focusout', (event) => {
    if (!box.contains(event.relatedTarget)) menu.hidden = true;
  });
  return box;
}

/** An element that keeps a value: with label, hint and error in an input block, bare elsewhere. */
function field(element, block, scene) {
  const isInput = block.type === 'input';
  const ids = { input: uid('input'), label: uid('label'), hint: uid('hint'), error: uid('error') };
  const label = isInput ? block.label.text : (element.placeholder?.text ?? block.text?.text ?? 'Choose');
  const error = scene.errors?.[block.block_id];
  const context = {
    ids,
    label,
    isRequired: isInput && block.optional !== true,
    describedBy: [isInput && block.hint ? ids.hint : '', error ? ids.error : ''].filter(Boolean).join(' ') || undefined,
    isInvalid: error !== undefined,
    draft: scene.drafts?.[block.block_id]?.[element.action_id],
    suggest: (query) =>
      act({ type: 'suggest', target: scene.target, values: scene.drafts, query, ...address(element, block) }),
    set: (value) => set(wrapper, element, block, scene, value),
  };
  const { node, isGroup } = control(element, context);
  const wrapper = h('div', { class: isInput ? `block input ${error ? 'invalid' : ''}` : 'inline-field' });
  if (!isInput) return (wrapper.append(node), wrapper);
  const caption = [
    ...textNodes(block.label),
    context.isRequired ? null : h('span', { class: 'optional' }, ' (optional)'),
  ];
  wrapper.append(
    isGroup
      ? h('div', { class: 'label', id: ids.label }, caption)
      : h('label', { class: 'label', id: ids.label, for: ids.input }, caption),
    node,
  );
  if (error) wrapper.append(h('div', { class: 'error', id: ids.error, role: 'alert' }, error));
  if (block.hint) wrapper.append(h('div', { class: 'hint', id: ids.hint }, textNodes(block.hint)));
  return wrapper;
}

function address(element, block) {
  return { blockId: block.block_id, actionId: element.action_id };
}

/** Keeps the value as a draft; tells the app where the block is one that tells. */
async function set(node, element, block, scene, value) {
  if (scene.drafts) {
    scene.drafts[block.block_id] ??= {};
    scene.drafts[block.block_id][element.action_id] = { type: element.type, ...value };
  }
  const tells = block.type !== 'input' || (block.dispatch_action === true && !element.type.endsWith('_input'));
  if (!tells) return;
  if (element.confirm && !(await confirmThen(element.confirm))) return;
  const answer = await act({
    type: 'set',
    target: scene.target,
    values: scene.drafts,
    ...address(element, block),
    value: { type: element.type, ...value },
  });
  warn(node.lastElementChild ?? node, answer);
}

function control(element, context) {
  const { type } = element;
  if (type.startsWith('multi_')) return { node: multiCombobox(element, context) };
  if (type.endsWith('_select')) return { node: combobox(element, context) };
  if (type === 'radio_buttons' || type === 'checkboxes') return { node: choices(element, context), isGroup: true };
  return { node: textInput(element, context) };
}

const inputs = {
  plain_text_input: { type: 'text', field: 'value', initial: 'initial_value' },
  email_text_input: { type: 'email', field: 'value', initial: 'initial_value' },
  url_text_input: { type: 'url', field: 'value', initial: 'initial_value' },
  number_input: { type: 'text', field: 'value', initial: 'initial_value' },
  datepicker: { type: 'date', field: 'selected_date', initial: 'initial_date' },
  timepicker: { type: 'time', field: 'selected_time', initial: 'initial_time' },
  datetimepicker: { type: 'datetime-local', field: 'selected_date_time', initial: 'initial_date_time' },
};

function textInput(element, context) {
  const kind = inputs[element.type] ?? inputs.plain_text_input;
  const start = context.draft?.[kind.field] ?? element[kind.initial] ?? '';
  const toValue = (text) => (element.type === 'datetimepicker' ? Math.floor(Date.parse(text) / 1000) : text);
  const toText = (value) =>
    element.type === 'datetimepicker' && value ? new Date(value * 1000).toISOString().slice(0, 16) : value;
  return h(element.multiline ? 'textarea' : 'input', {
    id: context.ids.input,
    type: element.multiline ? undefined : kind.type,
    rows: element.multiline ? 4 : undefined,
    value: toText(start),
    placeholder: element.placeholder ? unescape(element.placeholder.text) : undefined,
    'aria-required': context.isRequired ? 'true' : undefined,
    'aria-invalid': context.isInvalid ? 'true' : undefined,
    'aria-describedby': context.describedBy,
    'data-autofocus': element.focus_on_load,
    oninput: (event) => {
      const text = event.target.value;
      void context.set({ [kind.field]: text === '' ? null : toValue(text) });
    },
  });
}

function choices(element, context) {
  const isMany = element.type === 'checkboxes';
  const field = isMany ? 'selected_options' : 'selected_option';
  const start = context.draft?.[field] ?? element[isMany ? 'initial_options' : 'initial_option'] ?? [];
  const chosen = new Set((Array.isArray(start) ? start : [start]).map((option) => option?.value));
  const name = uid('choice');
  const group = h('div', {
    class: 'choices',
    role: isMany ? 'group' : 'radiogroup',
    'aria-labelledby': context.ids.label,
    'aria-describedby': context.describedBy,
  });
  for (const option of element.options) {
    const box = h('input', {
      type: isMany ? 'checkbox' : 'radio',
      name,
      checked: chosen.has(option.value),
      onchange: () => {
        if (!isMany) return void context.set({ [field]: option });
        if (box.checked) chosen.add(option.value);
        else chosen.delete(option.value);
        void context.set({ [field]: element.options.filter((one) => chosen.has(one.value)) });
      },
    });
    const words = h(
      'span',
      {},
      textNodes(option.text),
      option.description ? h('span', { class: 'description' }, textNodes(option.description)) : null,
    );
    group.append(h('label', { class: 'choice' }, box, words));
  }
  return group;
}
