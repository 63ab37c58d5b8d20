import { describe, expect, it } from '@jest/globals';
import { messageProblems } from '../../../sandbox/slack/validate/message.ts';
import { viewProblems } from '../../../sandbox/slack/validate/view.ts';

type Json = Readonly<Record<string, unknown>>;

const plain = (text: string): Json => ({ type: 'plain_text', text });
const mrkdwn = (text: string): Json => ({ type: 'mrkdwn', text });
const long = (characters: number): string => 'x'.repeat(characters);
const many = <T>(count: number, one: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => one(index));

const button = (more: Json = {}): Json => ({ type: 'button', text: plain('Go'), action_id: 'go', ...more });
const option = (value = 'a', text = 'A'): Json => ({ text: plain(text), value });
const select = (more: Json = {}): Json => ({ type: 'static_select', action_id: 's', options: [option()], ...more });
const actions = (...elements: readonly Json[]): Json => ({ type: 'actions', elements });
const section = (more: Json): Json => ({ type: 'section', ...more });
const input = (element: Json, more: Json = {}): Json => ({ type: 'input', label: plain('Label'), element, ...more });
const typing = (more: Json = {}): Json => ({ type: 'plain_text_input', action_id: 't', ...more });
const modal = (more: Json = {}): Json => ({
  type: 'modal',
  title: plain('Title'),
  submit: plain('Send'),
  blocks: [],
  ...more,
});
const confirm = (more: Json = {}): Json => ({
  title: plain('Sure?'),
  text: mrkdwn('Really'),
  confirm: plain('Yes'),
  deny: plain('No'),
  ...more,
});

