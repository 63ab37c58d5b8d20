// Fetches, builds and initialises a Keycloak once per machine, so that every start after that takes seconds:
// the optimised build, a class archive for the JVM, and a database that already holds the master realm and ours.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnGuarded } from '../scripts/guard.js';
import { KeycloakFailure } from './failure.js';
import { findJava, keycloakArguments, withoutKeycloakOptions } from './java.js';
import { withLock } from './lock.js';
import { admin, runKeycloak } from './run.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const pom = path.join(here, 'pom.xml');
const sources = path.join(here, 'src', 'main');
const jar = 'leasehold-keycloak.jar';

/** No health, and metrics only where they are asked for: they open a second port. @param {boolean} metrics */
const buildOptions = (metrics) => ['--db=dev-file', '--health-enabled=false', `--metrics-enabled=${metrics}`];

export const defaultCacheDir = path.join(root, '.cache', 'keycloak');
const demoRealmFile = path.join(root, 'sandbox', 'realm.json');

/** @typedef {(line: string) => void} Progress */
/**
 * @typedef {object} PreparedKeycloak
 * @property {string} version
 * @property {string} java
 * @property {boolean} metrics whether it was built with them
 * @property {string} dist the built distribution; several servers may run from it at once
 * @property {string} archive the JVM's class archive (halves the time to start)
 * @property {string} seed the data folder that a new server gets a copy of
 */

/** @param {readonly (string | Buffer)[]} parts */
function keyOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 12);
}

/** What the provider jar is made of: another jar needs another distribution, since one that is built takes no exchange. */
async function providerParts() {
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const names = files.sort().map((file) => [path.relative(sources, file), readFile(file)]);
  return Promise.all([readFile(pom), ...names.flat()]);
}

/**
 * Makes sure that everything a start needs is in the cache. Takes about a minute the first time and nothing later.
 * Whatever is in the cache is complete: it was built aside and renamed, so an interrupted run leaves no half of it.
 * Throws KeycloakFailure.
 *
 * @param {{ cacheDir?: string, realmFile?: string, metrics?: boolean, onProgress?: Progress }} [options]
 * @returns {Promise<PreparedKeycloak>}
 */
export async function prepareKeycloak(options = {}) {
  const { cacheDir = defaultCacheDir, realmFile = demoRealmFile, metrics = false } = options;
  const { onProgress = () => undefined } = options;
  const java = findJava(process.env);
  const version = /<keycloak\.version>(.+)<\/keycloak\.version>/.exec(await readFile(pom, 'utf8'))?.[1] ?? '';
  const distKey = keyOf([version, java.fingerprint, ...buildOptions(metrics), ...(await providerParts())]);
  const dist = path.join(cacheDir, `${version}-${distKey}`);
  const seed = path.join(cacheDir, `seed-${keyOf([distKey, await readFile(realmFile)])}`);
  /** @type {PreparedKeycloak} */
  const prepared = { version, java: java.command, metrics, dist, archive: path.join(dist, 'classes.jsa'), seed };
  const isComplete = () => [prepared.archive, seed].every((file) => existsSync(file));
  if (isComplete()) return prepared;

  await mkdir(cacheDir, { recursive: true });
  const onWait = () => onProgress('Another process is preparing Keycloak; waiting for it.');
  await withLock(path.join(cacheDir, 'lock'), { onWait }, async () => {
    await removeLeftovers(cacheDir);
    if (!existsSync(dist)) await inScratch(cacheDir, (scratch) => build(prepared, scratch, onProgress));
    if (!isComplete()) await inScratch(cacheDir, (scratch) => seedDatabase(prepared, realmFile, scratch, onProgress));
  });
  return prepared;
}

/** What killed runs left behind; the caller holds the lock. @param {string} cacheDir */
async function removeLeftovers(cacheDir) {
  const names = await readdir(cacheDir);
  await Promise.all(
    names
      .filter((name) => name.startsWith('scratch-'))
      .map((name) => rm(path.join(cacheDir, name), { recursive: true, force: true })),
  );
}

