import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readPolicy } from '../../../src/policy/read-policy.ts';

const problems = (text: string): readonly string[] => {
  const read = readPolicy(text);
  return read.ok ? [] : read.problems;
};
const UUID = '0c5f1a52-6a1e-4a4e-9d55-3c1f3a1b7d10';
/** A rule of this text after its name, at line 4. */
const rule = (text: string) => `version: 1\nrules:\n  - name: nights\n    ${text}\n`;
const deny = 'deny: No.';

describe('a policy file that is good', () => {
  it('the smallest one has no rules and knows UTC', () => {
    expect(readPolicy('version: 1')).toMatchObject({
      ok: true,
      policy: { timezone: 'UTC', rules: [], adminResources: [] },
    });
  });

  it('a rule is at the doors of a lease unless told, and its effects are in our units', () => {
    const read = readPolicy(rule(`max-duration: 90m\n    stages: [{ approvers: /a/b }]\n    step-up: gold`));
    expect(read).toMatchObject({
      ok: true,
      policy: {
        rules: [
          {
            name: 'nights',
            doors: ['request', 'approval', 'activation', 'break-glass'],
            holds: null,
            effects: { maxSeconds: 5400, stages: [{ approverGroup: '/a/b', required: 1 }], stepUp: 'gold' },
          },
        ],
      },
    });
  });

  it('admin resources are UUIDs in lower case', () => {
    const read = readPolicy(`version: 1\nadmin-resources:\n  - id: ${UUID.toUpperCase()}\n    because: repairs\n`);
    expect(read).toMatchObject({ ok: true, policy: { adminResources: [{ id: UUID, because: 'repairs' }] } });
  });
});

