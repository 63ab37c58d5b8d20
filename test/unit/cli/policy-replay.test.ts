import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCommand } from '../../../src/cli/run-command.ts';
import { openReader } from '../../../src/store/open.ts';
import { verifyChain } from '../../../src/usecases/verify-audit.ts';
import { decider } from '../../builders/policy.ts';
import { DEEP, READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import { recordedLog } from '../../doubles/log.ts';

const SECRET = '/prod/secret';
const THEN = `  - { name: secrets, when: resource.path == "${SECRET}", deny: Not the secret. }
  - { name: shallow, when: resource.path == "${READ}" && "/oncall" in subject.groups, allow: true }
`;
const NOW = `version: 1
rules:
  - { name: short, when: request.seconds > 1800, max-duration: 30m }
  - { name: deep is closed, when: resource.path == "${DEEP}", deny: =not any more }
`;

let directory: string;
let database: string;
let policy: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'replay-'));
  database = path.join(directory, 'record', 'leasehold.db');
  policy = path.join(directory, 'policy.yaml');
  writeFileSync(policy, NOW);
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

async function run(...args: readonly string[]) {
  const said: string[] = [];
  const complained: string[] = [];
  const code = await runCommand(['policy', 'replay', ...args], {
    env: { DATABASE_URL: `file:${database}` },
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });
  return { code, said, complained };
}

/** Ann, who is on call, reads; Bob reads for a quarter of an hour and goes deep; the secret is refused. */
async function aHistory(rules: string | null): Promise<void> {
  const decide = rules === null ? null : decider(rules);
  const world = await aWorld({
    file: database,
    policy:
      decide === null
        ? null
        : {
            decide: (input) => Promise.resolve(decide(input)),
            adminResources: () => [],
            status: () => ({ source: 'here', loadedAt: 0, hash: null, problem: null }),
            close: () => Promise.resolve(),
          },
  });
  world.keycloak.thing('group', '/oncall');
  world.keycloak.join('ann', '/oncall');
  world.keycloak.thing('group', SECRET, { requestable: 'true', 'approver-group': '/approvers/platform' });
  await world.ask('ann', READ, '1h', 'INC-1');
  await world.ask('bob', READ, '15m', 'INC-2');
  await world.ask('bob', DEEP, '30m', 'INC-3');
  if (decide !== null) {
    const access = { by: 'text', text: SECRET } as const;
    await world.act('bob', { intent: 'request', access, duration: '30m', justification: 'INC-4' });
  }
  await world.store.close();
}

/** What is written; SQLite itself lays two files beside it for whoever reads, one of them empty. */
const hashes = (): Readonly<Record<string, string>> => {
  const folder = path.dirname(database);
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => !name.endsWith('-shm') && statSync(path.join(folder, name)).size > 0)
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(path.join(folder, name)))
          .digest('hex'),
      ]),
  );
};

