import { isObject, objectIn, textIn, type JsonObject } from '../json.ts';
import { checkedView } from '../methods/views.ts';
import type { Ack, Person, StateValue, View } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { isEmptyValue, stateOf } from '../state-values.ts';
import { issueTrigger } from '../tickets.ts';
import { closeAll, closeTop, openView, openViews, rewriteView, viewJson } from '../views.ts';
import { violate, type World } from '../world.ts';
import { controlsIn } from './controls.ts';
import { identityFields, outcomeOf, type Outcome, type Stage } from './stage.ts';

export type SubmitOutcome = Outcome & {
  readonly result: 'closed' | 'cleared' | 'updated' | 'pushed' | 'errors' | 'failed';
  /** Under each field, by its label. */
  readonly errors: Readonly<Record<string, string>>;
  /** The view on top afterwards. */
  readonly view?: View;
};

const REQUIRED = 'Please complete this required field.';

/** Presses the submit button of the top modal. What Slack's client itself checks never reaches the app. */
export async function submit(stage: Stage, person: Person, view: View): Promise<SubmitOutcome> {
  const { world } = stage;
  if (openViews(world, person.id).at(-1) !== view) throw new Error('this modal is not on top any more');
  const unfilled = clientErrors(view);
  if (Object.keys(unfilled).length > 0) return failedWith({ ok: true, ack: {}, latencyMs: 0 }, unfilled);
  const ack = await stage.delivery.send('interactive', {
    type: 'view_submission',
    ...identityFields(world, person),
    trigger_id: issueTrigger(world, person.id, view.id),
    view: viewJson(world, view),
    response_urls: [],
  });
  return afterAck(ack);

  function failedWith(outcome: Outcome, errors: Readonly<Record<string, string>>): SubmitOutcome {
    view.errors = errors;
    world.bus.changed();
    return { ...outcome, result: 'errors', errors: byLabel(view, errors), view };
  }
  function afterAck(answer: Ack): SubmitOutcome {
    const outcome = outcomeOf(answer);
    if (!outcome.ok) return { ...outcome, result: 'failed', errors: {}, view };
    view.errors = {};
    const problem = ackProblem(world, view, answer.body);
    if (problem !== undefined) {
      violate(world, 'invalid_submission_ack', problem);
      return { ...outcome, ok: false, error: 'trouble_connecting', result: 'failed', errors: {}, view };
    }
    const errors = objectIn(answer.body, 'errors');
    if (answer.body['response_action'] === 'errors')
      return failedWith(outcome, errors as Readonly<Record<string, string>>);
    return { ...outcome, errors: {}, ...applied(world, person, view, answer.body) };
  }
}

function applied(world: World, person: Person, view: View, ack: JsonObject): Pick<SubmitOutcome, 'result' | 'view'> {
  const next = objectIn(ack, 'view') ?? {};
  switch (ack['response_action']) {
    case 'update':
      rewriteView(world, view, next);
      return { result: 'updated', view };
    case 'push':
      return { result: 'pushed', view: openView(world, person.id, next, view) };
    case 'clear':
      closeAll(world, person.id);
      return { result: 'cleared' };
    default: {
      closeTop(world, person.id);
      const below = openViews(world, person.id).at(-1);
      return { result: 'closed', ...(below === undefined ? {} : { view: below }) };
    }
  }
}

/** Why Slack would say "We had some trouble connecting" to the person. */
function ackProblem(world: World, view: View, ack: JsonObject): string | undefined {
  const action = ack['response_action'];
  if (Object.keys(ack).length === 0) return undefined;
  if (action === 'clear') return undefined;
  if (action === 'errors') return errorsProblem(view, ack['errors']);
  if (action !== 'update' && action !== 'push') return `unknown response_action ${String(action)}`;
  if (action === 'push' && openViews(world, view.userId).length >= 3) return 'push_limit_reached';
  try {
    checkedView(objectIn(ack, 'view') ?? {}, 'modal');
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `${error.code} ${JSON.stringify(error.extra)}`;
  }
}

function errorsProblem(view: View, errors: unknown): string | undefined {
  if (!isObject(errors) || Object.keys(errors).length === 0) return 'errors is missing or empty';
  for (const [blockId, message] of Object.entries(errors)) {
    const block = view.blocks.find((candidate) => candidate['block_id'] === blockId);
    if (block?.['type'] !== 'input') return `errors names ${blockId}, which is no input block`;
    if (typeof message !== 'string' || message === '') return `the error for ${blockId} is not a text`;
  }
  return undefined;
}

function byLabel(view: View, errors: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const label = (blockId: string): string => {
    const block = view.blocks.find((candidate) => candidate['block_id'] === blockId);
    return textIn(objectIn(block ?? {}, 'label') ?? {}, 'text') ?? blockId;
  };
  return Object.fromEntries(Object.entries(errors).map(([blockId, message]) => [label(blockId), message]));
}

/** What the client refuses before it asks the app, by block id. */
function clientErrors(view: View): Readonly<Record<string, string>> {
  const state = stateOf(view.blocks, view.typed);
  const errors: Record<string, string> = {};
  for (const { block, element, blockId, actionId } of controlsIn(view.blocks)) {
    if (block['type'] !== 'input') continue;
    const value = state[blockId]?.[actionId];
    if (isEmptyValue(value)) {
      if (block['optional'] !== true) errors[blockId] = REQUIRED;
      continue;
    }
    const problem = value === undefined ? undefined : valueProblem(element, value);
    if (problem !== undefined) errors[blockId] = problem;
  }
  return errors;
}

function valueProblem(element: JsonObject, value: StateValue): string | undefined {
  const text = value['value'];
  if (typeof text !== 'string') return undefined;
  const least = Number(element['min_length'] ?? 0);
  const most = Number(element['max_length'] ?? 3000);
  if (text.length < least) return `Please enter at least ${least} characters.`;
  if (text.length > most) return `Please enter no more than ${most} characters.`;
  if (value.type === 'number_input' && !Number.isFinite(Number(text))) return 'Please enter a number.';
  if (value.type === 'email_text_input' && !/^\S+@\S+\.\S+$/.test(text)) return 'Please enter an email address.';
  if (value.type === 'url_text_input' && !/^https?:\/\/\S+$/.test(text)) return 'Please enter a URL.';
  return undefined;
}

/** Closes the top modal by its close button, or with `all` the whole stack by the X. */
export async function close(stage: Stage, person: Person, all = false): Promise<void> {
  const { world } = stage;
  const closing = all ? openViews(world, person.id).toReversed() : openViews(world, person.id).slice(-1);
  for (const view of closing) {
    const clears = all || view.source['clear_on_close'] === true;
    const shown = viewJson(world, view);
    closeTop(world, person.id);
    if (clears) closeAll(world, person.id);
    if (view.source['notify_on_close'] !== true) continue;
    await stage.delivery.send('interactive', {
      type: 'view_closed',
      ...identityFields(world, person),
      view: shown,
      is_cleared: clears,
    });
  }
}
