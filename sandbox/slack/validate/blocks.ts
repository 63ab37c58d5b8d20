import { isObject, textIn } from '../json.ts';
import { anyText, id, plain, slackFile } from './composition.ts';
import { elementsOn, type Surface } from './elements.ts';
import { richText } from './rich-text.ts';
import { all, anything, blame, bool, list, object, oneOf, text, together, typed, url, type Rule } from './rules.ts';

// Blocks, their limits and the surfaces they are allowed on: docs.slack.dev/reference/block-kit/blocks.

type Rules = Readonly<Record<string, Rule>>;

const optional: Rules = { block_id: id };

const sectionHasWords = together((value) =>
  value['text'] === undefined && value['fields'] === undefined ? 'must have text or fields' : undefined,
);

const oneImage = together((value) =>
  (value['image_url'] === undefined) === (value['slack_file'] === undefined)
    ? 'must have exactly one of image_url and slack_file'
    : undefined,
);

const uniqueActions: Rule = (value, at, problems) => {
  if (!isObject(value) || !Array.isArray(value['elements'])) return;
  const names = value['elements'].filter(isObject).flatMap((element) => textIn(element, 'action_id') ?? []);
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) blame(problems, `${at}/elements`, `action_id "${name}" already exists`);
  });
};

const cell: Rule = typed({ raw_text: object({ text: text(10_000) }), rich_text: richText });

const table: Rule = object(
  { rows: list(list(cell, 20), 100) },
  {
    ...optional,
    column_settings: list(object({}, { align: oneOf('left', 'center', 'right'), is_wrapped: bool }), 20),
  },
);

function everywhere(surface: Surface): Rules {
  const elements = elementsOn(surface);
  return {
    section: object(
      {},
      {
        ...optional,
        text: anyText(3000),
        fields: list(anyText(2000), 10),
        accessory: elements.accessory,
        expand: bool,
      },
      sectionHasWords,
    ),
    actions: object({ elements: list(elements.action, 25) }, optional, uniqueActions),
    context: object({ elements: list(elements.context, 10) }, optional),
    divider: object({}, optional),
    header: object({ text: plain(150) }, optional),
    image: object(
      { alt_text: text(2000) },
      { ...optional, image_url: url(), slack_file: slackFile, title: plain(2000) },
      oneImage,
    ),
    input: object(
      { label: plain(2000), element: elements.input },
      { ...optional, hint: plain(2000), optional: bool, dispatch_action: bool },
    ),
    rich_text: richText,
    video: object(
      { alt_text: text(2000), title: plain(200), thumbnail_url: url(), video_url: url() },
      {
        ...optional,
        author_name: text(50),
        description: plain(200),
        provider_icon_url: url(),
        provider_name: text(255),
        title_url: url(),
      },
    ),
  };
}

const alert: Rule = object(
  { text: anyText(200) },
  { ...optional, level: oneOf('default', 'info', 'warning', 'error', 'success') },
);

/** Blocks that Slack knows but that are drawn nowhere here: only the surface is checked. */
const unchecked = (...types: readonly string[]): Rules => Object.fromEntries(types.map((type) => [type, anything]));

const bySurface: Readonly<Record<Surface, Rules>> = {
  message: {
    ...everywhere('message'),
    table,
    markdown: object({ text: text(12_000) }, optional),
    file: object({ external_id: text(255), source: oneOf('remote') }, optional),
    ...unchecked(
      'card',
      'carousel',
      'data_table',
      'container',
      'context_actions',
      'data_visualization',
      'plan',
      'task_card',
    ),
  },
  modal: { ...everywhere('modal'), alert },
  home: { ...everywhere('home'), ...unchecked('card', 'carousel', 'data_table') },
};

const ruleOf: Readonly<Record<Surface, Rule>> = {
  message: all(list(typed(bySurface.message), 50, 0), uniqueBlockIds, oneTable),
  modal: all(list(typed(bySurface.modal), 100, 0), uniqueBlockIds),
  home: all(list(typed(bySurface.home), 100, 0), uniqueBlockIds),
};

/** What is wrong with these blocks on this surface; empty when Slack would take them. */
export function blockProblems(surface: Surface, blocks: unknown, at: string): readonly string[] {
  const problems: string[] = [];
  ruleOf[surface](blocks, at, problems);
  return problems;
}

function uniqueBlockIds(value: unknown, at: string, problems: string[]): void {
  if (!Array.isArray(value)) return;
  const seen = new Set<string>();
  value.forEach((block: unknown, index) => {
    const blockId = isObject(block) ? textIn(block, 'block_id') : undefined;
    if (blockId === undefined) return;
    if (seen.has(blockId)) blame(problems, `${at}/${index}/block_id`, `block_id already exists: ${blockId}`);
    seen.add(blockId);
  });
}

function oneTable(value: unknown, at: string, problems: string[]): void {
  if (!Array.isArray(value)) return;
  const tables = value.filter((block: unknown) => isObject(block) && block['type'] === 'table');
  if (tables.length > 1) blame(problems, at, 'only_one_table_allowed');
}
