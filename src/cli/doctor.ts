import { readKeycloakConfig, readSignInConfig } from '../config.ts';
import { connectKeycloak } from '../keycloak/connect.ts';
import { discover } from '../keycloak/discovery.ts';
import { createLog } from '../lib/logger.ts';
import { findings, signInFindings } from './findings.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/**
 * Asks Keycloak whether Leasehold's client may do what it needs: one line each for what is well and what is not.
 * @throws CodedError keycloak_unavailable, keycloak_forbidden
 */
export async function doctor(terminal: Terminal): Promise<ExitCode> {
  const [read, browsers] = [readKeycloakConfig(terminal.env), readSignInConfig(terminal.env)];
  if (!read.ok || !browsers.ok) {
    const problems = [read, browsers].flatMap((one) => (one.ok ? [] : one.problems));
    [...new Set(problems)].forEach(terminal.complain);
    return 2;
  }
  const { adminGroup, minSeconds } = read;
  const { signIn } = browsers;
  const keycloak = connectKeycloak({
    ...read.keycloak,
    adminGroup,
    minSeconds,
    metrics: { keycloakCall: () => undefined, keycloakLimit: () => undefined },
    log: createLog({ level: 'silent', secrets: [] }),
    now: Date.now,
  });
  try {
    const report = await keycloak.doctor();
    const setUp = signIn && { ...signIn, realm: read.keycloak.realm, found: await discover(read.keycloak) };
    const found = [...findings(report, adminGroup), ...signInFindings(setUp)];
    for (const { mark, text } of found) terminal.say(`${mark.padEnd(7)}  ${text}`);
    return found.some(({ mark }) => mark === 'problem') ? 1 : 0;
  } finally {
    await keycloak.close();
  }
}