describe('what is wrong is told with line and column', () => {
  it.each([
    ['nothing at all', '', /^1:1: the policy must begin with version: 1$/],
    ['a list', '- a', /^1:1: the policy must begin with version: 1$/],
    ['no version', 'rules: []', /^1:1: version is missing$/],
    ['another version', 'version: 2', /^1:10: version must be 1$/],
    ['no YAML', 'version: 1\nrules: [', /^\d:\d+: /],
    ['a key twice', 'version: 1\nversion: 1', /^2:1: Map keys must be unique/],
    ['an alias', 'version: &v 1\nrules: *v', /^1:13: anchors and aliases are not read here/],
    ['a tag', 'version: !!js/function 1', /^1:10: /],
    ['two documents', 'version: 1\n---\nversion: 1', /^\d:\d+: /],
    ['an unknown key', 'version: 1\nrulse: []', /^2:1: the policy knows no rulse; did you mean rules\?$/],
    ['no time zone', 'version: 1\ntimezone: Europe/Berln', /^2:11: timezone is no time zone/],
    ['rules that are no list', 'version: 1\nrules: {}', /^2:8: rules must be a list$/],
    [
      'an admin resource by name',
      'version: 1\nadmin-resources: [{ id: /admins, because: x }]',
      /^2:25: admin-resources\[0\]\.id is no UUID; name its UUID/,
    ],
    [
      'an admin resource without a reason',
      `version: 1\nadmin-resources: [{ id: ${UUID} }]`,
      /^2:19: admin-resources\[0\]\.because is missing$/,
    ],
    [
      'an admin resource twice',
      `version: 1\nadmin-resources:\n  - { id: ${UUID}, because: a }\n  - { id: ${UUID}, because: b }`,
      /^4:11: admin-resources\[1\]\.id stands twice$/,
    ],
    ['a rule without a name', 'version: 1\nrules:\n  - deny: No.', /^3:5: rules\[0\]: name is missing$/],
    ['a rule without an effect', rule('when: kind == "request"'), /^3:5: rules\[0\] "nights" has no effect; add one/],
    ['an unknown effect', rule('dney: No.'), /^4:5: rules\[0\] "nights" knows no dney; did you mean deny\?$/m],
    [
      'a name twice',
      `${rule(deny)}  - name: nights\n    ${deny}`,
      /^5:11: rules\[1\] has the name "nights" of rules\[0\]$/,
    ],
    [
      'a duration of words',
      rule('max-duration: one hour'),
      /^4:19: rules\[0\] "nights": max-duration is no duration; write for example 4h$/,
    ],
    ['no duration', rule('max-duration: 0m'), /^4:19: .*is no duration/],
    ['a number for a duration', rule('max-duration: 60'), /^4:19: .*must be text$/],
    ['allow: false', rule('allow: false'), /^4:12: .*allow can only be true/],
    [
      'a required action with blanks',
      rule('required-actions: [configure totp]'),
      /^4:24: .*required-actions\[0\] is no required action/,
    ],
    ['no required action', rule('required-actions: []'), /^4:23: .*required-actions is empty$/],
    ['half a lease', rule('max-leases: 1.5'), /^4:17: .*whole number from 1 to 1000$/],
    ['no lease', rule('max-leases: 0'), /^4:17: .*whole number from 1 to 1000$/],
    ['a limit with a strange name', rule('limits: { DB-Role: r }'), /^4:15: .*lower-case letters, digits and _/],
    [
      'a limit that is a list',
      rule('limits: { role: [r] }'),
      /^4:21: .*limits\.role must be text, a number, true or false$/,
    ],
    ['a ticket that is no pattern', rule("ticket: '(INC'"), /^4:13: .*ticket .*Invalid regular expression/],
    [
      'one path that is forbidden together',
      rule('forbid-together: [/a, /a]'),
      /^4:22: .*at least two different paths$/,
    ],
    ['a number as step-up', rule('step-up: 2'), /^4:14: .*put a number in quotes$/],
    ['an unknown door', rule(`doors: [logon]\n    ${deny}`), /^4:13: .*doors\[0\] must be one of request, /],
    [
      'a shorter sign-in',
      rule('doors: [login, token]\n    max-duration: 1h'),
      /^5:19: .*max-duration means nothing at login/,
    ],
    ['a ticket at login', rule('doors: [login]\n    ticket: INC'), /^5:13: .*ticket means nothing at login/],
    [
      'two stages at login',
      rule('doors: [login]\n    stages: [{ approvers: /a }, { approvers: /b }]'),
      /^5:13: .*more than one stage, and one group decides about a sign-in$/,
    ],
    [
      'two stages for a token',
      rule('doors: [token]\n    stages: [{ approvers: /a }, { approvers: /b }]'),
      /^5:13: .*more than one stage, and one group decides about a token$/,
    ],
    [
      'a lease without scopes',
      rule('remove-scopes: [deploy]'),
      /^4:20: .*remove-scopes means nothing at request; give/,
    ],
    [
      'a sign-in without scopes',
      rule('doors: [login, token]\n    remove-scopes: [deploy]'),
      /^5:20: .*remove-scopes means nothing at login; give/,
    ],
    ['a ticket for a token', rule('doors: [token]\n    ticket: INC'), /^5:13: .*ticket means nothing at token/],
    ['no scopes', rule('doors: [token]\n    remove-scopes: []'), /^5:20: .*remove-scopes is empty$/],
    ['two scopes in one', rule('doors: [token]\n    remove-scopes: [a b]'), /^5:21: .*remove-scopes\[0\] is no scope/],
    [
      'deny and fewer scopes',
      rule(`doors: [token]\n    ${deny}\n    remove-scopes: [a]`),
      /^3:5: .*denies, so remove-scopes means nothing$/,
    ],
    ['deny and stages', rule(`${deny}\n    stages: [{ approvers: /a }]`), /^3:5: .*denies, so stages means nothing$/],
    [
      'allow and stages',
      rule('allow: true\n    stages: [{ approvers: /a }]'),
      /^4:12: .*allows at once and demands stages$/,
    ],
    [
      'four stages',
      rule('stages: [{ approvers: a }, { approvers: b }, { approvers: c }, { approvers: d }]'),
      /^4:13: .*stages has more than 3 entries$/,
    ],
    [
      'the same approvers twice',
      rule('stages: [{ approvers: /a }, { approvers: /a }]'),
      /^4:13: .*names the same approvers twice$/,
    ],
    ['a stage without approvers', rule('stages: [{ required: 1 }]'), /^4:14: .*stages\[0\]\.approvers is missing$/],
    [
      'a typing error in a stage',
      rule('stages: [{ approver: /a, approvers: /a }]'),
      /^4:16: .*stages\[0\] knows no approver; did you mean approvers\?$/,
    ],
    ['eleven approvers', rule('stages: [{ approvers: /a, required: 11 }]'), /^4:41: .*whole number from 1 to 10$/],
    ['two managers', rule('stages: [{ approvers: manager, required: 2 }]'), /^4:46: .*a manager is one person/],
  ])('%s', (_, text, expected) => {
    expect(problems(text).join('\n')).toMatch(expected);
  });

  it.each([
    'requester',
    'self',
    'Subject',
    'beneficiary',
    'anybody',
    '"*"',
    'subject.manager',
    '"{{ subject.username }}"',
    '"request.requester"',
    '"${requester}"',
    '"/a/${subject.username}"',
    '"/a//b"',
    '"/a/"',
    '"subject.groups[0]"',
  ])('approvers that could be whoever asks, or are no group: %s', (approvers) => {
    expect(problems(rule(`stages: [{ approvers: ${approvers} }]`))).toEqual([
      expect.stringMatching(
        /^4:\d+: rules\[0\] "nights": stages\[0\]\.approvers (could be whoever asks|must be a group path)[^]*$/,
      ),
    ]);
  });

  it.each(['/approvers/R&D', '/approvers/A (Berlin)', 'platform', 'manager'])(
    'approvers that are a group: %s',
    (approvers) => {
      expect(problems(rule(`stages: [{ approvers: "${approvers}" }]`))).toEqual([]);
    },
  );

  it('everything that is wrong is told at once', () => {
    expect(problems('version: 1\nrules:\n  - name: a\n    allow: no\n  - name: b\n    max-leases: x')).toHaveLength(2);
  });

  it('a file beyond its bounds is refused', () => {
    expect(problems(`version: 1\n# ${'x'.repeat(256 * 1024)}`)).toEqual(['1:1: the file is larger than 256 KiB']);
    const rules = Array.from({ length: 501 }, (_, index) => `  - { name: r${index}, deny: No. }\n`).join('');
    expect(problems(`version: 1\nrules:\n${rules}`)).toEqual([
      expect.stringMatching(/^3:3: rules has more than 500 rules$/),
    ]);
    expect(problems(`version: 1\nrules: ${'['.repeat(20_000)}`)).not.toEqual([]);
  });

  it('no text breaks it', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'version: 1\n',
        'rules:\n',
        '  - name: a\n',
        '    when: ',
        '    deny: ',
        '"',
        '[',
        '{',
        '&a ',
        '*a',
        '!!x ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const problem of problems(pieces.join(''))) expect(problem).toMatch(/^\d+:\d+: ./);
      }),
    );
  });
});

