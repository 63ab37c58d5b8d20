// Notices that whoever started this process is gone, `kill -9` included. Plain JavaScript without dependencies.
import { readFileSync } from 'node:fs';

/** Between npm and an entry of this repository stand a shell and scripts/run.js. */
const depthUnderNpm = 3;

/** @param {number} pid @returns {number | undefined} undefined when it is gone, or where there is no /proc */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** The processes above this one, the nearest first. @param {number} depth */
function ancestors(depth) {
  const pids = [process.ppid];
  while (pids.length < depth) pids.push(parentOf(pids.at(-1) ?? 0) ?? 0);
  return pids.join();
}

/**
 * Calls back once when the process that started this one ends, or the npm behind it (that only on Linux: elsewhere
 * npm's death alone goes unseen). Looks every second; does not keep the process alive.
 *
 * @param {() => void} callback
 */
export function onOrphaned(callback) {
  const depth = process.env['npm_lifecycle_event'] === undefined ? 1 : depthUnderNpm;
  const before = ancestors(depth);
  const timer = setInterval(() => {
    if (ancestors(depth) === before) return;
    clearInterval(timer);
    callback();
  }, 1000).unref();
}
