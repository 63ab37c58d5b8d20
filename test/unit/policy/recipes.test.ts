import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readCases, runCases } from '../../../src/policy/cases.ts';
import { evaluator } from '../../../src/policy/evaluate.ts';
import { readPolicy } from '../../../src/policy/read-policy.ts';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const page = readFileSync(`${docs}how-to/policy-recipes.md`, 'utf8');
const recipes = page
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.split('\n')[0] ?? '',
    snippets: [...section.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text = '']) => text),
  }));

describe('each recipe does what its cases say', () => {
  it.each(recipes)('$title', async ({ snippets: [policy = '', cases = '', ...rest] }) => {
    const [read, expected] = [readPolicy(policy), readCases(cases)];
    if (!read.ok || !expected.ok) throw new Error(JSON.stringify([read, expected]));
    const decide = evaluator(read.policy);
    const results = await runCases((input) => Promise.resolve(decide(input)), expected.cases);
    expect(results.filter(({ differences }) => differences.length > 0)).toEqual([]);
    expect(rest).toEqual([]);
  });

  it('all eleven are there', () => {
    expect(recipes.map(({ title }) => title)).toEqual([
      'Production needs two stages',
      'On-call at night',
      'Contractors only in office hours',
      'Separation of duties',
      'Ticket-bound access',
      'Logins to the admin console are approved',
      'Old accounts accept the terms',
      'A second factor from outside the office',
      'Sensitive account changes',
      'Pipelines ask people for a token',
      'Tokens that carry less',
    ]);
  });
});

it('the facts that the reference gives are those that a case begins with', () => {
  const reference = readFileSync(`${docs}reference/policy.md`, 'utf8');
  const [, written = ''] = /^```yaml\n(kind: request[^]*?)^```$/m.exec(reference) ?? [];
  const indented = written.replaceAll(/^/gm, '    ');
  const [spelt, left] = [`- name: a\n  input:\n${indented}\n  expect: {}\n`, '- { name: a, expect: {} }'].map(
    (text) => {
      const read = readCases(text);
      if (!read.ok) throw new Error(read.problems.join('\n'));
      return read.cases[0]?.input;
    },
  );
  expect(spelt).toEqual(left);
});
