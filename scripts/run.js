// Runs a TypeScript entry of this repository with the pinned Node 24, installing the dependencies first when they are
// missing or older than the lock file. Plain JavaScript without dependencies: a machine's own Node 20 can run it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { withBoundedHeap } from './heap.js';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = path.join(root, 'node_modules', '.bin');
const nodePath = path.join(bin, 'node');
const installed = path.join(root, 'node_modules', '.package-lock.json');

/** True when node_modules was installed from the lock file as it is now. */
function isInstalled() {
  if (!existsSync(installed) || !existsSync(nodePath)) return false;
  return statSync(installed).mtimeMs >= statSync(path.join(root, 'package-lock.json')).mtimeMs;
}

function install() {
  console.error('Installing dependencies (npm ci), once …');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    console.error('npm ci failed. Check that the npm registry can be reached, then run the same command again.');
    process.exit(1);
  }
}

if (!isInstalled()) install();

const [entry = '', ...args] = process.argv.slice(2);
// Leasehold itself reads `.env`; what the environment already has wins. Tests, demo and bench bring their own.
const envFile = path.join(root, '.env');
const options = entry.startsWith('src/') && existsSync(envFile) ? [`--env-file=${envFile}`] : [];
const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };
const child = spawn(nodePath, [...options, path.join(root, entry), ...args], {
  stdio: 'inherit',
  env: /^(src|bench)\//.test(entry) ? withBoundedHeap(env) : env,
});
// A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone is handed on. Either way the
// child decides when it is done, so that it can clean up.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP'])
  process.on(signal, () => child.kill(/** @type {NodeJS.Signals} */ (signal)));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
