import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openFilePolicy } from '../../../src/policy/file.ts';
import type { FilePolicy } from '../../../src/policy/file.ts';
import { aQuestion, NOON } from '../../builders/policy.ts';

const NOTHING = 'version: 1\n';
const DENY = 'version: 1\nrules:\n  - name: closed\n    deny: Closed.\n';
const WRONG = 'version: 1\nrules:\n  - name: closed\n    dney: Closed.\n';

let directory: string;
let file: string;
let policy: FilePolicy | null = null;
const changes: unknown[] = [];
const problems: string[] = [];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'policy-'));
  file = path.join(directory, 'policy.yaml');
  changes.length = 0;
  problems.length = 0;
});
afterEach(async () => {
  await policy?.close();
  policy = null;
  rmSync(directory, { recursive: true });
});

let now = NOON;
async function open(text: string, everyMs = 3_600_000): Promise<FilePolicy> {
  writeFileSync(file, text);
  policy = await openFilePolicy({
    file,
    everyMs,
    now: () => (now += 1000),
    onChange: (status) => changes.push(status),
    onProblem: (problem) => problems.push(problem),
  });
  return policy;
}
const verdict = async () => (await policy?.decide(aQuestion()))?.verdict;
/** Twice: what changed counts once it has stood still. */
async function lookTwice(): Promise<void> {
  await policy?.look();
  await policy?.look();
}

describe('at the start', () => {
  it('a file that is wrong is told with its name, line and column', async () => {
    await expect(open(WRONG)).rejects.toMatchObject({
      code: 'policy_invalid',
      message: expect.stringContaining(`${file}:4:5: rules[0] "closed" knows no dney; did you mean deny?`),
    });
  });

  it('a file that is not there, a folder, and one that is no UTF-8', async () => {
    const code = 'policy_invalid';
    await expect(openFilePolicy({ file, now: () => NOON })).rejects.toMatchObject({
      code,
      message: `${file}: cannot be read (ENOENT)`,
    });
    await expect(openFilePolicy({ file: directory, now: () => NOON })).rejects.toMatchObject({ code });
    writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00]));
    await expect(openFilePolicy({ file, now: () => NOON })).rejects.toMatchObject({ code });
    writeFileSync(file, 'x'.repeat(300_000));
    await expect(openFilePolicy({ file, now: () => NOON })).rejects.toMatchObject({
      message: `${file}: cannot be read (it is larger than 256 KiB)`,
    });
  });

  it('says what is in force', async () => {
    const opened = await open(NOTHING);
    expect(opened.status()).toEqual({
      source: file,
      loadedAt: now,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      problem: null,
    });
    expect(opened.adminResources()).toEqual([]);
  });
});

describe('a change of the file', () => {
  it('counts once it has stood still from one look to the next, and is told once', async () => {
    await open(NOTHING);
    writeFileSync(file, DENY);
    await policy?.look();
    expect(await verdict()).toBe('approval');
    await policy?.look();
    expect(await verdict()).toBe('deny');
    await lookTwice();
    expect(changes).toEqual([policy?.status()]);
    expect(problems).toEqual([]);
  });

  it('half of a file that is being written never counts', async () => {
    await open(DENY);
    writeFileSync(file, DENY.slice(0, 11));
    await policy?.look();
    writeFileSync(file, `${DENY}    because: It is.\n`);
    await lookTwice();
    expect(await verdict()).toBe('deny');
    expect(problems).toEqual([]);
  });

  it('for the worse keeps what was in force, is told once, and is over when the file is good again', async () => {
    await open(DENY);
    const { hash, loadedAt } = policy?.status() ?? {};
    writeFileSync(file, WRONG);
    await lookTwice();
    await lookTwice();
    expect(await verdict()).toBe('deny');
    expect(problems).toEqual([expect.stringContaining(`${file}:4:5: `)]);
    expect(policy?.status()).toMatchObject({ hash, loadedAt, problem: problems[0] });
    writeFileSync(file, DENY);
    await lookTwice();
    expect(policy?.status()).toMatchObject({ hash, loadedAt, problem: null });
    expect(changes).toHaveLength(1);
  });

  it('a file that is gone keeps what was in force', async () => {
    await open(DENY);
    unlinkSync(file);
    await lookTwice();
    expect(await verdict()).toBe('deny');
    expect(policy?.status().problem).toBe(`${file}: cannot be read (ENOENT)`);
    writeFileSync(file, NOTHING);
    await lookTwice();
    expect(await verdict()).toBe('approval');
  });

  it('a link that turns to another file is seen, as Kubernetes turns those of a ConfigMap', async () => {
    for (const [version, text] of [
      ['..v1', NOTHING],
      ['..v2', DENY],
    ] as const) {
      mkdirSync(path.join(directory, version));
      writeFileSync(path.join(directory, version, 'policy.yaml'), text);
    }
    symlinkSync('..v1', path.join(directory, '..data'));
    symlinkSync(path.join('..data', 'policy.yaml'), file);
    policy = await openFilePolicy({ file, everyMs: 3_600_000, now: () => NOON });
    expect(await verdict()).toBe('approval');
    symlinkSync('..v2', path.join(directory, '..next'));
    renameSync(path.join(directory, '..next'), path.join(directory, '..data'));
    await lookTwice();
    expect(await verdict()).toBe('deny');
  });

  it('is seen without being asked, until it is closed', async () => {
    await open(NOTHING, 10);
    writeFileSync(file, DENY);
    while ((await verdict()) !== 'deny') await new Promise((resolve) => setTimeout(resolve, 5));
    await policy?.close();
    writeFileSync(file, NOTHING);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await verdict()).toBe('deny');
    expect(changes).toHaveLength(1);
  });
});