/** @param {string} cacheDir @param {(scratch: string) => Promise<void>} work */
async function inScratch(cacheDir, work) {
  const scratch = await mkdtemp(path.join(cacheDir, 'scratch-'));
  try {
    await work(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @param {PreparedKeycloak} prepared @param {string} scratch @param {Progress} onProgress */
async function build({ version, java, metrics, dist }, scratch, onProgress) {
  await fetchDistribution(version, scratch, onProgress);
  await addProvider(path.join(scratch, `keycloak-${version}`), scratch, onProgress);
  onProgress(`Building Keycloak ${version} (about 20 s, once) …`);
  const unpacked = path.join(scratch, `keycloak-${version}`);
  const command = ['build', ...buildOptions(metrics)];
  const { code, output } = await runToEnd(java, keycloakArguments({ dist: unpacked }, command));
  if (code !== 0) {
    throw new KeycloakFailure(
      'build_failed',
      `Keycloak could not be built (java ended with ${code}): ${lastLine(output)}`,
    );
  }
  await rename(unpacked, dist);
}

/** @param {string} version @param {string} scratch @param {Progress} onProgress */
async function fetchDistribution(version, scratch, onProgress) {
  onProgress(`Fetching Keycloak ${version} with Maven …`);
  let reportedMb = 0;
  /** @param {string} text */
  const report = (text) => {
    for (const [, done = '', total = ''] of text.matchAll(/([\d.]+)\/([\d.]+) MB/g)) {
      if (Number(total) < 100 || Number(done) < reportedMb + 20) continue;
      reportedMb = Number(done);
      onProgress(`Fetching Keycloak ${version}: ${Math.round(reportedMb)} of ${Math.round(Number(total))} MB`);
    }
  };
  const said = await maven(['dependency:unpack@distribution', `-Dunpack.directory=${scratch}`], report);
  if (said === undefined) return;
  throw new KeycloakFailure(
    'fetch_failed',
    `Maven could not fetch Keycloak ${version}; check the network (or the mirror in ~/.m2/settings.xml) and try again. Maven said: ${said}`,
  );
}

/** In a folder of its own, so that a `mvn verify` beside it is not disturbed. @param {string} dist @param {string} scratch @param {Progress} onProgress */
async function addProvider(dist, scratch, onProgress) {
  onProgress('Building the provider jar with Maven …');
  const target = path.join(scratch, 'target');
  const said = await maven(['package', '-Dmaven.test.skip=true', `-Dtarget.directory=${target}`]);
  if (said !== undefined) {
    throw new KeycloakFailure('provider_failed', `Maven could not build the provider jar. Maven said: ${said}`);
  }
  await cp(path.join(target, jar), path.join(dist, 'providers', jar));
}

/**
 * @param {readonly string[]} goals
 * @param {(text: string) => void} [onText]
 * @returns {Promise<string | undefined>} why it failed
 */
async function maven(goals, onText) {
  const args = ['-f', pom, ...goals, '-Dstyle.color=never'];
  const { code, output } = await runToEnd('mvn', args, onText).catch((cause) => {
    throw new KeycloakFailure('no_maven', 'Maven was not found; install it (the command is mvn) and try again.', {
      cause,
    });
  });
  if (code === 0) return undefined;
  return /^\[ERROR\] (.*?)(?: -> \[Help|$)/m.exec(output)?.[1] ?? lastLine(output);
}

/** @param {PreparedKeycloak} prepared @param {string} realmFile @param {string} scratch @param {Progress} onProgress */
async function seedDatabase(prepared, realmFile, scratch, onProgress) {
  onProgress('Creating its database and importing the realm (about 25 s, once) …');
  const home = path.join(scratch, 'home');
  const archive = path.join(scratch, 'classes.jsa');
  await mkdir(path.join(home, 'data', 'import'), { recursive: true });
  await cp(realmFile, path.join(home, 'data', 'import', path.basename(realmFile)));
  const server = await runKeycloak(prepared, {
    home,
    extra: [`-XX:ArchiveClassesAtExit=${archive}`],
    options: ['--import-realm'],
    env: { KC_BOOTSTRAP_ADMIN_USERNAME: admin.username, KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password },
  });
  process.kill(server.pid, 'SIGTERM'); // and no KILL after it: the JVM writes the archive on its way out
  await server.exited;
  await rename(archive, prepared.archive);
  await rm(path.join(home, 'data', 'import'), { recursive: true });
  if (!existsSync(prepared.seed)) await rename(path.join(home, 'data'), prepared.seed);
}

/** @param {string} text */
const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {(text: string) => void} [onText]
 * @returns {Promise<{ code: number, output: string }>}
 */
async function runToEnd(command, args, onText = () => undefined) {
  const child = await spawnGuarded(command, args, { output: 'pipe', env: withoutKeycloakOptions(process.env) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
      onText(text);
    });
  }
  return { code: await child.exited, output };
}
