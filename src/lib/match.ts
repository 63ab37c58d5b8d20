import { Script, createContext } from 'node:vm';

const LONGEST_MS = 50;
const script = new Script('new RegExp(pattern, "u").test(text)');

/**
 * Whether the text contains the pattern. A pattern is written by somebody else and may need for ever on an unlucky text,
 * which would halt every timer of this process: after 50 ms of work the answer is no. A time-out that passed while the
 * machine was busy with others counts for nothing.
 */
export function matches(pattern: string, text: string): boolean {
  const context = createContext({ pattern, text });
  const before = process.cpuUsage();
  for (;;) {
    try {
      return script.runInContext(context, { timeout: LONGEST_MS }) === true;
    } catch (error) {
      const workedMs = process.cpuUsage(before).user / 1000;
      if (!isTimeout(error) || workedMs >= LONGEST_MS / 2) return false;
    }
  }
}

/** Not by its class: it may come from the other context. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
