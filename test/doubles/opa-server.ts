import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../keycloak/lock.js';
import { spawnGuarded } from '../../scripts/guard.js';
import { freePort } from './free-port.ts';

/** Where `npm test` says that the program `opa` lies; one that is installed will do too. */
export const opaVariable = 'LEASEHOLD_TEST_OPA';

const VERSION = 'v1.22.3';
const MODULE = `github.com/open-policy-agent/opa@${VERSION}`;
/** From there on Go fetches the newer one that a module asks for, unless GOTOOLCHAIN forbids it. */
const LEAST_GO = [1, 21] as const;
const cacheDir = path.join(import.meta.dirname, '..', '..', '.cache', 'opa');

/** What keeps Open Policy Agent from being built here. */
export class OpaMissing extends Error {}

/**
 * The program `opa`, built once per machine by Go from the sources that its module proxy serves and its checksum
 * database vouches for. Takes minutes the first time and nothing later.
 * @throws OpaMissing
 */
export async function prepareOpa(onProgress: (line: string) => void): Promise<string> {
  const program = path.join(cacheDir, VERSION, 'opa');
  if (existsSync(program)) return program;
  findGo();
  await mkdir(cacheDir, { recursive: true });
  const onWait = () => onProgress('Another process is building Open Policy Agent; waiting for it.');
  await withLock(path.join(cacheDir, 'lock'), { onWait }, async () => {
    if (existsSync(program)) return;
    onProgress(`Building Open Policy Agent ${VERSION}, once; this takes some minutes …`);
    const scratch = await mkdtemp(path.join(cacheDir, 'scratch-'));
    try {
      await goInstall(scratch);
      await rename(scratch, path.dirname(program));
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
  return program;
}

function findGo(): void {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  const [, major = 0, minor = 0] = /^go(\d+)\.(\d+)/.exec(stdout)?.map(Number) ?? [];
  if (status !== 0) throw new OpaMissing('Go was not found; install it to build Open Policy Agent.');
  if (major < LEAST_GO[0] || (major === LEAST_GO[0] && minor < LEAST_GO[1]))
    throw new OpaMissing(
      `Go ${major}.${minor} is too old for Open Policy Agent; install ${LEAST_GO.join('.')} or newer.`,
    );
}

async function goInstall(folder: string): Promise<void> {
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: '' };
  const go = await spawnGuarded('go', ['install', '-ldflags=-s -w', MODULE], { cwd: folder, env, output: 'pipe' });
  const [, errors] = await Promise.all([go.stdout && text(go.stdout), go.stderr && text(go.stderr)]);
  if ((await go.exited) === 0) return;
  throw new OpaMissing(`Open Policy Agent could not be built: ${errors?.trim().split('\n').at(-1) ?? ''}`);
}

export type OpaServer = {
  readonly url: string;
  /** What it has logged so far: a line of JSON for each decision. */
  readonly log: () => string;
  /** Stands still until `goOn`: it takes connections, and answers nothing. */
  readonly standStill: () => Promise<void>;
  readonly goOn: () => void;
  readonly stop: () => Promise<unknown>;
};

/** A server with the policies of one folder, which logs its decisions. */
export async function startOpa(folder: string, program = opaProgram()): Promise<OpaServer> {
  const address = `127.0.0.1:${await freePort()}`;
  const args = [
    'run',
    '--server',
    `--addr=${address}`,
    '--disable-telemetry',
    '--log-level=error',
    '--set=decision_logs.console=true',
  ];
  const child = await spawnGuarded(program, [...args, folder], { output: 'pipe' });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (log += String(chunk)));
  const url = `http://${address}`;
  const ended = child.exited.then(() => 'ended' as const);
  for (;;) {
    const isReady = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) {
      const { pid } = child;
      const goOn = (): void => void process.kill(pid, 'SIGCONT');
      return { url, log: () => log, standStill: () => stopped(pid), goOn, stop: () => child.stop() };
    }
    if ((await Promise.race([ended, sleep(50)])) === 'ended') throw new Error(`Open Policy Agent ended: ${log}`);
  }
}

/** A signal takes its time; until then a busy machine lets it answer. */
async function stopped(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  while (!spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.startsWith('T'))
    await sleep(10);
}

/** Runs the tests that a folder's policies bring along; the answer is what it printed. */
export async function opaTest(folder: string): Promise<{ readonly ok: boolean; readonly output: string }> {
  const child = await spawnGuarded(opaProgram(), ['test', folder], { output: 'pipe' });
  const [out, errors] = await Promise.all([child.stdout && text(child.stdout), child.stderr && text(child.stderr)]);
  return { ok: (await child.exited) === 0, output: `${out ?? ''}${errors ?? ''}` };
}

function opaProgram(): string {
  const program = process.env[opaVariable];
  if (program === undefined)
    throw new Error('No Open Policy Agent here: run this test with `npm test -- <path pattern>`.');
  return program;
}
