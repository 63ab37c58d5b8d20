import { isObject, objectIn, objectsIn, textIn, type JsonObject } from './json.ts';
import type { StateValue } from './model.ts';

/** How each stateful element names its value in `state.values`, and its start value in the block. */
const fields: Readonly<Record<string, { readonly value: string; readonly initial: string }>> = {
  plain_text_input: { value: 'value', initial: 'initial_value' },
  email_text_input: { value: 'value', initial: 'initial_value' },
  url_text_input: { value: 'value', initial: 'initial_value' },
  number_input: { value: 'value', initial: 'initial_value' },
  rich_text_input: { value: 'rich_text_value', initial: 'initial_value' },
  static_select: { value: 'selected_option', initial: 'initial_option' },
  external_select: { value: 'selected_option', initial: 'initial_option' },
  radio_buttons: { value: 'selected_option', initial: 'initial_option' },
  users_select: { value: 'selected_user', initial: 'initial_user' },
  channels_select: { value: 'selected_channel', initial: 'initial_channel' },
  conversations_select: { value: 'selected_conversation', initial: 'initial_conversation' },
  multi_static_select: { value: 'selected_options', initial: 'initial_options' },
  multi_external_select: { value: 'selected_options', initial: 'initial_options' },
  checkboxes: { value: 'selected_options', initial: 'initial_options' },
  multi_users_select: { value: 'selected_users', initial: 'initial_users' },
  multi_channels_select: { value: 'selected_channels', initial: 'initial_channels' },
  multi_conversations_select: { value: 'selected_conversations', initial: 'initial_conversations' },
  datepicker: { value: 'selected_date', initial: 'initial_date' },
  timepicker: { value: 'selected_time', initial: 'initial_time' },
  datetimepicker: { value: 'selected_date_time', initial: 'initial_date_time' },
};

export type Typed = ReadonlyMap<string, ReadonlyMap<string, StateValue>>;

/** The name of the value of this kind of element; undefined for buttons and overflow menus, which keep none. */
export function valueField(type: string): string | undefined {
  return fields[type]?.value;
}

export function elementsOf(block: JsonObject): readonly JsonObject[] {
  const single = [objectIn(block, 'element'), objectIn(block, 'accessory')].filter(isObject);
  return block['type'] === 'actions' || block['type'] === 'context_actions' ? objectsIn(block, 'elements') : single;
}

/** `state.values`: every stateful element, with what was typed, else its start value, else null. */
export function stateOf(blocks: readonly JsonObject[], typed: Typed): Record<string, Record<string, StateValue>> {
  const values: Record<string, Record<string, StateValue>> = {};
  for (const block of blocks) {
    const blockId = textIn(block, 'block_id') ?? '';
    for (const element of elementsOf(block)) {
      const value = currentValue(element, typed.get(blockId)?.get(textIn(element, 'action_id') ?? ''));
      if (value === undefined) continue;
      values[blockId] ??= {};
      values[blockId][textIn(element, 'action_id') ?? ''] = value;
    }
  }
  return values;
}

function currentValue(element: JsonObject, typed: StateValue | undefined): StateValue | undefined {
  const type = textIn(element, 'type') ?? '';
  const field = fields[type];
  if (field === undefined) return undefined;
  if (typed?.type === type) return typed;
  const empty = field.value.endsWith('s') ? [] : null;
  return { type, [field.value]: element[field.initial] ?? empty };
}

export function isEmptyValue(value: StateValue | undefined): boolean {
  if (value === undefined) return true;
  const held = value[valueField(value.type) ?? 'value'];
  if (typeof held === 'string') return held.trim() === '';
  return held === null || held === undefined || (Array.isArray(held) && held.length === 0);
}
