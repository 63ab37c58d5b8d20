import {
  anyText,
  confirm,
  conversationFilter,
  dispatchConfig,
  id,
  initialAmongOptions,
  option,
  optionGroup,
  optionSource,
  placeholder,
  plain,
  positive,
  slackFile,
} from './composition.ts';
import {
  all,
  anything,
  bool,
  integer,
  list,
  matching,
  object,
  oneOf,
  text,
  together,
  typed,
  url,
  type Rule,
} from './rules.ts';

// Block elements and their limits: docs.slack.dev/reference/block-kit/block-elements.

type Rules = Readonly<Record<string, Rule>>;

const common: Rules = { action_id: id, confirm, focus_on_load: bool };
const select: Rules = { ...common, placeholder };
const date = matching(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'a date, YYYY-MM-DD');
const time = matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time, HH:mm');
const input: Rules = { action_id: id, placeholder, focus_on_load: bool, dispatch_action_config: dispatchConfig };
const response = { default_to_current_conversation: bool, response_url_enabled: bool, filter: conversationFilter };

function sources(initial: string, rule: Rule): Rules {
  return { options: list(option('select'), 100), option_groups: list(optionGroup, 100), [initial]: rule };
}

const imageSource = together((value) =>
  (value['image_url'] === undefined) === (value['slack_file'] === undefined)
    ? 'must have exactly one of image_url and slack_file'
    : undefined,
);

const lengths = together((value) => {
  const { min_length: least, max_length: most } = value;
  if (typeof least === 'number' && typeof most === 'number' && least > most)
    return 'min_length must not exceed max_length';
  const initial = value['initial_value'];
  if (typeof initial !== 'string') return undefined;
  if (typeof most === 'number' && initial.length > most)
    return `initial_value must be less than ${most + 1} characters`;
  return undefined;
});

const selects: Rules = {
  static_select: object(
    {},
    { ...select, ...sources('initial_option', option('select')) },
    all(optionSource, initialAmongOptions),
  ),
  external_select: object({}, { ...select, initial_option: option('select'), min_query_length: integer(0, 150) }),
  users_select: object({}, { ...select, initial_user: id }),
  conversations_select: object({}, { ...select, ...response, initial_conversation: id }),
  channels_select: object({}, { ...select, initial_channel: id, response_url_enabled: bool }),
};

const options = list(option('select'), 100);
const ids = list(id, 100);
const many: Rules = { ...select, max_selected_items: positive };

const multiSelects: Rules = {
  multi_static_select: object(
    {},
    { ...many, ...sources('initial_options', options) },
    all(optionSource, initialAmongOptions),
  ),
  multi_external_select: object({}, { ...many, initial_options: options, min_query_length: integer(0, 150) }),
  multi_users_select: object({}, { ...many, initial_users: ids }),
  multi_conversations_select: object(
    {},
    { ...many, initial_conversations: ids, default_to_current_conversation: bool, filter: conversationFilter },
  ),
  multi_channels_select: object({}, { ...many, initial_channels: ids }),
};

const choices: Rules = {
  radio_buttons: object(
    { options: list(option('choice'), 10) },
    { ...common, initial_option: option('choice') },
    initialAmongOptions,
  ),
  checkboxes: object(
    { options: list(option('choice'), 10) },
    { ...common, initial_options: list(option('choice'), 10) },
    initialAmongOptions,
  ),
};

const dates: Rules = {
  datepicker: object({}, { ...select, initial_date: date }),
  timepicker: object({}, { ...select, initial_time: time, timezone: text(255) }),
};

const datetime: Rules = {
  datetimepicker: object({}, { ...common, initial_date_time: integer(1_000_000_000, 9_999_999_999) }),
};

const buttons: Rules = {
  button: object(
    { text: plain(75) },
    {
      action_id: id,
      value: text(2000),
      url: url(),
      style: oneOf('primary', 'danger'),
      confirm,
      accessibility_label: text(75),
    },
  ),
  overflow: object({ options: list(option('overflow'), 5) }, { action_id: id, confirm }),
  workflow_button: object(
    { text: plain(75), workflow: anything, action_id: id },
    { style: oneOf('primary', 'danger'), accessibility_label: text(75) },
  ),
};

const image: Rules = {
  image: object({ alt_text: text(2000) }, { image_url: url(), slack_file: slackFile }, imageSource),
};

const textInputs: Rules = {
  plain_text_input: object(
    {},
    {
      ...input,
      initial_value: text(3000, 0),
      multiline: bool,
      min_length: integer(0, 3000),
      max_length: integer(1, 3000),
    },
    lengths,
  ),
};

const modalInputs: Rules = {
  email_text_input: object({}, { ...input, initial_value: text(3000, 0) }),
  url_text_input: object({}, { ...input, initial_value: text(3000, 0) }),
  number_input: object(
    { is_decimal_allowed: bool },
    { ...input, initial_value: text(300, 0), min_value: text(300), max_value: text(300) },
  ),
  file_input: object({}, { action_id: id, filetypes: list(text(50), 100), max_files: integer(1, 10) }),
};

const richTextInput: Rules = {
  rich_text_input: object({ action_id: id }, { ...input, initial_value: anything }),
};

export type Surface = 'message' | 'modal' | 'home';

/** What may stand in a block on a surface; the inputs of e-mail, URL, number and files are for modals only. */
export function elementsOn(surface: Surface): { accessory: Rule; action: Rule; input: Rule; context: Rule } {
  const modalOnly = surface === 'modal' ? modalInputs : {};
  const rich = surface === 'message' ? {} : richTextInput;
  const picker = surface === 'home' ? {} : datetime;
  const clickable = surface === 'message' ? buttons : without(buttons, 'workflow_button');
  const shared = { ...selects, ...multiSelects, ...choices, ...dates };
  return {
    accessory: typed({ ...shared, ...clickable, ...image }),
    action: typed({ ...shared, ...clickable, ...picker, ...rich }),
    input: typed({ ...shared, ...picker, ...rich, ...textInputs, ...modalOnly }),
    context: typed({ ...image, plain_text: anyText(3000), mrkdwn: anyText(3000) }),
  };
}

function without(rules: Rules, name: string): Rules {
  return Object.fromEntries(Object.entries(rules).filter(([key]) => key !== name));
}
