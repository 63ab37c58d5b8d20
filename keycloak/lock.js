import { readlink, rm, symlink } from 'node:fs/promises';

/** True while a process with this id exists. @param {number} pid */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** A symbolic link to the holder's process id: made and filled in one step. @param {string} file @returns {Promise<boolean>} */
async function tryLock(file) {
  try {
    await symlink(String(process.pid), file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  }
}

/** A lock whose holder was killed. @param {string} file */
async function isStale(file) {
  const holder = await readlink(file).catch(() => undefined);
  return holder !== undefined && !isRunning(Number(holder));
}

/**
 * Runs work while this process alone holds the lock file. Saves double work only: what the work produces is put in
 * place by rename, so two holders (two waiters that both found a dead one) could do no harm.
 *
 * @template T
 * @param {string} file
 * @param {{ onWait: () => void }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, { onWait }, work) {
  for (let attempt = 0; !(await tryLock(file)); attempt += 1) {
    if (await isStale(file)) await rm(file, { force: true });
    else {
      if (attempt === 0) onWait();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
