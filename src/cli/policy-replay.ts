import { open } from 'node:fs/promises';
import { readDatabaseConfig, readKeycloakConfig } from '../config.ts';
import { csvLine } from '../domain/csv.ts';
import { parseDuration } from '../domain/duration.ts';
import type { Difference } from '../domain/policy-tally.ts';
import { connectKeycloak } from '../keycloak/connect.ts';
import type { Keycloak } from '../keycloak/connect.ts';
import { createLog } from '../lib/logger.ts';
import { evaluator } from '../policy/evaluate.ts';
import { unreadable } from '../policy/file.ts';
import { patternTests } from '../policy/pattern.ts';
import { readRecord } from '../policy/recorded.ts';
import { openReader } from '../store/open.ts';
import { peopleToday } from '../usecases/past-facts.ts';
import { replayPolicy } from '../usecases/replay-policy.ts';
import { policyIn } from './policy.ts';
import { CSV_HEAD, csvCells, summaryLines } from './replay-text.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** As they were typed. `since`: `30d`; `csv`: a file that is not there yet. */
export type ReplayOptions = { readonly since: string | null; readonly csv: string | null; readonly keycloak: boolean };

/**
 * Tells what a policy file would have decided differently on the record of DATABASE_URL, which is only read.
 * 2: nothing could be replayed.
 * @throws CodedError store_unavailable; keycloak_unavailable, keycloak_forbidden
 */
export async function policyReplay(file: string, options: ReplayOptions, terminal: Terminal): Promise<ExitCode> {
  const since = options.since === null ? null : parseDuration(options.since);
  if (options.since !== null && since === null) {
    terminal.complain(`--since takes a duration such as 12h or 30d, and not ${options.since}.`);
    return 2;
  }
  const policy = await policyIn(file, terminal);
  if (policy === null) return 2;
  const read = readDatabaseConfig(terminal.env);
  if (!read.ok) {
    read.problems.forEach(terminal.complain);
    return 2;
  }
  const keycloak = options.keycloak ? connected(terminal) : null;
  if (keycloak === 'misconfigured') return 2;
  try {
    const reader = await openReader(read.database, createLog({ level: 'silent', secrets: [] }));
    try {
      const ports = {
        ...{ entries: reader.auditEntries(), store: reader },
        ...{ decide: evaluator(policy), fits: patternTests(), readRecord },
        today: keycloak === null ? null : peopleToday(keycloak.background.directory),
      };
      const from = since === null ? 0 : Date.now() - since * 1000;
      const csv = options.csv === null ? null : await csvFile(options.csv, terminal);
      if (csv === 'in the way') return 2;
      try {
        const tell = async (one: Difference): Promise<void> => csv?.write(csvLine(csvCells(one)));
        const summary = await replayPolicy(ports, from, tell);
        summaryLines(summary, since === null ? null : from).forEach(terminal.say);
      } finally {
        await csv?.close();
      }
      return 0;
    } finally {
      await reader.close();
    }
  } finally {
    await keycloak?.close();
  }
}

function connected(terminal: Terminal): Keycloak | 'misconfigured' {
  const read = readKeycloakConfig(terminal.env);
  if (!read.ok) {
    read.problems.forEach(terminal.complain);
    return 'misconfigured';
  }
  const { adminGroup, minSeconds } = read;
  return connectKeycloak({
    ...read.keycloak,
    adminGroup,
    minSeconds,
    metrics: { keycloakCall: () => undefined, keycloakLimit: () => undefined },
    log: createLog({ level: 'silent', secrets: [] }),
    now: Date.now,
  });
}

/** So much text is written at a time. */
const BLOCK = 65_536;

/** A new file, which nobody but its owner may read: it names people. What is there already is never written over. */
async function csvFile(file: string, terminal: Terminal) {
  try {
    const handle = await open(file, 'wx', 0o600);
    let text = csvLine(CSV_HEAD);
    const flush = async (): Promise<void> => {
      const block = text;
      text = '';
      await handle.writeFile(block);
    };
    return {
      write: async (line: string): Promise<void> => {
        text += line;
        if (text.length >= BLOCK) await flush();
      },
      close: (): Promise<void> => flush().finally(() => handle.close()),
    };
  } catch (error) {
    terminal.complain(`--csv ${file} cannot be made (${unreadable(error)}); it must be a new file.`);
    return 'in the way';
  }
}
