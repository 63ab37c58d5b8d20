import { Script, createContext } from 'node:vm';

const LONGEST_MS = 50;
const script = new Script('new RegExp(pattern, "u").test(text)');

/**
 * Whether the text contains the pattern. A pattern is written by somebody else and may need for ever on an unlucky text,
 * which would halt every timer of this process: after 50 ms the answer is no.
 */
export function matches(pattern: string, text: string): boolean {
  try {
    return script.runInContext(createContext({ pattern, text }), { timeout: LONGEST_MS }) === true;
  } catch {
    return false;
  }
}
