import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isRunning } from './lock.js';
import { defaultCacheDir, prepareKeycloak } from './prepare.js';
import { runKeycloak } from './run.js';

/** @typedef {import('./run.js').KeycloakServer} KeycloakServer */

/**
 * Starts a real Keycloak with its own copy of the prepared database: the master realm and the demo realm `leasehold`.
 * Prepares the cache first when it must. Nothing of it outlives this process. Throws KeycloakFailure.
 *
 * @param {{ port?: number, cacheDir?: string, realmFile?: string, options?: readonly string[], metrics?: boolean, onProgress?: (line: string) => void }} [options]
 *   `port` 0 or none: a free one; `options`: more of the server's own, such as `--spi-authenticator--leasehold-gate--url=…`;
 *   `metrics`: with a page of them on this machine, which takes a build of its own
 * @returns {Promise<KeycloakServer>}
 */
export async function startKeycloak({ port = 0, cacheDir = defaultCacheDir, options = [], onProgress, ...rest } = {}) {
  const prepared = await prepareKeycloak({ cacheDir, ...(onProgress && { onProgress }), ...rest });
  onProgress?.(`Starting Keycloak ${prepared.version} …`);
  const home = await createHome(path.join(cacheDir, 'run'));
  const removeHome = () => rm(home, { recursive: true, force: true });
  try {
    await cp(prepared.seed, path.join(home, 'data'), { recursive: true });
    const extra = [`-XX:SharedArchiveFile=${prepared.archive}`];
    const server = await runKeycloak(prepared, { home, port, extra, options });
    onProgress?.(`Keycloak answers at ${server.url}`);
    return { ...server, stop: () => server.stop().finally(removeHome) };
  } catch (error) {
    await removeHome();
    throw error;
  }
}

/** A home named after this process; those of processes that are gone are removed. @param {string} runDir */
async function createHome(runDir) {
  await mkdir(runDir, { recursive: true });
  for (const name of await readdir(runDir)) {
    if (!isRunning(Number(name.split('-')[0]))) await rm(path.join(runDir, name), { recursive: true, force: true });
  }
  return mkdtemp(path.join(runDir, `${process.pid}-`));
}
