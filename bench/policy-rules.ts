import type { PolicyInput } from '../src/domain/policy.ts';

/** One rule in both languages; `rego` is the body of a rule, `value` what it does. */
type Rule = {
  readonly name: string;
  readonly yaml: string;
  readonly rego: readonly string[];
  readonly does: readonly [string, unknown];
};

/** The shapes that real files have, each with words of its own: by path, by group, by role, by address and pattern, by time. */
const SHAPES: readonly ((n: number) => Omit<Rule, 'name'>)[] = [
  (n) => ({
    yaml: `when: resource.path.startsWith("/area-${n}/") && context.hour >= 6\n    max-duration: 1h`,
    rego: [`startswith(input.resource.path, "/area-${n}/")`, 'hour >= 6'],
    does: ['max-duration', 3600],
  }),
  (n) => ({
    yaml: `when: '"/team-${n}" in subject.groups && resource.risk in ["high", "critical"]'\n    stages: [{ approvers: /approvers/one }]`,
    rego: [`"/team-${n}" in input.subject.groups`, 'input.resource.risk in {"high", "critical"}'],
    does: ['stages', [{ approverGroup: '/approvers/one', required: 1 }]],
  }),
  (n) => ({
    yaml: `when: resource.roles.exists(role, role.startsWith("app-${n}/"))\n    step-up: gold`,
    rego: ['some role in input.resource.roles', `startswith(role, "app-${n}/")`],
    does: ['step-up', 'gold'],
  }),
  (n) => ({
    yaml: `when: resource.path.matches("^/area-${n}/[a-z]+$") && has(context.ip) && !context.ip.startsWith("10.")\n    max-leases: 9`,
    rego: [
      `regex.match("^/area-${n}/[a-z]+$", input.resource.path)`,
      'input.context.ip',
      'not startswith(input.context.ip, "10.")',
    ],
    does: ['max-leases', 9],
  }),
  (n) => ({
    yaml: `when: request.seconds > ${3600 + n} && context.weekday in ["sat", "sun"]\n    ticket: ^INC-`,
    rego: [`input.request.seconds > ${3600 + n}`, 'weekday in {"Saturday", "Sunday"}'],
    does: ['ticket', '^INC-'],
  }),
];

const rulesOf = (count: number): readonly Rule[] =>
  Array.from({ length: count }, (_, n) => {
    const shape = SHAPES[n % SHAPES.length] ?? SHAPES[0];
    if (shape === undefined) throw new Error('there are no shapes');
    return { name: `rule ${n}`, ...shape(n) };
  });

/** A policy file of so many rules. */
export const asYaml = (count: number): string =>
  `version: 1\nrules:\n${rulesOf(count)
    .map(({ name, yaml }) => `  - name: ${name}\n    ${yaml}\n`)
    .join('')}`;

/** The same rules as a Rego module, to lie beside the combine.rego of the examples. */
export const asRego = (count: number): string =>
  `package leasehold

now_ns := input.context.now * 1000000

hour := time.clock([now_ns, "UTC"])[0]

weekday := time.weekday([now_ns, "UTC"])

lease if input.kind in {"request", "approval", "activation", "break-glass"}
${rulesOf(count)
  .map(({ name, rego, does: [effect, value] }) => {
    const entry = JSON.stringify({ rule: name, because: null, effect, value });
    return `\nmatched contains ${entry} if {\n${['lease', ...rego].map((line) => `\t${line}\n`).join('')}}\n`;
  })
  .join('')}`;

/** Different questions, of which each matches a few rules. */
export const questions = (count: number): readonly PolicyInput[] =>
  Array.from({ length: count }, (_, n) => ({
    kind: 'request',
    subject: {
      username: `person-${n}`,
      groups: Array.from({ length: 12 }, (_unused, index) => `/team-${(n * 7 + index * 13) % 400}`),
      attributes: { region: ['eu'], team: ['red', 'blue'] },
      manager: 'bob',
    },
    resource: {
      kind: 'group',
      id: '00000000-0000-4000-8000-000000000000',
      path: `/area-${(n * 5) % 400}/read`,
      risk: n % 3 === 0 ? 'high' : 'medium',
      roles: Array.from({ length: 8 }, (_unused, index) => `app-${(n * 3 + index * 11) % 400}/use`),
    },
    request: {
      seconds: 1800 * (1 + (n % 8)),
      startsAt: null,
      justification: 'INC-1 is open',
      onBehalf: false,
      requester: `person-${n}`,
      bundle: [],
    },
    account: null,
    context: {
      now: Date.UTC(2026, 2, 2 + (n % 7), n % 24),
      ip: n % 2 === 0 ? '10.0.0.1' : '192.0.2.1',
      device: null,
      client: null,
      acr: null,
      trigger: null,
      action: null,
      grant: null,
      scopes: [],
      recent: { requests24h: n % 5, denied24h: 0 },
      live: ['/a', '/b'],
      liveCount: 2,
    },
  }));
