// Everything that can be said about the sources without running them: one line each, in full only what failed.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const root = path.dirname(import.meta.dirname);

/** What is checked, and the command with its arguments. */
const CHECKS = [
  ['format', 'prettier --check --log-level warn .'],
  ['types', 'tsc --noEmit'],
  ['lint', 'eslint --max-warnings 0 .'],
  ['arrows', 'depcruise --output-type err-long .'],
  ['dead code', 'knip --no-progress'],
] as const;
/** Types and lint need a gigabyte and a core each. */
const AT_ONCE = 2;

type Finding = { readonly name: string; readonly ok: boolean; readonly seconds: number; readonly output: string };

async function run([name, commandLine]: (typeof CHECKS)[number]): Promise<Finding> {
  const began = performance.now();
  const [command = '', ...args] = commandLine.split(' ');
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  const [code, out, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { name, ok: code === 0, seconds: (performance.now() - began) / 1000, output: `${out}${errors}`.trim() };
}

function tell({ name, ok, seconds, output }: Finding): void {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
  if (!ok) console.log(`\n${output}\n`);
}

const waiting = [...CHECKS];
let failed = 0;
async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const finding = await run(next);
    if (!finding.ok) failed += 1;
    tell(finding);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
console.log(failed === 0 ? 'All checks passed.' : `${failed} of ${CHECKS.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
