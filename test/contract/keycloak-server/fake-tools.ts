import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const repository = path.resolve(import.meta.dirname, '../../..');
const prepare = pathToFileURL(path.join(repository, 'keycloak', 'prepare.js')).href;

/** A Java that claims a version, builds at once, and as a server answers and writes its class archive when it is ended. */
const java = (version: string) => `#!${process.execPath}
const { mkdirSync, writeFileSync } = require('node:fs');
const value = (prefix) => process.argv.find((word) => word.startsWith(prefix))?.slice(prefix.length);
if (process.argv[2] === '-version') console.error('openjdk version "${version}" 2026-01-01');
else if (process.argv.includes('start')) {
  mkdirSync(value('-Dkc.home.dir=') + '/data/h2', { recursive: true });
  require('node:http').createServer((_, response) => response.end('{}')).listen(value('--http-port='), '127.0.0.1');
  process.on('SIGTERM', () => { writeFileSync(value('-XX:ArchiveClassesAtExit='), ''); process.exit(143); });
}
`;

/** A Maven that packs the provider or fails to, or else unpacks an empty distribution, notes that it ran, and does as told. */
const maven = (calls: string, { mavenThen = '', packs = true }: FakeTools) => `#!${process.execPath}
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
const value = (prefix) => process.argv.find((word) => word.startsWith(prefix)).slice(prefix.length);
if (process.argv.includes('package')) {
  if (!${packs}) { console.log('[ERROR] cannot find symbol -> [Help 1]'); process.exit(1); }
  mkdirSync(value('-Dtarget.directory='), { recursive: true });
  writeFileSync(value('-Dtarget.directory=') + '/leasehold-keycloak.jar', '');
  process.exit(0);
}
mkdirSync(value('-Dunpack.directory=') + '/keycloak-26.7.4/lib', { recursive: true });
mkdirSync(value('-Dunpack.directory=') + '/keycloak-26.7.4/providers', { recursive: true });
appendFileSync('${calls}', 'called\\n');
${mavenThen}
`;

export type FakeTools = {
  readonly javaVersion?: string | undefined;
  readonly mavenThen?: string | undefined;
  /** False: the provider does not compile. */
  readonly packs?: boolean;
};
export type Outcome = { readonly ok: boolean; readonly code?: string; readonly message?: string };

/** A cache folder and a PATH that holds nothing but Node and the fakes asked for. `mavenThen: undefined`: no Maven. */
export async function emptyCache() {
  const scratch = await mkdtemp(path.join(tmpdir(), 'leasehold-cache-'));
  const cacheDir = path.join(scratch, 'cache');
  const bin = path.join(scratch, 'bin');
  const calls = path.join(scratch, 'calls');
  const realmFile = path.join(scratch, 'realm.json');
  await mkdir(cacheDir);
  await mkdir(bin);
  await writeFile(realmFile, '{}');
  await writeFile(calls, '');

  const install = async (name: string, text: string | undefined) => {
    if (text === undefined) return;
    await writeFile(path.join(bin, name), text);
    await chmod(path.join(bin, name), 0o755);
  };
  /** A process of its own that prepares Keycloak in this cache and prints the outcome. */
  const start = async (tools: FakeTools): Promise<ChildProcess> => {
    await install('java', tools.javaVersion === undefined ? undefined : java(tools.javaVersion));
    await install('mvn', tools.mavenThen === undefined ? undefined : maven(calls, tools));
    const script = `
      const { prepareKeycloak } = await import('${prepare}');
      const options = ${JSON.stringify({ cacheDir, realmFile })};
      const outcome = await prepareKeycloak(options).then(() => ({ ok: true }), ({ code, message }) => ({ ok: false, code, message }));
      console.log(JSON.stringify(outcome));`;
    const env = { PATH: bin };
    return spawn(process.execPath, ['--input-type=module', '-e', script], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  };
  return {
    start,
    /** Maven has unpacked and goes on as told. */
    mavenCalled: async () => {
      for await (const { filename } of watch(scratch)) if (filename === 'calls') return;
    },
    run: async (tools: FakeTools): Promise<Outcome> => {
      let printed = '';
      for await (const chunk of (await start(tools)).stdout ?? []) printed += String(chunk);
      return JSON.parse(printed) as Outcome;
    },
    mavenCalls: async () => (await readFile(calls, 'utf8')).split('\n').length - 1,
    /** What the cache holds, the hashes in the names left out. */
    content: async () => (await readdir(cacheDir)).map((name) => name.replace(/-[^-]*$/, '')).sort(),
  };
}
