import { objectIn, objectsIn, textIn, type JsonObject } from '../json.ts';
import { elementsOf } from '../state-values.ts';

/** One thing a person can use: an interactive element and the words it is known by. */
export type Control = {
  readonly block: JsonObject;
  readonly element: JsonObject;
  readonly type: string;
  readonly blockId: string;
  readonly actionId: string;
  /** The input's label, the button's text, the words of the section beside it, or the placeholder. */
  readonly label: string;
};

export function controlsIn(blocks: readonly JsonObject[]): readonly Control[] {
  return blocks.flatMap((block) =>
    elementsOf(block)
      .filter((element) => element['type'] !== 'image')
      .map((element) => ({
        block,
        element,
        type: textIn(element, 'type') ?? '',
        blockId: textIn(block, 'block_id') ?? '',
        actionId: textIn(element, 'action_id') ?? '',
        label: labelOf(block, element),
      })),
  );
}

function labelOf(block: JsonObject, element: JsonObject): string {
  const own = words(element, 'text') ?? words(block, 'label');
  return own ?? words(element, 'placeholder') ?? words(block, 'text') ?? '';
}

function words(source: JsonObject, key: string): string | undefined {
  const text = objectIn(source, key);
  return text === undefined ? undefined : textIn(text, 'text');
}

/** By label or button text, else by action_id or block_id. Throws, naming what is there, when none or several fit. */
export function findControl(blocks: readonly JsonObject[], name: string): Control {
  const all = controlsIn(blocks);
  const byLabel = all.filter((control) => control.label === name);
  const found =
    byLabel.length > 0 ? byLabel : all.filter((control) => control.actionId === name || control.blockId === name);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const there = all.map((control) => `"${control.label}" (${control.actionId})`).join(', ');
  throw new Error(`${found.length === 0 ? 'no control' : 'several controls'} "${name}"; there are: ${there || 'none'}`);
}

export function controlById(blocks: readonly JsonObject[], blockId: string, actionId: string): Control | undefined {
  return controlsIn(blocks).find((control) => control.blockId === blockId && control.actionId === actionId);
}

export function optionsOf(element: JsonObject): readonly JsonObject[] {
  return [
    ...objectsIn(element, 'options'),
    ...objectsIn(element, 'option_groups').flatMap((group) => objectsIn(group, 'options')),
  ];
}

function optionText(option: JsonObject): string {
  return words(option, 'text') ?? '';
}

/** By text or by value. Throws, naming the options, when none fits. */
export function pickOption(options: readonly JsonObject[], wanted: string): JsonObject {
  const found =
    options.find((option) => optionText(option) === wanted) ?? options.find((option) => option['value'] === wanted);
  if (found !== undefined) return found;
  throw new Error(`no option "${wanted}"; there are: ${options.map((option) => `"${optionText(option)}"`).join(', ')}`);
}
