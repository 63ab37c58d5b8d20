import { parseArgs } from 'node:util';
import type { Env } from '../config.ts';
import { CodedError } from '../lib/errors.ts';
import { auditVerify } from './audit-verify.ts';
import { doctor } from './doctor.ts';

/** What a command may touch: its environment, standard output and standard error, a line each. */
export type Terminal = {
  readonly env: Env;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
};

/** 0: done and well; 1: done and not well, or broken off; 2: asked for in a way that cannot be done. */
export type ExitCode = 0 | 1 | 2;

const HELP = `leasehold <command>

  audit verify [FILE]   follow the audit chain in the database (that of DATABASE_URL, or FILE) from its first entry
  doctor                ask Keycloak whether Leasehold's client may do what it needs
  help                  this text`;

const NOT_BUILT = ['setup', 'policy test', 'policy replay', 'policy', 'token'];

/** Runs one command; every failure is a sentence, never a stack. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    return await dispatch(values.help === true ? ['help'] : positionals, terminal);
  } catch (error) {
    terminal.complain(sentenceOf(error));
    return isMisuse(error) ? 2 : 1;
  }
}

async function dispatch(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [command = 'help', ...rest] = words;
  if (command === 'help') {
    terminal.say(HELP);
    return 0;
  }
  if (command === 'audit' && rest[0] === 'verify' && rest.length <= 2) return auditVerify(rest[1], terminal);
  if (command === 'doctor' && rest.length === 0) return doctor(terminal);

  const asked = words.join(' ');
  const notBuilt = NOT_BUILT.find((name) => `${asked} `.startsWith(`${name} `));
  terminal.complain(
    notBuilt === undefined
      ? `leasehold ${asked} is no command; leasehold help lists them.`
      : `leasehold ${notBuilt} is not built yet.`,
  );
  return 2;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const isMisuse = (error: unknown): boolean =>
  codeOf(error) === 'config_invalid' || codeOf(error).startsWith('ERR_PARSE_ARGS');

function sentenceOf(error: unknown): string {
  if (error instanceof CodedError) return error.message;
  if (codeOf(error).startsWith('ERR_PARSE_ARGS')) return 'There is no such option; leasehold help lists the commands.';
  return `Leasehold met an error that it does not know: ${error instanceof Error ? error.message : String(error)}`;
}
