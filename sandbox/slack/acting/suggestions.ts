import { objectsIn, type JsonObject } from '../json.ts';
import type { Person } from '../model.ts';
import { option, optionGroup } from '../validate/composition.ts';
import { list } from '../validate/rules.ts';
import { violate } from '../world.ts';
import type { Control } from './controls.ts';
import { identityFields, outcomeOf, placeFields, type Outcome, type Stage, type Surface } from './stage.ts';

export type Suggestions = Outcome & {
  readonly options: readonly JsonObject[];
  readonly groups: readonly { readonly label: JsonObject; readonly options: readonly JsonObject[] }[];
};

/** Types into an external select. Below min_query_length (3 unless told) nothing is asked and nothing offered. */
export async function suggest(
  stage: Stage,
  person: Person,
  surface: Surface,
  control: Control,
  query: string,
): Promise<Suggestions> {
  const { world } = stage;
  const least = control.element['min_query_length'];
  if (query.length < (typeof least === 'number' ? least : 3)) {
    return { ok: true, ack: {}, latencyMs: 0, options: [], groups: [] };
  }
  const ack = await stage.delivery.send('interactive', {
    type: 'block_suggestion',
    ...identityFields(world, person),
    ...placeFields(stage, person, surface),
    action_id: control.actionId,
    block_id: control.blockId,
    value: query,
  });
  const outcome = outcomeOf(ack);
  if (!outcome.ok) return { ...outcome, options: [], groups: [] };
  const problems = optionProblems(ack.body);
  if (problems.length > 0) {
    violate(world, 'invalid_options', problems.join('; '));
    return { ...outcome, ok: false, error: 'invalid_options', options: [], groups: [] };
  }
  const groups = objectsIn(ack.body, 'option_groups').map((group) => ({
    label: group['label'] as JsonObject,
    options: objectsIn(group, 'options'),
  }));
  return {
    ...outcome,
    options: [...objectsIn(ack.body, 'options'), ...groups.flatMap((group) => group.options)],
    groups,
  };
}

function optionProblems(body: JsonObject): readonly string[] {
  const problems: string[] = [];
  if (Array.isArray(body['option_groups']))
    list(optionGroup, 100, 0)(body['option_groups'], '/option_groups', problems);
  else list(option('select'), 100, 0)(body['options'], '/options', problems);
  return problems;
}
