import { matches } from '../../lib/match.ts';

/**
 * A text that fits a justification's pattern, such as `INC-42` for `(INC|CHG)-\d+`; null when the pattern is too rich to
 * guess one. People read an example faster than a regular expression.
 */
export function patternExample(pattern: string): string | null {
  const guess = pattern
    .replace(/^\^|\$$/g, '')
    .replace(/\\b/g, '')
    .replace(/\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)/g, '$1')
    .replace(/(?:\\d|\[0-9\])(?:[+*]|\{(\d)[^}]*\})?/g, (_, count: string | undefined) =>
      '4217'.slice(0, Number(count ?? 2)),
    )
    .replace(/\[A-Z\](?:[+*]|\{(\d)[^}]*\})?/g, (_, count: string | undefined) => 'OPSX'.slice(0, Number(count ?? 3)))
    .replace(/\\([-#/.])/g, '$1');
  return /^[\w #/.-]+$/.test(guess) && matches(pattern, guess) ? guess : null;
}
