import { parseArgs } from 'node:util';
import { parseDuration } from '../domain/duration.ts';
import { BINDING_MESSAGE } from '../keycloak/backchannel.ts';

export const TOKEN_HELP = `leasehold token --scope SCOPE --for USERNAME [options] [--run COMMAND ARGS…]

Asks Keycloak for a token that waits for somebody's click in Slack, and prints it. With --run the command gets it as
LEASEHOLD_TOKEN in its environment, and its session ends with the command.

  --scope SCOPE       what the token is for; several in quotes
  --for USERNAME      whose access it is
  --duration 15m      for how long
  --why TEXT          the justification, at most 200 characters
  --message TEXT      the code to compare in Slack (a new one): letters, digits and - . _ + / ! ? #, at most 50
  --timeout SECONDS   how long to wait, at most what the realm allows
  --json              {"access_token","expires_in","scope"} in place of the token alone

Environment: TOKEN_ISSUER, TOKEN_CLIENT_ID, TOKEN_CLIENT_SECRET.
Exit codes: 2 asked in a way that cannot be done, or refused settings; 3 denied; 4 nobody answered in time; 5 Keycloak or
Leasehold not reached; 1 anything else; 130 stopped. With --run the command's own, 126 or 127 where it cannot be started.`;

export type TokenOptions = {
  readonly scope: string;
  readonly person: string;
  readonly duration: string | null;
  readonly why: string | null;
  /** null: one has to be made. */
  readonly message: string | null;
  readonly timeoutSeconds: number | null;
  readonly json: boolean;
  readonly run: readonly [string, ...string[]] | null;
};

const TEXTS = { scope: { type: 'string' }, for: { type: 'string' }, duration: { type: 'string' } } as const;
const MORE = { why: { type: 'string' }, message: { type: 'string' }, timeout: { type: 'string' } } as const;
const MARKS = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

/** @returns what was asked for, `help`, or the sentence that says why it cannot be done */
export function tokenOptions(args: readonly string[]): TokenOptions | 'help' | { readonly problem: string } {
  const end = args.indexOf('--run');
  const own = end < 0 ? args : args.slice(0, end);
  const [command, ...rest] = end < 0 ? [] : args.slice(end + 1);
  let values;
  try {
    ({ values } = parseArgs({ args: [...own], options: { ...TEXTS, ...MORE, ...MARKS } }));
  } catch (error) {
    const [first = ''] = (error as Error).message.split(/[.;] /);
    return { problem: `${first}; leasehold token --help.` };
  }
  if (values.help === true) return 'help';
  const { scope = '', for: person = '', duration = null, why = null, message = null, timeout = null } = values;
  const problem =
    [
      [scope.trim() === '', '--scope is missing: what is the token for?'],
      [!/^[\x21\x23-\x5b\x5d-\x7e ]*$/.test(scope), '--scope takes names of client scopes, with blanks between them.'],
      [person.trim() === '', '--for is missing: whose access is it, by username in Keycloak?'],
      [duration !== null && parseDuration(duration) === null, '--duration takes a time such as 30s, 15m or 2h.'],
      [why !== null && why.length > 200, '--why takes at most 200 characters.'],
      [
        message !== null && !BINDING_MESSAGE.test(message),
        '--message takes 1 to 50 letters, digits and - . _ + / ! ? #, without blanks.',
      ],
      [timeout !== null && !/^[1-9]\d{0,5}$/.test(timeout), '--timeout takes a whole number of seconds.'],
      [end >= 0 && command === undefined, '--run needs a command.'],
      [end >= 0 && values.json === true, '--json and --run do not go together: the command gets the token.'],
    ].find(([isSo]) => isSo === true)?.[1] ?? null;
  if (problem !== null) return { problem: String(problem) };
  return {
    ...{ scope: words(scope).join(' '), person: person.trim(), duration, why, message },
    timeoutSeconds: timeout === null ? null : Number(timeout),
    json: values.json === true,
    run: command === undefined ? null : [command, ...rest],
  };
}

/** Names in a list of scopes. */
export const words = (scope: string): readonly string[] => scope.split(' ').filter((word) => word !== '');
