// Runs a command that cannot outlive whoever asked for it. The command leads a process group of its own; the guard
// between the two ends that whole group when its own stdin closes, which the kernel does for a parent that died in
// any way, `kill -9` included. Plain JavaScript without dependencies: Node 20 runs it.
//
//   node scripts/guard.js [--as=uid:gid] <command> [args…]      stdin is the lifeline; the command itself gets none
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const graceMs = 8000;

/**
 * @typedef {object} GuardedProcess
 * @property {number} pid the command's own process id, and the id of its process group
 * @property {import('node:stream').Readable | null} stdout only with `output: 'pipe'`
 * @property {import('node:stream').Readable | null} stderr only with `output: 'pipe'`
 * @property {Promise<number>} exited the exit code, 128 + signal number after a signal; never rejects
 * @property {() => Promise<number>} stop ends the whole group (TERM, KILL after 8 s) and waits for it
 */

/**
 * Starts a command under guard. Rejects with the system's error (`code: 'ENOENT'`) when it cannot be started.
 * The guard leaves the terminal's process group, so Ctrl-C reaches the caller alone, who chooses the order of stopping.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{
 *   cwd?: string, env?: NodeJS.ProcessEnv, output?: 'inherit' | 'pipe' | 'ignore', owner?: { uid: number, gid: number }
 * }} [options] `owner`: whom the command runs as, which only root may choose
 * @returns {Promise<GuardedProcess>}
 */
export async function spawnGuarded(command, args, { output = 'inherit', owner, ...options } = {}) {
  const as = owner === undefined ? [] : [`--as=${owner.uid}:${owner.gid}`];
  const guard = spawn(process.execPath, [self, ...as, command, ...args], {
    ...options,
    detached: true,
    stdio: ['pipe', output, output, 'ipc'],
  });
  /** @type {Promise<number>} */
  const exited = new Promise((resolve) => guard.once('exit', (code) => resolve(code ?? 1)));
  guard.stdin?.on('error', () => undefined); // the guard has gone; `exited` says so
  const pid = await new Promise((resolve, reject) => {
    guard.once('message', (/** @type {{ pid?: number, error?: string, code?: string }} */ { pid, error, code }) =>
      pid === undefined ? reject(Object.assign(new Error(error), { code })) : resolve(pid),
    );
    guard.once('error', reject);
    void exited.then((code) => reject(new Error(`${command} ended with code ${code} before it started`)));
  });
  const stop = () => {
    guard.stdin?.end();
    return exited;
  };
  return { pid, stdout: guard.stdout, stderr: guard.stderr, exited, stop };
}

/** @param {number} group @param {NodeJS.Signals | 0} signal @returns {boolean} whether the group still exists */
function signalGroup(group, signal) {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}

/** Ends a process group: TERM (CONT, so that a stopped one hears it), then KILL. @param {number} group */
async function endGroup(group) {
  signalGroup(group, 'SIGTERM');
  signalGroup(group, 'SIGCONT');
  for (let waitedMs = 0; signalGroup(group, 0) && waitedMs < graceMs; waitedMs += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  signalGroup(group, 'SIGKILL');
}

/** @param {string} command @param {string[]} args @param {{ uid?: number, gid?: number }} owner */
function guardCommand(command, args, owner) {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'], ...owner });
  child.once('error', (/** @type {NodeJS.ErrnoException} */ { message, code }) => {
    if (process.send === undefined) console.error(`${command} cannot be started: ${message}`);
    process.send?.({ error: message, code });
    process.exitCode = 127;
    process.stdin.destroy();
    if (process.connected) process.disconnect();
  });
  const { pid } = child;
  if (pid === undefined) return;
  process.send?.({ pid });
  if (process.connected) process.disconnect();
  const end = () => void endGroup(pid);
  process.stdin.once('close', end).on('error', end).resume();
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(signal, end);
  child.once('exit', (code, signal) => {
    const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    void endGroup(pid).then(() => process.exit(exitCode)); // what the command itself left behind
  });
}

const words = process.argv.slice(2);
const [, uid, gid] = /^--as=(\d+):(\d+)$/.exec(words[0] ?? '') ?? [];
const [command, ...args] = uid === undefined ? words : words.slice(1);
if (process.argv[1] === self && command !== undefined) {
  guardCommand(command, args, uid === undefined ? {} : { uid: Number(uid), gid: Number(gid) });
}
