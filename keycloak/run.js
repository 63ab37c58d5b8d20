import { mkdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { spawnGuarded } from '../scripts/guard.js';
import { KeycloakFailure } from './failure.js';
import { keycloakArguments, withoutKeycloakOptions } from './java.js';

/** The one spelling of the host: Keycloak refuses at `127.0.0.1` a token that it gave out as `localhost`. */
const host = '127.0.0.1';
const readyWithinMs = 420_000;

/** The master realm's administrator in every server started here; it listens on this machine alone. */
export const admin = { username: 'admin', password: 'admin' };

/**
 * @typedef {object} KeycloakServer
 * @property {string} url without a slash at the end
 * @property {{ username: string, password: string }} admin of the master realm
 * @property {number} pid of the JVM
 * @property {Promise<number>} exited
 * @property {string | null} metricsUrl where Prometheus would look; null where it was built without metrics
 * @property {() => Promise<void>} stop
 * @property {() => void} pause stops the JVM where it is: connections are accepted and never answered
 * @property {() => void} resume
 */

/**
 * Runs a built Keycloak in a home folder of its own, whose `data` may be there already, and waits until it answers.
 * Throws `port_taken` and `start_failed`.
 *
 * @param {{ java: string, dist: string, metrics?: boolean }} built
 * @param {{ home: string, port?: number, extra?: readonly string[], options?: readonly string[], env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<KeycloakServer>}
 */
export async function runKeycloak(
  { java, dist, metrics = false },
  { home, port = 0, extra = [], options = [], env = {} },
) {
  await mkdir(home, { recursive: true });
  for (const name of ['lib', 'conf', 'providers', 'themes']) {
    await symlink(path.join(dist, name), path.join(home, name));
  }
  const listenPort = await findPort(port);
  const url = `http://${host}:${listenPort}`;
  const managementPort = metrics ? await findPort(0) : null;
  const management =
    managementPort === null ? [] : [`--http-management-host=${host}`, `--http-management-port=${managementPort}`];
  const command = [
    ...['start', '--optimized', '--cache=local', '--http-enabled=true', '--hostname-strict=false'],
    ...[`--http-host=${host}`, `--http-port=${listenPort}`, ...management, ...options],
  ];
  const child = await spawnGuarded(java, keycloakArguments({ dist, home, extra }, command), {
    output: 'pipe',
    env: { ...withoutKeycloakOptions(process.env), ...env },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (log = (log + text).slice(-20_000)));
  }
  try {
    await untilReady(url, child.exited);
  } catch (cause) {
    await child.stop();
    const said = /^.*(?:ERROR|Error).*$/m.exec(log)?.[0] ?? log.trim().split('\n').at(-1) ?? '';
    throw new KeycloakFailure('start_failed', `Keycloak did not start; its log says: ${said}`, { cause });
  }
  return {
    url,
    admin,
    pid: child.pid,
    metricsUrl: managementPort === null ? null : `http://${host}:${managementPort}/metrics`,
    exited: child.exited,
    stop: async () => void (await child.stop()),
    pause: () => void process.kill(child.pid, 'SIGSTOP'),
    resume: () => void process.kill(child.pid, 'SIGCONT'),
  };
}

/** @param {number} port 0 for any @returns {Promise<number>} a port that is free now */
function findPort(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause) => {
      const message = `Port ${port} is taken; stop what listens there, or choose another port (0 finds a free one).`;
      reject(new KeycloakFailure('port_taken', message, { cause }));
    });
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}

/** @param {string} url @param {Promise<number>} exited */
async function untilReady(url, exited) {
  let exitCode = /** @type {number | undefined} */ (undefined);
  void exited.then((code) => (exitCode = code));
  const deadline = Date.now() + readyWithinMs;
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/realms/master`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    if (answer?.ok === true) return;
    if (exitCode !== undefined) throw new Error(`java ended with code ${exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not ready within ${readyWithinMs / 1000} s`);
}
