import path from 'node:path';
import { spawnGuarded } from '../../scripts/guard.js';

const main = path.join(import.meta.dirname, '..', '..', 'src', 'main.ts');

export type BotProcess = {
  readonly pid: number;
  /** Everything it wrote so far. */
  said(): string;
  /** The line with which it begins its work, once it did. */
  started(): { readonly url: string; readonly time: string } | null;
  readonly exited: Promise<number>;
  /** `kill -9`: no farewell, no clean-up. */
  kill(): Promise<void>;
  /** SIGSTOP, until `resume`. */
  pause(): void;
  resume(): void;
  /** SIGTERM, as a supervisor would. Answers the exit code. */
  stop(): Promise<number>;
};

/** Leasehold as `npm start` runs it, or another entry, a process of its own with this environment and nothing else. */
export async function startBotProcess(env: Readonly<Record<string, string>>, entry = main): Promise<BotProcess> {
  const { PATH = '', HOME = '' } = process.env;
  const child = await spawnGuarded(process.execPath, [entry], { env: { PATH, HOME, ...env }, output: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const signal = async (name: 'SIGKILL' | 'SIGTERM'): Promise<number> => {
    try {
      process.kill(child.pid, name);
    } catch {
      // It has ended by itself.
    }
    return child.exited;
  };
  return {
    pid: child.pid,
    said: () => said,
    started: () => {
      const line = said.split('\n').find((one) => one.includes('"msg":"started"') && one.endsWith('}'));
      return line === undefined ? null : (JSON.parse(line) as { url: string; time: string });
    },
    exited: child.exited,
    kill: async () => {
      await signal('SIGKILL');
    },
    pause: () => void process.kill(child.pid, 'SIGSTOP'),
    resume: () => void process.kill(child.pid, 'SIGCONT'),
    stop: () => signal('SIGTERM'),
  };
}
