import { isObject, objectIn, objectsIn, textIn, type JsonObject } from './json.ts';
import type { Person } from './model.ts';
import { readableText, unescapeText, type Reader } from './text.ts';
import type { World } from './world.ts';

/** Names as this person sees them, dates in this person's time zone. */
export function readerOf(world: World, person: Person): Reader {
  return {
    tz: person.tz,
    personName: (id) => world.people.get(id)?.realName,
    channelName: (id) => world.channels.get(id)?.name,
  };
}

/** What a person reads in a message or view: one line per text, buttons as `[ Approve ]`. Without blocks, the text. */
export function readBlocks(
  content: { readonly text?: string; readonly blocks: readonly JsonObject[] },
  reader: Reader,
): string {
  if (content.blocks.length === 0) return readableText(content.text ?? '', reader);
  return content.blocks.flatMap((block) => readBlock(block, reader)).join('\n');
}

function readBlock(block: JsonObject, reader: Reader): readonly string[] {
  const elements = objectsIn(block, 'elements');
  const parts = [
    ...[block['label'], block['text'], ...objectsIn(block, 'fields')]
      .filter(isObject)
      .map((text) => wording(text, reader)),
    ...(block['type'] === 'rich_text'
      ? [richWords(elements, reader)]
      : elements.map((element) => readElement(element, reader))),
    ...[objectIn(block, 'accessory'), objectIn(block, 'element')]
      .filter(isObject)
      .map((element) => readElement(element, reader)),
    ...(block['type'] === 'markdown' ? [textIn(block, 'text') ?? ''] : []),
    ...tableRows(block, reader),
  ];
  return parts.filter((part) => part !== '');
}

function readElement(element: JsonObject, reader: Reader): string {
  if (element['type'] === 'mrkdwn' || element['type'] === 'plain_text') return wording(element, reader);
  if (element['type'] === 'button') return `[ ${wording(objectIn(element, 'text') ?? {}, reader)} ]`;
  return textIn(element, 'alt_text') ?? '';
}

function wording(text: JsonObject, reader: Reader): string {
  const words = textIn(text, 'text') ?? '';
  return text['type'] === 'plain_text' ? unescapeText(words) : readableText(words, reader);
}

function richWords(elements: readonly JsonObject[], reader: Reader): string {
  return elements
    .map((element) => {
      if (element['type'] === 'user') return `@${reader.personName(textIn(element, 'user_id') ?? '') ?? ''}`;
      if (element['type'] === 'channel') return `#${reader.channelName(textIn(element, 'channel_id') ?? '') ?? ''}`;
      return textIn(element, 'text') ?? richWords(objectsIn(element, 'elements'), reader);
    })
    .join('');
}

function tableRows(block: JsonObject, reader: Reader): readonly string[] {
  if (block['type'] !== 'table' || !Array.isArray(block['rows'])) return [];
  return block['rows'].map((row: unknown) =>
    (Array.isArray(row) ? row.filter(isObject) : [])
      .map((cell) => textIn(cell, 'text') ?? richWords(objectsIn(cell, 'elements'), reader))
      .join(' | '),
  );
}
