import { anything, bool, integer, list, object, oneOf, text, typed, url, type Rule } from './rules.ts';

// docs.slack.dev/reference/block-kit/blocks/rich-text-block

const style = object(
  {},
  {
    bold: bool,
    italic: bool,
    strike: bool,
    code: bool,
    highlight: bool,
    client_highlight: bool,
    unlink: bool,
    underline: bool,
  },
);

const piece: Rule = typed({
  text: object({ text: text(12_000) }, { style }),
  link: object({ url: url() }, { text: text(3000), unsafe: bool, style }),
  emoji: object({ name: text(255) }, { unicode: text(255), style }),
  user: object({ user_id: text(255) }, { style }),
  channel: object({ channel_id: text(255) }, { style }),
  usergroup: object({ usergroup_id: text(255) }, { style }),
  broadcast: object({ range: oneOf('here', 'channel', 'everyone') }, { style }),
  color: object({ value: text(7) }, { style }),
  date: object(
    { timestamp: integer(0, 99_999_999_999), format: text(255) },
    { url: url(), fallback: text(255), style },
  ),
});

const pieces = list(piece, 1000, 0);
const section = object({ elements: pieces });

const part: Rule = typed({
  rich_text_section: section,
  rich_text_list: object(
    { style: oneOf('bullet', 'ordered'), elements: list(typed({ rich_text_section: section }), 1000) },
    { indent: integer(0, 8), offset: integer(0, 1000), border: integer(0, 1) },
  ),
  rich_text_preformatted: object({ elements: pieces }, { border: integer(0, 1), language: text(255) }),
  rich_text_quote: object({ elements: pieces }, { border: integer(0, 1) }),
});

export const richText: Rule = object({ elements: list(part, 1000, 0) }, { block_id: anything });
