import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from '../../src/domain/csv.ts';
import { escapeMrkdwn } from '../../src/slack/render/escape.ts';
import { csvBreaks, escapeBreaks } from './breaks.ts';
import type { EscapeBreak } from './breaks.ts';
import { breaksAt, nastyCells, nastyText } from './generator.ts';
import { expectHarmless, marked } from './slack-eyes.ts';
import { expectNoFormula } from './spreadsheet.ts';

/** What a renderer does with people's text: the form fits its place, and the message around it is harmless. */
const escapes = (escape: EscapeBreak['escape']) =>
  breaksAt('texts on their way to Slack', fc.tuple(nastyText, fc.integer({ min: 10, max: 300 })), ([text, max]) => {
    const form = escape(marked(text), max);
    expect(form.length).toBeLessThanOrEqual(max);
    const block = { type: 'section', text: { type: 'mrkdwn', text: form, verbatim: true } };
    expectHarmless({ text: form, blocks: [block] }, new Set());
  });
const writes = (line: typeof csvLine) => breaksAt('CSV cells', nastyCells, (cells) => expectNoFormula(line, cells));

describe('hostile input finds what is broken on purpose', () => {
  it.each(escapeBreaks.map((one) => [one.name, one] as const))('I20: %s', (_, broken) => {
    expect(escapes(broken.escape)).toBe(true);
  });

  it.each(csvBreaks.map((one) => [one.name, one] as const))('I21: %s', (_, broken) => {
    expect(writes(broken.csvLine)).toBe(true);
  });

  it('and nothing in what is shipped', () => {
    expect([escapes(escapeMrkdwn), writes(csvLine)]).toEqual([false, false]);
  });
});
