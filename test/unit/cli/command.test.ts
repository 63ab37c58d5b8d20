import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { runCommand } from '../../../src/cli/run-command.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { aDraft } from '../../contract/store/harness.ts';
import { recordedLog } from '../../doubles/log.ts';

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const said: string[] = [];
  const complained: string[] = [];
  const code = await runCommand(args, {
    env,
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });
  return { code, said, complained };
}

describe('every word is answered', () => {
  it.each([[[]], [['help']], [['--help']], [['audit', 'verify', '-h']]])('%j: the help, exit 0', async (args) => {
    const { code, said } = await run(args);
    expect(code).toBe(0);
    expect(said.join('\n')).toMatch(
      /audit verify[^]*doctor[^]*policy check[^]*policy test[^]*policy explain[^]*policy replay[^]*token --scope[^]*help/,
    );
  });

  it.each([['setup', 'setup']])('I30: leasehold %s: not built yet, exit 2', async (words, name) => {
    const { code, said, complained } = await run(words.split(' '));
    expect({ code, said, complained }).toEqual({
      code: 2,
      said: [],
      complained: [`leasehold ${name} is not built yet.`],
    });
  });

  it.each([
    'audti',
    'audit',
    'audit verfy',
    'audit verify a b',
    'doctor now',
    'constructor',
    'policy',
    'policy check',
    'policy check a b',
    'policy test a',
    'policy test a b c',
    'policy explain',
    'policy explain ann',
    'policy explain ann /a 4h now',
    'policy replay',
    'policy replay a b',
  ])('leasehold %s: one sentence, exit 2', async (words) => {
    const { code, said, complained } = await run(words.split(' '));
    expect({ code, said, complained }).toEqual({
      code: 2,
      said: [],
      complained: [`leasehold ${words} is no command; leasehold help lists them.`],
    });
  });

  it('an option that does not exist: one sentence, exit 2', async () => {
    expect(await run(['doctor', '--loud'])).toEqual({
      code: 2,
      said: [],
      complained: ['leasehold knows no option loud; leasehold help lists the commands.'],
    });
  });
});

describe('leasehold audit verify', () => {
  let directory: string;
  let file: string;

  beforeEach(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'cli-'));
    file = path.join(directory, 'leasehold.db');
    const store = await openSqliteStore({ file, realm: 'acme', now: () => 1_800_000_000_000, log: recordedLog() });
    await store.commit({ audit: [aDraft(1), aDraft(2), aDraft(3)] });
    await store.close();
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('tells how many entries there are and how the chain ends, exit 0', async () => {
    const { code, said } = await run(['audit', 'verify', file]);
    expect(code).toBe(0);
    expect(said).toEqual([expect.stringMatching(/^ok: 4 entries, the last is #4 [0-9a-f]{64}$/)]);
  });

  it('takes the database of DATABASE_URL, and needs nothing else of the configuration', async () => {
    expect(await run(['audit', 'verify'], { DATABASE_URL: `file:${file}` })).toEqual(
      await run(['audit', 'verify', file]),
    );
    expect(await run(['audit', 'verify'], { DATABASE_URL: 'mysql:x' })).toMatchObject({
      code: 2,
      complained: [expect.stringMatching(/^DATABASE_URL /)],
    });
  });

  it('I25: names the first entry that was changed, exit 1', async () => {
    const database = new Database(file);
    database.exec('DROP TRIGGER audit_no_update');
    const { changes } = database.prepare(`UPDATE audit SET entry = replace(entry, 'acme', 'evil') WHERE seq = 3`).run();
    database.close();
    expect(changes).toBe(1);
    const { code, said } = await run(['audit', 'verify', file]);
    expect(code).toBe(1);
    expect(said).toEqual([expect.stringMatching(/^broken at #3: .+ \(2 entries before it are good\)$/)]);
  });

  it('a file that is not there: one sentence, exit 1, and no file made', async () => {
    const lost = path.join(directory, 'lost.db');
    const { code, complained } = await run(['audit', 'verify', lost]);
    expect(code).toBe(1);
    expect(complained).toEqual([expect.stringMatching(/^The database .+\.$/)]);
    expect(existsSync(lost)).toBe(false);
  });
});

describe('leasehold doctor', () => {
  const env = { KEYCLOAK_REALM: 'acme', KEYCLOAK_CLIENT_ID: 'leasehold', KEYCLOAK_CLIENT_SECRET: 'very-private' };

  it('needs the variables of Keycloak alone, and says which are missing, exit 2', async () => {
    const { code, complained } = await run(['doctor'], env);
    expect({ code, complained }).toEqual({
      code: 2,
      complained: [expect.stringMatching(/^KEYCLOAK_URL is missing; /)],
    });
  });

  it('half of a sign-in is a mistake, said together with what else is wrong, exit 2', async () => {
    const { code, complained } = await run(['doctor'], { ...env, PUBLIC_URL: 'https://leasehold.example.com' });
    expect(code).toBe(2);
    expect(complained.map((line) => line.split(' ')[0])).toEqual([
      'KEYCLOAK_URL',
      'OIDC_CLIENT_ID',
      'OIDC_CLIENT_SECRET',
    ]);
  });

  it('I28: a Keycloak that does not answer is one sentence without the secret, exit 1', async () => {
    const { code, said, complained } = await run(['doctor'], { ...env, KEYCLOAK_URL: 'http://127.0.0.1:1' });
    expect({ code, said }).toEqual({ code: 1, said: [] });
    expect(complained).toEqual([expect.stringMatching(/^[^\n]*Keycloak[^\n]*\.$/)]);
    expect(complained[0]).not.toContain('very-private');
  });
});

it('the real command exits with its code and writes no stack', () => {
  const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'setup'], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: 'leasehold setup is not built yet.\n' });
});
