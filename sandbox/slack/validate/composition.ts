import { isObject, objectsIn, type JsonObject } from '../json.ts';
import { bool, integer, list, object, oneOf, text, together, typed, url, type Rule } from './rules.ts';

// Composition objects and their limits: docs.slack.dev/reference/block-kit/composition-objects.

export function plain(most: number, least = 1): Rule {
  return typed({ plain_text: object({ text: text(most, least) }, { emoji: bool }) });
}

export function anyText(most: number): Rule {
  return typed({
    plain_text: object({ text: text(most) }, { emoji: bool }),
    mrkdwn: object({ text: text(most) }, { verbatim: bool }),
  });
}

export const id: Rule = text(255);
export const placeholder: Rule = plain(150);

export const confirm: Rule = object(
  { title: plain(100), text: anyText(300), confirm: plain(30), deny: plain(30) },
  { style: oneOf('primary', 'danger') },
);

/** Radio buttons and checkboxes take mrkdwn, selects plain text only, overflow menus a URL. */
export function option(kind: 'select' | 'choice' | 'overflow'): Rule {
  const label = kind === 'choice' ? anyText(75) : plain(75);
  return object(
    { text: label, value: text(150) },
    { description: kind === 'choice' ? anyText(75) : plain(75), ...(kind === 'overflow' ? { url: url() } : {}) },
  );
}

export const optionGroup: Rule = object({ label: plain(75), options: list(option('select'), 100) });

/** Exactly one of options and option_groups. */
export const optionSource: Rule = together((value) => {
  const hasOptions = value['options'] !== undefined;
  if (hasOptions === (value['option_groups'] !== undefined))
    return 'must have exactly one of options and option_groups';
  return undefined;
});

/** A start value must be one of the options, text and value alike. */
export const initialAmongOptions: Rule = together((value) => {
  const offered = [
    ...objectsIn(value, 'options'),
    ...objectsIn(value, 'option_groups').flatMap((group) => objectsIn(group, 'options')),
  ];
  const single = value['initial_option'];
  const initial = [...(isObject(single) ? [single] : []), ...objectsIn(value, 'initial_options')];
  const isKnown = (one: JsonObject): boolean => offered.some((other) => sameOption(one, other));
  return initial.every(isKnown) ? undefined : 'initial option must be one of the options';
});

function sameOption(one: JsonObject, other: JsonObject): boolean {
  return one['value'] === other['value'] && wording(one) === wording(other);
}

function wording(option: JsonObject): unknown {
  return isObject(option['text']) ? option['text']['text'] : undefined;
}

export const conversationFilter: Rule = object(
  {},
  {
    include: list(oneOf('im', 'mpim', 'private', 'public'), 4),
    exclude_external_shared_channels: bool,
    exclude_bot_users: bool,
  },
);

export const dispatchConfig: Rule = object(
  {},
  { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 2) },
);

export const slackFile: Rule = object({}, { id: text(255), url: url() });
export const positive: Rule = integer(1, 100);
