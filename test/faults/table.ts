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

/** The page of the reference, as the last whole run left it. */
export function page(outcomes: readonly Outcome[], { keycloak, java, date }: Versions): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
  const rows = outcomes.map(({ row, store, result, seen }) => {
    const cells = [row.fault, STORES[store], row.injected, row.holds.join(', '), result, seen];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  const leftOut = outcomes.filter(({ result }) => result === 'left out').length;
  return `# What happens when things break

Written by \`npm run test:faults\`, not by hand: real bot processes, a real Keycloak and the Slack sandbox, each fault really
brought about. After each row an administrator of the test asks Keycloak itself, the audit chain is verified and replayed
against the tables, nobody may have access without a lease, what was there before must be there still, and nobody may
have been told of an end more often than answers were lost. The invariants are those of the design (I1 to I30).

Last run ${date}: ${tally(outcomes)}${leftOut === 0 ? '' : `, ${leftOut} left out`}. Keycloak ${keycloak}, Java ${java}, Node ${process.version.slice(1)}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}.

| what breaks | store | how it is brought about | must hold | | what was seen |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
