import { expect } from '@jest/globals';
import { messageProblems } from '../../sandbox/slack/validate/message.ts';
import { viewProblems } from '../../sandbox/slack/validate/view.ts';

// Slack's view of what we send, by the rules of Slack and without a line of our own escaping.

/** Between these signs stands what came from people or Keycloak; they mean nothing to Slack. */
const OPEN = '⟦';
const CLOSE = '⟧';
export const marked = (text: string): string => `${OPEN}${text.replaceAll(/[⟦⟧]/gu, '')}${CLOSE}`;

const OURS =
  /<(@(?<user>[UW][A-Z0-9]+)|!date\^\d+\^[^<>|^]+\|[^<>|]+|(?<link>https:\/\/acme\.slack\.example\/[\w/]+)\|(?:Open it|Öffnen))>/gu;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Every message is whole by Slack's rules, and shows nobody and nothing that people's text put there. */
export function expectHarmless(
  message: { readonly text: string; readonly blocks: readonly unknown[] },
  people: ReadonlySet<string>,
): void {
  const problems = [...messageProblems(message.blocks)];
  if (message.blocks.length > 50) problems.push('more than 50 blocks');
  if (message.text.length > 40_000) problems.push('more than 40,000 characters');
  expect(problems).toEqual([]);
  expectHarmlessText(message.text, 'mrkdwn', people);
  walk(message.blocks, people);
}

export function expectHarmlessView(view: object, people: ReadonlySet<string>): void {
  const { type } = view as { readonly type?: string };
  expect(viewProblems(view as Parameters<typeof viewProblems>[0], type === 'home' ? 'home' : 'modal')).toEqual([]);
  walk(view, people);
}

/** Every text object and label below this value. */
export function walk(value: unknown, people: ReadonlySet<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, people);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const { type, text, verbatim } = value as {
    readonly type?: unknown;
    readonly text?: unknown;
    readonly verbatim?: unknown;
  };
  if ((type === 'mrkdwn' || type === 'plain_text') && typeof text === 'string') {
    if (type === 'mrkdwn' && verbatim !== true) throw new Error(`Slack would link what looks like an address: ${text}`);
    expectHarmlessText(text, type, people);
  }
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'accessibility_label' && typeof inner === 'string') expectHarmlessText(inner, 'plain_text', people);
    walk(inner, people);
  }
}

/** One text as Slack gets it: our own marks name only `people`, and what remains has no mark left in it. */
function expectHarmlessText(text: string, kind: 'mrkdwn' | 'plain_text', people: ReadonlySet<string>): void {
  const rest = text.replace(OURS, (mark, ...groups) => {
    const { user } = groups.at(-1) as { readonly user?: string };
    return kind === 'plain_text' || (user !== undefined && !people.has(user)) ? mark : '';
  });
  const shown = JSON.stringify(text.slice(0, 400));
  if (/[<>]|&(?!(?:amp|lt|gt);)/u.test(rest)) throw new Error(`a mark of Slack's came through: ${shown}`);
  if (UNSEEN.test(rest.replaceAll('\n', ''))) throw new Error(`an unseen sign came through: ${shown}`);
  const theirs = [...rest.matchAll(/⟦([^⟧…]*)/gu)].map((match) => match[1] ?? '');
  for (const part of theirs) {
    if (part.includes('\n')) throw new Error(`people's text broke a line: ${shown}`);
    if (kind === 'mrkdwn' && /[*`~]/u.test(part)) throw new Error(`people's text formats: ${shown}`);
  }
}
