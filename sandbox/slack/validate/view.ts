import { objectsIn, type JsonObject } from '../json.ts';
import { blockProblems } from './blocks.ts';
import { plain } from './composition.ts';
import { anything, blame, bool, object, text } from './rules.ts';

const common = { callback_id: text(255, 0), private_metadata: text(3000, 0), external_id: text(255, 0) };

const modal = object(
  { title: plain(24), blocks: anything },
  {
    ...common,
    submit: plain(24),
    close: plain(24),
    clear_on_close: bool,
    notify_on_close: bool,
    submit_disabled: bool,
  },
);

const home = object({ blocks: anything }, common);

/** What Slack would answer under `invalid_arguments` for a view (docs.slack.dev/reference/views). */
export function viewProblems(view: JsonObject, type: 'modal' | 'home'): readonly string[] {
  const problems: string[] = [];
  if (view['type'] !== type) blame(problems, '/view/type', `must be "${type}"`);
  (type === 'modal' ? modal : home)(view, '/view', problems);
  const hasInput = objectsIn(view, 'blocks').some((block) => block['type'] === 'input');
  if (type === 'modal' && hasInput && view['submit'] === undefined) {
    blame(problems, '/view', 'missing required field: submit (the view has an input block)');
  }
  return [...problems, ...blockProblems(type, view['blocks'], '/view/blocks')];
}
