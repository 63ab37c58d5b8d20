import type { Outcome } from './run.ts';

/** What went wrong, how it came about, and how to see it again. */
export function told({ seed, breach, story }: Outcome): string {
  if (breach === null) return `seed ${seed}: every promise held`;
  return [
    ...story,
    '',
    `${breach.invariant} is broken: ${breach.what}`,
    `Again: SEED=${seed} npm test -- simulation`,
  ].join('\n');
}
