import { cpus, totalmem } from 'node:os';
import type { Row } from './row.ts';
import type { StoreKind } from './record.ts';

export type Outcome = {
  readonly row: Row;
  readonly store: StoreKind;
  readonly result: 'passed' | 'failed' | 'left out';
  /** What was seen, or what went wrong, or why it was left out. */
  readonly seen: string;
  readonly seconds: number;
};

const STORES = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const;

/** One line for a terminal. */
export const printed = ({ row, store, result, seen, seconds }: Outcome): string =>
  `${result.padEnd(8)} ${row.name.padEnd(34)} ${STORES[store].padEnd(10)} ${row.holds.join(' ').padEnd(22)} ${seconds.toFixed(0).padStart(4)} s  ${seen}`;

export const tally = (outcomes: readonly Outcome[]): string => {
  const count = (result: Outcome['result']): number => outcomes.filter((one) => one.result === result).length;
  return `${count('passed')} passed, ${count('failed')} failed`;
};

export type Versions = { readonly keycloak: string; readonly java: string; readonly date: string };

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

/** How a row of the page begins: what breaks, and on which store. */
const start = (row: Row, store: StoreKind): string => `| ${cell(row.fault)} | ${STORES[store]} |`;

/** The page of the reference. Rows that were not run stay as the `before` has them, with the day on which they were. */
export function page(
  rows: readonly Row[],
  outcomes: readonly Outcome[],
  { keycloak, java, date }: Versions,
  before: string,
): string {
  const fresh = outcomes.map(({ row, store, result, seen }) => {
    const cells = [row.injected, row.holds.join(', '), result, date, seen];
    return `${start(row, store)} ${cells.map(cell).join(' | ')} |`;
  });
  const known = before.split('\n');
  const lines = rows.flatMap((row) =>
    row.stores.flatMap((store) => {
      const isIt = (line: string): boolean => line.startsWith(start(row, store));
      return fresh.find(isIt) ?? known.find(isIt) ?? [];
    }),
  );
  const count = (result: Outcome['result']): number => lines.filter((line) => line.includes(`| ${result} |`)).length;
  const leftOut = count('left out') === 0 ? '' : `, ${count('left out')} left out`;
  return `# What happens when things break

Written by \`npm run test:faults\`, not by hand: real bot processes, a real Keycloak and the Slack sandbox, each fault really
brought about. After each row an administrator of the test asks Keycloak itself, the audit chain is verified and replayed
against the tables, nobody may have access without a lease, what was there before must be there still, and nobody may
have been told of an end more often than answers were lost. The invariants are those of the design (I1 to I30).

${count('passed')} passed, ${count('failed')} failed${leftOut}. Last run ${date}: Keycloak ${keycloak}, Java ${java}, Node ${process.version.slice(1)}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}.

| what breaks | store | how it is brought about | must hold | | run | what was seen |
|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
}