describe('leasehold policy replay', () => {
  it('the policy that decided then decides the same, and the record is left as it is', async () => {
    await aHistory(THEN);
    writeFileSync(policy, `version: 1\nrules:\n${THEN}`);
    const before = hashes();
    const { code, said, complained } = await run(policy);
    expect({ code, complained }).toEqual({ code: 0, complained: [] });
    expect(said).toEqual(['4 requests replayed', '4 the same', '0 different', '0 cannot be told']);
    expect(hashes()).toEqual(before);
  });

  it('a stricter one: what it changes, by rule, and the first examples', async () => {
    await aHistory(THEN);
    expect((await run(policy)).said).toEqual([
      '4 requests replayed',
      '1 the same',
      '3 different',
      '  1 denied now',
      '  2 decided by approvers now, and before denied or given at once',
      '  1 given for less time than was asked',
      '0 cannot be told',
      'By rule:',
      '  short: 1 changed',
      '  deep is closed: 1 changed',
      '  Leasehold itself, or an old rule that is gone: 1 changed',
      'The first that differ:',
      '  2026-01-01T00:00:00.000Z ann /prod/read 1h: at once, up to 8h → 1 × /approvers/platform, up to 30m, by short',
      '  2026-01-01T00:00:00.000Z bob /prod/deep 30m: 1 × /approvers/platform, 1 × /approvers/security, up to 8h → denied, by deep is closed (=not any more)',
      '  2026-01-01T00:00:00.000Z bob /prod/secret 30m: denied → 1 × /approvers/platform, up to 4h, by Leasehold itself, or an old rule that is gone',
    ]);
  });

  it('the chain holds with what policy was asked in it, and no justification', async () => {
    await aHistory(THEN);
    const reader = await openReader({ engine: 'sqlite', file: database }, recordedLog());
    try {
      const texts: string[] = [];
      for await (const entry of reader.auditEntries()) if ('ruled' in entry.data) texts.push(JSON.stringify(entry));
      expect(texts).toHaveLength(4);
      expect(texts.join('')).not.toContain('INC-');
      expect(await verifyChain(reader.auditEntries(), () => reader.auditHead())).toMatchObject({ ok: true });
    } finally {
      await reader.close();
    }
  });

  it('history without a policy: what needs groups cannot be told, the rest is', async () => {
    await aHistory(null);
    writeFileSync(
      policy,
      `${NOW}  - { name: on call, when: 'resource.path == "${READ}" && "/oncall" in subject.groups', allow: true }\n`,
    );
    expect((await run(policy)).said).toEqual([
      '3 requests replayed',
      '0 the same',
      '1 different',
      '  1 denied now',
      '2 cannot be told',
      'By rule:',
      '  on call: 2 cannot be told',
      '  deep is closed: 1 changed',
      '3 judged by what the audit tells, without groups and attributes',
      'The first that differ:',
      expect.stringMatching(/bob \/prod\/deep 30m: .* → denied, by deep is closed/),
    ]);
  });

  it('--csv: a new file with a line for each that differs, which no spreadsheet computes', async () => {
    await aHistory(THEN);
    const out = path.join(directory, 'out.csv');
    expect(await run(policy, '--csv', out, '--since', '366d')).toMatchObject({ code: 0, complained: [] });
    const lines = readFileSync(out, 'utf8').trimEnd().split('\r\n');
    const head = 'time,door,person,requester,resource,seconds,request,before,now,changes,rules,because,facts';
    expect(lines[0]?.replaceAll('"', '')).toBe(head);
    expect(lines.slice(1)).toEqual([
      expect.stringContaining('"by_approvers shorter","short","","recorded"'),
      expect.stringContaining(`"denied","denied","deep is closed","'=not any more","recorded"`),
      expect.stringContaining('"denied","1 × /approvers/platform, up to 4h","by_approvers"'),
    ]);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(await run(policy, '--csv', out)).toMatchObject({
      code: 2,
      complained: [`--csv ${out} cannot be made (EEXIST); it must be a new file.`],
    });
    expect(readFileSync(out, 'utf8').trimEnd().split('\r\n')).toEqual(lines);
  });

  it('--since leaves out what was before', async () => {
    await aHistory(THEN);
    expect((await run(policy, '--since', '1h')).said[0]).toMatch(/^0 requests replayed since \d{4}-/);
  });
});

describe('asked for in a way that cannot be done: one sentence, exit 2', () => {
  it.each([
    [['--since'], '--since needs a value.'],
    [['--since', 'yesterday'], '--since takes a duration such as 12h or 30d, and not yesterday.'],
    [['--csv='], '--csv needs a value.'],
    [['--keycloak=yes'], '--keycloak takes no value.'],
    [['--loud'], 'leasehold knows no option loud; leasehold help lists the commands.'],
  ])('%j', async (more, sentence) => {
    expect(await run(policy, ...more)).toEqual({ code: 2, said: [], complained: [sentence] });
  });

  it('no file, or a wrong one', async () => {
    expect(await run()).toMatchObject({
      code: 2,
      complained: ['leasehold policy replay is no command; leasehold help lists them.'],
    });
    writeFileSync(policy, 'version: 2');
    expect(await run(policy)).toMatchObject({ code: 2, complained: [`${policy}:1:10: version must be 1`] });
  });

  it('no database is a sentence, exit 1', async () => {
    const { code, complained } = await run(policy);
    expect({ code, lines: complained.length }).toEqual({ code: 1, lines: 1 });
  });
});