const badMessages: readonly (readonly [string, readonly unknown[], string])[] = [
  ['51 blocks', many(51, () => ({ type: 'divider' })), 'no more than 50 items'],
  ['an unknown block', [{ type: 'nonsense' }], 'unsupported type'],
  ['a block without type', [{}], 'missing required field: type'],
  ['two blocks with one id', many(2, () => ({ type: 'divider', block_id: 'same' })), 'block_id already exists'],
  ['a block_id of 256', [{ type: 'divider', block_id: long(256) }], 'less than 256'],
  ['an alert, which is for modals', [{ type: 'alert', text: plain('x') }], 'unsupported type'],
  ['an unknown field', [section({ text: plain('x'), colour: 'red' })], 'invalid additional property: colour'],
  ['a section with nothing in it', [section({})], 'must have text or fields'],
  ['a section of 3001', [section({ text: mrkdwn(long(3001)) })], 'less than 3001'],
  ['an empty section text', [section({ text: mrkdwn('') })], 'more than 0'],
  ['a section text that is a string', [section({ text: 'x' })], 'must be an object'],
  ['11 fields', [section({ fields: many(11, () => plain('x')) })], 'no more than 10 items'],
  ['no fields', [section({ fields: [] })], 'at least 1'],
  ['a field of 2001', [section({ fields: [plain(long(2001))] })], 'less than 2001'],
  ['a text input beside a section', [section({ text: plain('x'), accessory: typing() })], 'unsupported type'],
  ['a header of 151', [{ type: 'header', text: plain(long(151)) }], 'less than 151'],
  ['a header in mrkdwn', [{ type: 'header', text: mrkdwn('x') }], 'unsupported type'],
  ['11 context elements', [{ type: 'context', elements: many(11, () => plain('x')) }], 'no more than 10 items'],
  ['a button in a context', [{ type: 'context', elements: [button()] }], 'unsupported type'],
  ['an empty context', [{ type: 'context', elements: [] }], 'at least 1'],
  ['26 actions', [actions(...many(26, (index) => button({ action_id: String(index) })))], 'no more than 25 items'],
  ['no actions', [actions()], 'at least 1'],
  ['one action_id twice in a block', [actions(button(), button())], 'already exists'],
  ['an action_id of 256', [actions(button({ action_id: long(256) }))], 'less than 256'],
  ['a button without text', [actions({ type: 'button', action_id: 'x' })], 'missing required field: text'],
  ['a button text of 76', [actions(button({ text: plain(long(76)) }))], 'less than 76'],
  ['a button text in mrkdwn', [actions(button({ text: mrkdwn('x') }))], 'unsupported type'],
  ['a button value of 2001', [actions(button({ value: long(2001) }))], 'less than 2001'],
  ['a button value that is a number', [actions(button({ value: 7 }))], 'must be a string'],
  ['a button url of 3001', [actions(button({ url: `https://${long(3000)}` }))], 'less than 3001'],
  ['a button to nowhere', [actions(button({ url: 'nowhere' }))], 'valid URL'],
  ['an unknown button style', [actions(button({ style: 'warning' }))], 'valid enum value'],
  ['an accessibility_label of 76', [actions(button({ accessibility_label: long(76) }))], 'less than 76'],
  ['a confirm title of 101', [actions(button({ confirm: confirm({ title: plain(long(101)) }) }))], 'less than 101'],
  ['a confirm text of 301', [actions(button({ confirm: confirm({ text: mrkdwn(long(301)) }) }))], 'less than 301'],
  ['a confirm button of 31', [actions(button({ confirm: confirm({ deny: plain(long(31)) }) }))], 'less than 31'],
  [
    'a confirm without deny',
    [actions(button({ confirm: { ...confirm(), deny: undefined } }))],
    'missing required field: deny',
  ],
  [
    'a select of 101',
    [actions(select({ options: many(101, (index) => option(String(index))) }))],
    'no more than 100 items',
  ],
  ['a select of nothing', [actions(select({ options: [] }))], 'at least 1'],
  ['a select without options', [actions({ type: 'static_select', action_id: 's' })], 'exactly one of'],
  [
    'a select with options and groups',
    [actions(select({ option_groups: [{ label: plain('g'), options: [option()] }] }))],
    'exactly one of',
  ],
  ['an option text of 76', [actions(select({ options: [option('a', long(76))] }))], 'less than 76'],
  ['an option value of 151', [actions(select({ options: [option(long(151))] }))], 'less than 151'],
  [
    'an option description of 76',
    [actions(select({ options: [{ ...option(), description: plain(long(76)) }] }))],
    'less than 76',
  ],
  ['an initial option that is not offered', [actions(select({ initial_option: option('b') }))], 'one of the options'],
  ['a placeholder of 151', [actions(select({ placeholder: plain(long(151)) }))], 'less than 151'],
  [
    'an overflow menu of 6',
    [actions({ type: 'overflow', action_id: 'o', options: many(6, (i) => option(String(i))) })],
    'no more than 5 items',
  ],
  [
    '11 radio buttons',
    [actions({ type: 'radio_buttons', action_id: 'r', options: many(11, (i) => option(String(i))) })],
    'no more than 10 items',
  ],
  [
    '11 checkboxes',
    [actions({ type: 'checkboxes', action_id: 'c', options: many(11, (i) => option(String(i))) })],
    'no more than 10 items',
  ],
  ['a date that is none', [actions({ type: 'datepicker', action_id: 'd', initial_date: '2026-13-01' })], 'a date'],
  [
    'a picture without words',
    [{ type: 'image', image_url: 'https://example.com/a.png' }],
    'missing required field: alt_text',
  ],
  ['a picture without source', [{ type: 'image', alt_text: 'x' }], 'exactly one of'],
  [
    '101 table rows',
    [{ type: 'table', rows: many(101, () => [{ type: 'raw_text', text: 'x' }]) }],
    'no more than 100 items',
  ],
  [
    '21 table columns',
    [{ type: 'table', rows: [many(21, () => ({ type: 'raw_text', text: 'x' }))] }],
    'no more than 20 items',
  ],
  ['an empty table cell', [{ type: 'table', rows: [[{ type: 'raw_text', text: '' }]] }], 'more than 0'],
  [
    'two tables',
    many(2, () => ({ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] })),
    'only_one_table_allowed',
  ],
  ['12,001 characters of markdown', many(2, () => ({ type: 'markdown', text: long(6001) })), 'less than 12001'],
  ['an e-mail input, which is for modals', [input({ type: 'email_text_input', action_id: 'e' })], 'unsupported type'],
];

