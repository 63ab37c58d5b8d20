// npm test [-- <path pattern>… --jestOption=value]: every test, or those whose path matches a pattern.
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KeycloakFailure } from '../keycloak/failure.js';
import { startKeycloak, type KeycloakServer } from '../keycloak/server.js';
import { spawnGuarded } from '../scripts/guard.js';
import { onOrphaned } from '../scripts/orphan.js';
import { BrowserMissing, browserVariable, prepareBrowser } from './doubles/browser-program.ts';
import { channelOption, cibaUrlVariable, startSwitchboard } from './doubles/ciba-switchboard.ts';
import { keycloakUrlVariable } from './doubles/keycloak-server.ts';
import { OpaMissing, opaVariable, prepareOpa } from './doubles/opa-server.ts';
import { PostgresMissing, postgresUrlVariable, startPostgres } from './doubles/postgres-server.ts';

type Count = { readonly passed: number; readonly failed: number };

const root = path.dirname(import.meta.dirname);
const needsKeycloak = /^test\/(integration|e2e|faults)\//;
const isCi = (process.env['CI'] ?? '') !== '';
const say = (line: string) => console.error(line);

/** Jest on these files; a file that could not run at all counts as one failure. */
async function runJest(files: readonly string[], options: readonly string[], env = process.env): Promise<Count> {
  if (files.length === 0) return { passed: 0, failed: 0 };
  const scratch = await mkdtemp(path.join(tmpdir(), 'leasehold-test-'));
  const report = path.join(scratch, 'report.json');
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const nodeOptions = `${env['NODE_OPTIONS'] ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`;
  const args = [jest, '--runTestsByPath', ...files, '--json', `--outputFile=${report}`, ...options];
  try {
    const child = await spawnGuarded(process.execPath, args, { cwd: root, env: { ...env, NODE_OPTIONS: nodeOptions } });
    const code = await child.exited;
    const counts = JSON.parse(await readFile(report, 'utf8').catch(() => '{}')) as Record<string, number | undefined>;
    const failed = (counts['numFailedTests'] ?? 0) + (counts['numRuntimeErrorTestSuites'] ?? 0);
    return { passed: counts['numPassedTests'] ?? 0, failed: code === 0 ? failed : Math.max(1, failed) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** One Keycloak for all of them, so in one worker. Without one they fail in CI and are left out elsewhere. */
async function runWithKeycloak(
  files: readonly string[],
  options: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Count> {
  if (files.length === 0) return { passed: 0, failed: 0 };
  // What a test left running is named by Jest and ends with it, so that it cannot hold up the run for ever.
  const ownOptions = ['--runInBand', '--forceExit', '--testTimeout=240000', ...options];
  if (process.env[keycloakUrlVariable] !== undefined) return runJest(files, ownOptions, env);
  const switchboard = await startSwitchboard();
  let server: KeycloakServer;
  try {
    server = await startKeycloak({ options: [channelOption(switchboard.url)], onProgress: say });
  } catch (error) {
    await switchboard.stop();
    if (!(error instanceof KeycloakFailure)) throw error;
    say(`${isCi ? 'Failed' : 'Skipped'}: ${files.length} test files need a Keycloak. ${error.message}`);
    return { passed: 0, failed: isCi ? files.length : 0 };
  }
  try {
    const where = { [keycloakUrlVariable]: server.url, [cibaUrlVariable]: switchboard.url };
    return await runJest(files, ownOptions, { ...env, ...where });
  } finally {
    await server.stop();
    await switchboard.stop();
  }
}

/** The provider jar and its own tests, as `mvn -f keycloak verify` runs them. Without Maven they fail in CI and are left out elsewhere. */
async function runMaven(): Promise<Count> {
  const target = await mkdtemp(path.join(tmpdir(), 'leasehold-maven-'));
  try {
    const args = ['-f', path.join(root, 'keycloak'), '-B', '-q', 'verify', `-Dtarget.directory=${target}`];
    const child = await spawnGuarded('mvn', args, { cwd: root, env: process.env });
    const code = await child.exited;
    const reports = globSync(path.join(target, 'surefire-reports', 'TEST-*.xml'));
    const suites = await Promise.all(reports.map((file) => readFile(file, 'utf8')));
    const sum = (name: string) =>
      suites.reduce(
        (all, xml) => all + Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(xml)?.[1] ?? 0),
        0,
      );
    const failed = sum('failures') + sum('errors');
    const passed = sum('tests') - failed - sum('skipped');
    return { passed, failed: code === 0 ? failed : Math.max(1, failed) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    say(`${isCi ? 'Failed' : 'Skipped'}: the tests of the provider jar need Maven; install it (the command is mvn).`);
    return { passed: 0, failed: isCi ? 1 : 0 };
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

type Run = (files: readonly string[], env: NodeJS.ProcessEnv) => Promise<Count>;

/** What some test files need, and how they are told where it is. */
type Service = {
  readonly name: string;
  readonly needed: RegExp;
  readonly variable: string;
  readonly isMissing: (error: unknown) => error is Error;
  readonly start: () => Promise<{ readonly where: string; readonly stop: () => Promise<void> }>;
};

/** Each file that needs it has a database of its own. */
const postgres: Service = {
  name: 'a PostgreSQL',
  needed: /\/postgres[^/]*\.test\.ts$/,
  variable: postgresUrlVariable,
  isMissing: (error) => error instanceof PostgresMissing,
  start: async () => {
    const { url, stop } = await startPostgres({ fsync: 'off' });
    return { where: url, stop };
  },
};

const opa: Service = {
  name: 'an Open Policy Agent',
  needed: /\/opa[^/]*\.test\.ts$/,
  variable: opaVariable,
  isMissing: (error) => error instanceof OpaMissing,
  start: async () => ({ where: await prepareOpa(say), stop: () => Promise.resolve() }),
};

const browser: Service = {
  name: 'a browser',
  needed: /\/e2e\/browser[^/]*\.test\.ts$/,
  variable: browserVariable,
  isMissing: (error) => error instanceof BrowserMissing,
  start: async () => ({ where: await prepareBrowser(isCi, say), stop: () => Promise.resolve() }),
};

/** Where it is, `null` where it is missing, or nothing where no file needs it. */
type Begun = { readonly service: Service; readonly where: string | null; readonly stop: () => Promise<void> };

/** Starts it if a file needs it. Without it these files fail in CI and are left out elsewhere. */
async function begin(service: Service, files: readonly string[], env: NodeJS.ProcessEnv): Promise<readonly Begun[]> {
  const needing = files.filter((file) => service.needed.test(file));
  if (needing.length === 0 || env[service.variable] !== undefined) return [];
  try {
    return [{ service, ...(await service.start()) }];
  } catch (error) {
    if (!service.isMissing(error)) throw error;
    say(`${isCi ? 'Failed' : 'Skipped'}: ${needing.length} test files need ${service.name}. ${error.message}`);
    return [{ service, where: null, stop: () => Promise.resolve() }];
  }
}

/** One of each for all of them, made ready side by side. */
async function withServices(
  services: readonly Service[],
  files: readonly string[],
  env: NodeJS.ProcessEnv,
  run: Run,
): Promise<Count> {
  const starts = await Promise.allSettled(services.map((service) => begin(service, files, env)));
  const begun = starts.flatMap((start) => (start.status === 'fulfilled' ? start.value : []));
  try {
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    const missing = begun.flatMap(({ service, where }) => (where === null ? [service.needed] : []));
    const able = files.filter((file) => !missing.some((needed) => needed.test(file)));
    const places = begun.flatMap(({ service, where }): readonly (readonly [string, string])[] =>
      where === null ? [] : [[service.variable, where]],
    );
    const { passed, failed } = await run(able, { ...env, ...Object.fromEntries(places) });
    return { passed, failed: failed + (isCi ? files.length - able.length : 0) };
  } finally {
    await Promise.all(begun.map(({ stop }) => stop()));
  }
}

onOrphaned(() => process.exit(1)); // the guards see this process end, and end what it started
const words = process.argv.slice(2);
const patterns = words.filter((word) => !word.startsWith('-')).map((word) => new RegExp(word, 'i'));
const options = words.filter((word) => word.startsWith('-'));
const files = globSync('test/**/*.test.ts', { cwd: root })
  .filter((file) => patterns.length === 0 || patterns.some((pattern) => pattern.test(file)))
  .sort();

const { passed, failed } = await withServices([postgres, opa, browser], files, process.env, async (able, env) => {
  const [quickFiles, realFiles] = [false, true].map((isReal) =>
    able.filter((file) => needsKeycloak.test(file) === isReal),
  ) as [string[], string[]];
  // Those with a Keycloak keep one processor busy at most: the others run beside them.
  const workers = realFiles.length === 0 ? '100%' : '50%';
  const needsMaven = patterns.length === 0 || patterns.some((pattern) => pattern.test('keycloak/src/test'));
  const [maven, quick, real] = await Promise.all([
    needsMaven ? runMaven() : { passed: 0, failed: 0 },
    runJest(quickFiles, [`--maxWorkers=${workers}`, '--testTimeout=120000', ...options], env),
    runWithKeycloak(realFiles, options, env),
  ]);
  const counts = [maven, quick, real];
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  };
});
if (passed + failed === 0) say(files.length === 0 ? 'No test file matches.' : 'No test ran.');
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
