import { isObject } from '../json.ts';
import { blockProblems } from './blocks.ts';

/** What Slack would answer under `invalid_blocks` for the blocks of a message. */
export function messageProblems(blocks: readonly unknown[]): readonly string[] {
  return [...blockProblems('message', blocks, '/blocks'), ...markdownProblems(blocks)];
}

/** 12,000 characters of markdown in all the blocks of one message together. */
function markdownProblems(blocks: readonly unknown[]): readonly string[] {
  let characters = 0;
  for (const block of blocks) {
    if (isObject(block) && block['type'] === 'markdown' && typeof block['text'] === 'string')
      characters += block['text'].length;
  }
  return characters > 12_000
    ? ['[ERROR] markdown blocks must be less than 12001 characters in all [json-pointer:/blocks]']
    : [];
}