const badViews: readonly (readonly [string, Json, string])[] = [
  ['no title', { type: 'modal', blocks: [] }, 'missing required field: title'],
  ['a title of 25', modal({ title: plain(long(25)) }), 'less than 25'],
  ['a submit of 25', modal({ submit: plain(long(25)) }), 'less than 25'],
  ['a close of 25', modal({ close: plain(long(25)) }), 'less than 25'],
  ['an input without submit', modal({ submit: undefined, blocks: [input(typing())] }), 'submit'],
  ['private_metadata of 3001', modal({ private_metadata: long(3001) }), 'less than 3001'],
  ['a callback_id of 256', modal({ callback_id: long(256) }), 'less than 256'],
  ['101 blocks', modal({ blocks: many(101, () => ({ type: 'divider' })) }), 'no more than 100 items'],
  ['no blocks at all', { type: 'modal', title: plain('x') }, 'missing required field: blocks'],
  ['an unknown field', modal({ colour: 'red' }), 'invalid additional property'],
  ['a home view in a modal', modal({ type: 'home' }), 'must be "modal"'],
  ['a table', modal({ blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }] }), 'unsupported type'],
  ['a label of 2001', modal({ blocks: [input(typing(), { label: plain(long(2001)) })] }), 'less than 2001'],
  ['a hint of 2001', modal({ blocks: [input(typing(), { hint: plain(long(2001)) })] }), 'less than 2001'],
  ['an initial_value of 3001', modal({ blocks: [input(typing({ initial_value: long(3001) }))] }), 'less than 3001'],
  ['max_length 3001', modal({ blocks: [input(typing({ max_length: 3001 }))] }), 'between 1 and 3000'],
  [
    'min_length over max_length',
    modal({ blocks: [input(typing({ min_length: 9, max_length: 3 }))] }),
    'must not exceed',
  ],
  ['a button as input', modal({ blocks: [input(button())] }), 'unsupported type'],
];

describe('Slack refuses in a message', () => {
  it.each(badMessages)('%s', (_name, blocks, words) => {
    expect(messageProblems(blocks).join('\n')).toContain(words);
  });
});

describe('Slack refuses in a modal', () => {
  it.each(badViews)('%s', (_name, view, words) => {
    expect(viewProblems(view, 'modal').join('\n')).toContain(words);
  });
});

it('every problem names where it is', () => {
  expect(messageProblems([section({ text: mrkdwn(long(3001)) })])).toEqual([
    '[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
  ]);
  expect(viewProblems(modal({ title: plain(long(25)) }), 'modal')).toEqual([
    '[ERROR] must be less than 25 characters [json-pointer:/view/title/text]',
  ]);
});

describe('Slack takes, up to the last character', () => {
  it.each<readonly [string, readonly unknown[]]>([
    ['50 blocks', many(50, () => ({ type: 'divider' }))],
    [
      'a section',
      [section({ text: mrkdwn(long(3000)), fields: many(10, () => plain(long(2000))), accessory: button() })],
    ],
    ['a header', [{ type: 'header', text: plain(long(150)) }]],
    [
      'actions',
      [actions(...many(25, (index) => button({ action_id: String(index), value: long(2000), confirm: confirm() })))],
    ],
    [
      'a select',
      [
        actions(
          select({ options: many(100, (i) => option(`${i}${long(145)}`, long(75))), placeholder: plain(long(150)) }),
        ),
      ],
    ],
    ['an external select', [actions({ type: 'external_select', action_id: 'e', min_query_length: 0 })]],
    [
      'a context',
      [
        {
          type: 'context',
          elements: [mrkdwn('x'), { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' }],
        },
      ],
    ],
    ['a table', [{ type: 'table', rows: many(100, () => many(20, () => ({ type: 'raw_text', text: 'x' }))) }]],
    [
      'rich text',
      [
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x', style: { bold: true } }] }],
        },
      ],
    ],
  ])('%s', (_name, blocks) => {
    expect(messageProblems(blocks)).toEqual([]);
  });

  it('a full modal and a full Home tab', () => {
    const blocks = many(99, (index) => input(typing({ action_id: `a${String(index)}`, max_length: 3000 })));
    const full = modal({
      title: plain(long(24)),
      private_metadata: long(3000),
      callback_id: long(255),
      notify_on_close: true,
    });
    expect(
      viewProblems(
        { ...full, blocks: [...blocks, { type: 'alert', text: mrkdwn('careful'), level: 'warning' }] },
        'modal',
      ),
    ).toEqual([]);
    expect(viewProblems({ type: 'home', blocks: many(100, () => section({ text: plain('x') })) }, 'home')).toEqual([]);
  });
});
