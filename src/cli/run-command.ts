import { parseArgs } from 'node:util';
import { CodedError } from '../lib/errors.ts';
import { auditVerify } from './audit-verify.ts';
import { doctor } from './doctor.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const HELP = `leasehold <command>

  audit verify [FILE]   follow the audit chain in the database (that of DATABASE_URL, or a SQLite FILE) from its first entry
  doctor                ask Keycloak whether Leasehold's client may do what it needs
  help                  this text`;

const COMMAND = /^(|help|doctor|audit verify( [^]+)?)$/;
const NOT_BUILT = ['setup', 'policy test', 'policy replay', 'policy', 'token'];

/** Runs one command; every failure is a sentence, never a stack. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  const { help, ...unknown } = values;
  const words = help === true ? ['help'] : positionals;
  const problem = misuse(words, Object.keys(unknown));
  if (problem !== null) {
    terminal.complain(problem);
    return 2;
  }
  try {
    return await dispatch(words, terminal);
  } catch (error) {
    terminal.complain(sentenceOf(error));
    return 1;
  }
}

/** Why there is nothing to run, or null. */
function misuse(words: readonly string[], options: readonly string[]): string | null {
  const asked = words.join(' ');
  const notBuilt = NOT_BUILT.find((name) => `${asked} `.startsWith(`${name} `));
  if (notBuilt !== undefined) return `leasehold ${notBuilt} is not built yet.`;
  if (options[0] !== undefined) return `leasehold knows no option ${options[0]}; leasehold help lists the commands.`;
  return COMMAND.test(asked) && words.length <= 3
    ? null
    : `leasehold ${asked} is no command; leasehold help lists them.`;
}

async function dispatch([command, , file]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (command === 'audit') return auditVerify(file, terminal);
  if (command === 'doctor') return doctor(terminal);
  terminal.say(HELP);
  return 0;
}

/** What to look at, where the error itself does not say. */
const HINT: Readonly<Partial<Record<CodedError['code'], string>>> = {
  keycloak_unavailable: ' Check KEYCLOAK_URL and KEYCLOAK_REALM, and that Keycloak is running.',
  keycloak_forbidden:
    ' Check KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET, and that the client has service account roles on.',
};

function sentenceOf(error: unknown): string {
  if (error instanceof CodedError) return `${error.message}${HINT[error.code] ?? ''}`;
  return `Leasehold met an error that it does not know: ${error instanceof Error ? error.message : String(error)}`;
}