describe('what is wrong in a condition is told at its place in the file', () => {
  it.each([
    ['in quotes', `when: '"/a" in subject.gruops'\n    ${deny}`, '4:28: '],
    ['plain', `when: context.huor > 3\n    ${deny}`, '4:19: '],
    ['on a line of a block', `when: |\n      kind == "request"\n        && context.huor > 3\n    ${deny}`, '6:20: '],
  ])('%s', (_, text, place) => {
    const [problem = ''] = problems(rule(text));
    expect(problem.split(' ')[0]).toBe(place.split(' ')[0]);
  });

  it.each([
    ['subject.gruops.size() > 1', 'subject has no field gruops; did you mean groups?'],
    ['has(subject.gruops)', 'subject has no field gruops; did you mean groups?'],
    ['has(contxt.ip)', 'there is no contxt; did you mean context?'],
    ['context.recent.denied > 1', 'recent has no field denied'],
    ['subject["username"] == "a"', 'fields are named with a point'],
    ['context.hour', 'is of type int'],
    ['"x"', 'is of type string'],
    ['context.hour < "8"', 'no such overload'],
    ['subject.manager == null', 'no such overload'],
    ['1 +', 'Unexpected token'],
    ['resource.path.matches("(")', 'Invalid regular expression'],
    ['resource.path.matches(subject.username)', 'takes a pattern in quotes'],
    ['subject.groups.exists(a, subject.groups.exists(b, a == b))', 'within another one'],
    ['subject.groups.exists(kind, kind == "a")', 'kind is taken'],
    ['subject.groups.map(x, x).size() > 1', 'conditions know no map()'],
    ['cel.bind(a, 1, a == 1)', 'conditions know no bind()'],
    ['subject.groups + context.live == []', 'lists cannot be added'],
    ['[[1]] == [[1]]', 'a list of lists'],
    ['resource.path.startWith("/a")', 'did you mean startsWith?'],
    ['timestamp("2026-01-01T00:00:00Z") == timestamp("2026-01-01T00:00:00Z")', 'conditions know no timestamp()'],
    ['{"a": 1} == {"a": 1}', 'maxMapEntries'],
    ['dyn(1) == 1', 'conditions know no dyn()'],
    [`kind in [${Array.from({ length: 101 }, () => '"a"').join(', ')}]`, 'maxListElements'],
    [`${'!'.repeat(300)}true`, 'Exceeded'],
    [`${'('.repeat(50)}true${')'.repeat(50)}`, 'Exceeded maxDepth'],
    [Array.from({ length: 90 }, () => 'true').join(' && '), 'true'],
    [`kind == "${'x'.repeat(1000)}"`, 'at most 1000 characters'],
  ])('%s', (condition, expected) => {
    const found = problems(rule(`when: ${JSON.stringify(condition)}\n    ${deny}`));
    if (expected === 'true') expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringContaining(expected)]);
  });

  it.each(['login', 'token'])('at %s there is no resource and no request', (door) => {
    const found = problems(rule(`doors: [request, ${door}]\n    when: resource.path == "/a"\n    ${deny}`));
    expect(found).toEqual([expect.stringContaining('there is no resource')]);
  });

  it.each([
    ['request', '[request]'],
    ['request beside login', '[request, login]'],
    ['token beside login', '[login, token]'],
  ])('at %s there is no account', (_, doors) => {
    const found = problems(rule(`doors: ${doors}\n    when: account.otp\n    ${deny}`));
    expect(found).toEqual([expect.stringContaining('there is no account')]);
  });

  it('at login a rule may ask about the account, and one group decides', () => {
    const when = 'account.otp && account.ageDays > 30 && "email" in account.filled && has(context.trigger)';
    expect(
      problems(rule(`doors: [login]\n    when: ${JSON.stringify(when)}\n    stages: [{ approvers: /a }]`)),
    ).toEqual([]);
  });

  it('a condition that YAML does not read as text', () => {
    expect(problems(rule(`when: true\n    ${deny}`))).toEqual([
      expect.stringMatching(/^4:11: .*put the condition in quotes$/),
    ]);
  });
});
