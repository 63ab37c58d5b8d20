import { matches } from '../lib/match.ts';

const MAX_LENGTH = 200;
const CLASSES = /\\[^ux]|\\u\{[^}]*\}|\\u.{4}|\\x..|\[(?:\\.|[^\]\\])*\]/gsu;

/** Why a text is no pattern that a policy may use, or null. */
export function patternProblem(pattern: string): string | null {
  if (pattern === '') return 'an empty pattern fits everything; leave it out';
  if (pattern.length > MAX_LENGTH) return `a pattern has at most ${MAX_LENGTH} characters`;
  try {
    new RegExp(pattern, 'u');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * What tells whether a text contains the pattern. One that cannot take long whatever the text runs directly, any other
 * one under the clock of {@link matches}, which costs about a hundred times as much.
 */
function patternTest(pattern: string): (text: string) => boolean {
  if (!isHarmless(pattern)) return (text) => matches(pattern, text);
  const expression = new RegExp(pattern, 'u');
  return (text) => expression.test(text);
}

/** Whether a text contains a pattern; each pattern is made once. Only for as many as a file can hold. */
export function patternTests(): (text: string, pattern: string) => boolean {
  const tests = new Map<string, (text: string) => boolean>();
  return (text, pattern) => {
    let test = tests.get(pattern);
    if (test === undefined) tests.set(pattern, (test = patternTest(pattern)));
    return test(text);
  };
}

/** Nothing multiplies: at most one repetition, of a single character, and one group, without looking around or back. */
export function isHarmless(pattern: string): boolean {
  if (/\\[1-9k]|\(\?(?!:)/u.test(pattern)) return false;
  const bare = pattern.replaceAll(CLASSES, 'c').replaceAll('(?:', '(');
  const repetitions = bare.match(/.?[*+?{]/gsu) ?? [];
  const groups = bare.match(/\(/gu) ?? [];
  return groups.length <= 1 && repetitions.length <= 1 && !repetitions.some((one) => one.startsWith(')'));
}
