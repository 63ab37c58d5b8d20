import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { IssuedToken } from '../keycloak/backchannel.ts';
import { forTerminal } from '../slack/render/escape.ts';
import type { Terminal } from './terminal.ts';

type Ends = { readonly end: (token: IssuedToken) => Promise<string | null> };
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs the command with the token in its environment, never among its arguments, where others on the machine could read
 * it. However it ends, so does the session. Signals go on to the command, which ends when it likes.
 */
export async function runWithToken(
  backchannel: Ends,
  token: IssuedToken,
  command: readonly [string, ...string[]],
  terminal: Terminal,
): Promise<number> {
  const goodUntil = new Date(Date.now() + token.expiresInSeconds * 1000).toISOString().slice(0, 19);
  const env = { ...terminal.env, TOKEN_CLIENT_SECRET: undefined, LEASEHOLD_TOKEN: token.access };
  const child = spawn(command[0], command.slice(1), { env, stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals) => {
    // Ctrl-C at a terminal has reached the command as well.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    return await ended(child, command[0], terminal);
  } finally {
    const problem = await backchannel.end(token);
    for (const signal of SIGNALS) process.off(signal, pass);
    terminal.complain(
      problem === null
        ? `The session is over; a server that checks the token by itself may take it until ${goodUntil}Z.`
        : `The session could not be ended (${forTerminal(problem, 200)}); the token is good until ${goodUntil}Z.`,
    );
  }
}

/** Its exit code, as a shell says it. */
function ended(child: ChildProcess, file: string, { complain }: Terminal): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      complain(`${forTerminal(file, 200)} cannot be started (${error.code ?? 'unknown'}).`);
      resolve(error.code === 'ENOENT' ? 127 : 126);
    });
  });
}
