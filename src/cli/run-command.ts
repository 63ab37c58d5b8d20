import { parseArgs } from 'node:util';
import { CodedError } from '../lib/errors.ts';
import { auditVerify } from './audit-verify.ts';
import { doctor } from './doctor.ts';
import { policyCheck, policyTest } from './policy.ts';
import { policyExplain } from './policy-explain.ts';
import { policyReplay } from './policy-replay.ts';
import type { ExitCode, Terminal } from './terminal.ts';
import { token } from './token.ts';

const HELP = `leasehold <command>

  audit verify [FILE]   follow the audit chain in the database (that of DATABASE_URL, or a SQLite FILE) from its first entry
  doctor                ask Keycloak whether Leasehold's client may do what it needs
  policy check FILE     read a policy file, and say what is wrong with it
  policy test FILE CASES
                        put a file of cases to a policy file
  policy explain PERSON ACCESS [DURATION]
                        what would become of that request now, who would be asked and which rule says so; PERSON is a
                        username or e-mail in Keycloak, ACCESS as in Slack
  policy replay FILE [--since 30d] [--csv OUT] [--keycloak]
                        what the file would have decided differently on the record of DATABASE_URL; with --keycloak people
                        are judged by their memberships of today where those of then are not on record
  token --scope SCOPE --for USERNAME …
                        a token after somebody's click, or a command that runs with it; leasehold token --help
  help                  this text`;

/** The words of each command, and how many more it takes at least and at most. */
const COMMANDS = [
  { name: '', least: 0, most: 0 },
  { name: 'help', least: 0, most: 0 },
  { name: 'doctor', least: 0, most: 0 },
  { name: 'audit verify', least: 0, most: 1 },
  { name: 'policy check', least: 1, most: 1 },
  { name: 'policy test', least: 2, most: 2 },
  { name: 'policy explain', least: 2, most: 3 },
  { name: 'policy replay', least: 1, most: 1 },
] as const;
const NOT_BUILT = ['setup'];

/** Runs one command; every failure is a sentence, never a stack. @returns an {@link ExitCode}, or one of `token` */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  // What follows --run is another command's.
  if (args[0] === 'token') return safely(terminal, () => token(args.slice(1), terminal));
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    options: {
      help: { type: 'boolean', short: 'h' },
      since: { type: 'string' },
      csv: { type: 'string' },
      keycloak: { type: 'boolean' },
    },
  });
  const { help, ...options } = values;
  const words = help === true ? ['help'] : positionals;
  const problem = misuse(words, options);
  if (problem !== null) {
    terminal.complain(problem);
    return 2;
  }
  return safely(terminal, () => dispatch(words, options, terminal));
}

async function safely(terminal: Terminal, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    terminal.complain(sentenceOf(error));
    return 1;
  }
}

type Options = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
/** What `policy replay` may be told besides; no other command has options. */
const REPLAY_OPTIONS = { since: 'string', csv: 'string', keycloak: 'boolean' } as const;
const textOf = (value: Options[string]): string | null => (typeof value === 'string' ? value : null);

/** Why there is nothing to run, or null. */
function misuse(words: readonly string[], options: Options): string | null {
  const asked = words.join(' ');
  const notBuilt = NOT_BUILT.find((name) => `${asked} `.startsWith(`${name} `));
  if (notBuilt !== undefined) return `leasehold ${notBuilt} is not built yet.`;
  const isReplay = words[0] === 'policy' && words[1] === 'replay';
  for (const [name, value] of Object.entries(options)) {
    const type =
      isReplay && Object.hasOwn(REPLAY_OPTIONS, name) ? REPLAY_OPTIONS[name as keyof typeof REPLAY_OPTIONS] : null;
    if (type === null) return `leasehold knows no option ${name}; leasehold help lists the commands.`;
    if (typeof value !== type || value === '')
      return `--${name} ${type === 'string' ? 'needs a value' : 'takes no value'}.`;
  }
  const isCommand = COMMANDS.some(({ name, least, most }) => {
    const more = words.length - name.split(' ').filter((word) => word !== '').length;
    return `${asked} `.startsWith(`${name} `.trimStart()) && more >= least && more <= most;
  });
  return isCommand ? null : `leasehold ${asked} is no command; leasehold help lists them.`;
}

async function dispatch(
  [command, verb, file, more, last]: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  if (command === 'audit') return auditVerify(file, terminal);
  if (command === 'doctor') return doctor(terminal);
  if (command === 'policy' && verb === 'explain' && file !== undefined && more !== undefined)
    return policyExplain({ name: file, access: more, duration: last ?? '' }, terminal);
  if (command === 'policy' && verb === 'replay' && file !== undefined) {
    const { since, csv, keycloak } = options;
    return policyReplay(file, { since: textOf(since), csv: textOf(csv), keycloak: keycloak === true }, terminal);
  }
  if (command === 'policy' && file !== undefined)
    return verb === 'test' && more !== undefined ? policyTest(file, more, terminal) : policyCheck(file, terminal);
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
