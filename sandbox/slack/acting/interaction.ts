import { objectIn, textIn, type JsonObject } from '../json.ts';
import type { Person, StateValue } from '../model.ts';
import { valueField } from '../state-values.ts';
import { violate } from '../world.ts';
import { findControl, optionsOf, pickOption, type Control } from './controls.ts';
import {
  blocksOf,
  identityFields,
  outcomeOf,
  placeFields,
  replyFields,
  typedOf,
  type Outcome,
  type Stage,
  type Surface,
} from './stage.ts';
import { suggest } from './suggestions.ts';

export type Choice = string | boolean | readonly string[];

export type ClickOutcome = Outcome & { readonly confirm?: { readonly title: string; readonly text: string } };

/** Presses a button, or picks an entry of an overflow menu when `entry` is given, and confirms where it is asked. */
export async function click(
  stage: Stage,
  person: Person,
  surface: Surface,
  name: string,
  entry?: string,
): Promise<ClickOutcome> {
  const control = findControl(blocksOf(surface), name);
  const { element } = control;
  const action: JsonObject =
    control.type === 'overflow'
      ? { selected_option: pickOption(optionsOf(element), entry ?? '') }
      : { ...copy(element, 'text'), ...copy(element, 'value'), ...copy(element, 'style') };
  const outcome = await act(stage, person, surface, control, action);
  const confirm = objectIn(element, 'confirm');
  if (confirm === undefined) return outcome;
  return { ...outcome, confirm: { title: wordsOf(confirm, 'title'), text: wordsOf(confirm, 'text') } };
}

function copy(element: JsonObject, field: string): JsonObject {
  return field in element ? { [field]: element[field] } : {};
}

function wordsOf(source: JsonObject, key: string): string {
  return textIn(objectIn(source, key) ?? {}, 'text') ?? '';
}

/** Sends block_actions. */
export async function act(
  stage: Stage,
  person: Person,
  surface: Surface,
  control: Control,
  action: JsonObject,
): Promise<Outcome> {
  const { world } = stage;
  const ack = await stage.delivery.send('interactive', {
    type: 'block_actions',
    ...identityFields(world, person),
    ...placeFields(stage, person, surface),
    ...replyFields(world, person, surface),
    actions: [
      {
        type: control.type,
        block_id: control.blockId,
        action_id: control.actionId,
        ...action,
        action_ts: world.ids.ts(),
      },
    ],
  });
  if (Object.keys(ack.body).length > 0) violate(world, 'ack_payload_ignored', `block_actions ${control.actionId}`);
  return outcomeOf(ack);
}

/** Types or chooses; tells the app where the element asks for it. Undefined when nothing had to be sent. */
export async function choose(
  stage: Stage,
  person: Person,
  surface: Surface,
  name: string,
  choice: Choice,
): Promise<Outcome | undefined> {
  const control = findControl(blocksOf(surface), name);
  return setValue(stage, person, surface, control, await valueFor(stage, person, surface, control, choice));
}

export async function setValue(
  stage: Stage,
  person: Person,
  surface: Surface,
  control: Control,
  value: StateValue,
): Promise<Outcome | undefined> {
  remember(stage, person, surface, control, value);
  if (!isDispatched(control)) return undefined;
  return act(stage, person, surface, control, value);
}

export function remember(stage: Stage, person: Person, surface: Surface, control: Control, value: StateValue): void {
  const typed = typedOf(stage, person.id, surface);
  const inBlock = typed.get(control.blockId) ?? new Map<string, StateValue>();
  inBlock.set(control.actionId, value);
  typed.set(control.blockId, inBlock);
}

/** An input block tells the app only with dispatch_action; every other block always does. */
function isDispatched(control: Control): boolean {
  if (control.block['type'] !== 'input') return true;
  if (control.block['dispatch_action'] !== true) return false;
  if (!control.type.endsWith('_input')) return true;
  const triggers = objectIn(control.element, 'dispatch_action_config')?.['trigger_actions_on'];
  return Array.isArray(triggers) && triggers.includes('on_character_entered');
}

async function valueFor(
  stage: Stage,
  person: Person,
  surface: Surface,
  control: Control,
  choice: Choice,
): Promise<StateValue> {
  const { type, element } = control;
  const field = valueField(type);
  if (field === undefined) throw new Error(`a ${type} keeps no value: click it`);
  const wanted = typeof choice === 'string' ? [choice] : Array.isArray(choice) ? (choice as readonly string[]) : [];
  const [single = ''] = wanted;
  if (field === 'selected_option' || field === 'selected_options') {
    const picked: JsonObject[] = [];
    for (const one of wanted) {
      const offered = type.endsWith('external_select')
        ? (await suggest(stage, person, surface, control, one)).options
        : optionsOf(element);
      // Typing is searching: a single hit is what the person takes, whatever it is called.
      const [only] = type.endsWith('external_select') && offered.length === 1 ? offered : [];
      picked.push(only ?? pickOption(offered, one));
    }
    return { type, [field]: field === 'selected_options' ? picked : (picked[0] ?? null) };
  }
  if (field.endsWith('s') && field.startsWith('selected_')) return { type, [field]: wanted };
  if (field === 'selected_date_time') return { type, [field]: Number(single) };
  return { type, [field]: single === '' ? null : single };
}
