import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCommand } from '../../../src/cli/run-command.ts';

const EXAMPLES = fileURLToPath(new URL('../../../docs/examples/policy/', import.meta.url));

async function run(...args: readonly string[]) {
  const said: string[] = [];
  const complained: string[] = [];
  const terminal = {
    env: {},
    say: (line: string) => said.push(line),
    complain: (line: string) => complained.push(line),
  };
  return { code: await runCommand(args, terminal), said, complained };
}

let directory: string;
let policy: string;
let cases: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'policy-'));
  policy = path.join(directory, 'policy.yaml');
  cases = path.join(directory, 'cases.yaml');
  writeFileSync(
    policy,
    'version: 1\nrules:\n  - name: nights\n    when: context.hour >= 22\n    max-duration: 1h\n    because: It is late.\n',
  );
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('leasehold policy check', () => {
  it('a good file is one line, exit 0', async () => {
    expect(await run('policy', 'check', policy)).toEqual({
      code: 0,
      said: [expect.stringMatching(/^ok: 1 rule, 0 admin resources, times in UTC, SHA-256 [0-9a-f]{64}$/)],
      complained: [],
    });
  });

  it('every problem is a line with file, line and column, exit 1', async () => {
    writeFileSync(
      policy,
      'version: 1\nrules:\n  - name: a\n    when: subject.gruops == []\n    deny: No.\n  - name: a\n    deny: No.\n',
    );
    expect(await run('policy', 'check', policy)).toEqual({
      code: 1,
      said: [],
      complained: [
        `${policy}:6:11: rules[1] has the name "a" of rules[0]`,
        `${policy}:4:19: rules[0] "a": when: subject has no field gruops; did you mean groups?`,
      ],
    });
  });

  it('a file that cannot be read: one sentence, exit 2', async () => {
    expect(await run('policy', 'check', cases)).toEqual({
      code: 2,
      said: [],
      complained: [`${cases} cannot be read (ENOENT).`],
    });
  });
});

describe('leasehold policy test', () => {
  it('the examples are as expected, exit 0', async () => {
    const { code, said } = await run('policy', 'test', `${EXAMPLES}policy.yaml`, `${EXAMPLES}cases.yaml`);
    expect({ code, said }).toEqual({ code: 0, said: [expect.stringMatching(/^\d+ passed, 0 failed$/)] });
  });

  it('what is not as expected says what was expected, what came, and which rules matched, exit 1', async () => {
    writeFileSync(
      cases,
      `- name: late\n  input: { context: { now: '2026-03-02T23:00:00Z' } }\n  expect: { verdict: allow, maxSeconds: 1800, rules: [nights] }\n- name: early\n  expect: { verdict: deny }\n`,
    );
    expect(await run('policy', 'test', policy, cases)).toEqual({
      code: 1,
      said: [
        `FAILED late (${cases}:1:3)`,
        '  verdict: expected "allow", came "approval"',
        '  maxSeconds: expected 1800, came 3600',
        '  matched: nights (max-duration): It is late.',
        `FAILED early (${cases}:4:3)`,
        '  verdict: expected "deny", came "approval"',
        '  no rule matched',
        '0 passed, 2 failed',
      ],
      complained: [],
    });
  });

  it.each([
    ['no list', 'a: 1', /cases\.yaml:1:1: .*a file of cases is a list$/],
    ['no case', '[]', /cases\.yaml:1:1: .*there are no cases$/],
    ['a case without a name', '- expect: {}', /cases\.yaml:1:3: 0\.name /],
    [
      'an unknown fact',
      '- name: a\n  input: { subject: { gruops: [] } }\n  expect: {}',
      /cases\.yaml:2:21: 0\.input\.subject .*gruops/,
    ],
    ['an unknown expectation', '- name: a\n  expect: { verdct: deny }', /cases\.yaml:2:11: 0\.expect .*verdct/],
    ['no verdict', '- name: a\n  expect: { verdict: maybe }', /cases\.yaml:2:22: 0\.expect\.verdict /],
    [
      'no time',
      "- name: a\n  input: { context: { now: 'noon' } }\n  expect: {}",
      /cases\.yaml:2:28: 0\.input\.context\.now /,
    ],
    ['a resource at a login', '- name: a\n  input: { kind: logon }\n  expect: {}', /cases\.yaml:2:18: 0\.input\.kind /],
  ])('a file of cases with %s: one line for it, exit 2', async (_, text, expected) => {
    writeFileSync(cases, text);
    const { code, said, complained } = await run('policy', 'test', policy, cases);
    expect({ code, said }).toEqual({ code: 2, said: [] });
    expect(complained).toEqual([expect.stringMatching(expected)]);
  });

  it('a policy that is wrong: nothing is run, exit 2', async () => {
    writeFileSync(policy, 'version: 2');
    writeFileSync(cases, '- { name: a, expect: {} }');
    expect(await run('policy', 'test', policy, cases)).toMatchObject({
      code: 2,
      said: [],
      complained: [`${policy}:1:10: version must be 1`],
    });
  });
});
