import { readDatabaseConfig, readKeycloakConfig, readPolicyConfig } from '../config.ts';
import type { PolicyConfig } from '../config.ts';
import { parseDuration } from '../domain/duration.ts';
import type { DirectoryUser, Person } from '../domain/people.ts';
import { connectKeycloak } from '../keycloak/connect.ts';
import type { Keycloak } from '../keycloak/connect.ts';
import { createLog } from '../lib/logger.ts';
import { openFilePolicy } from '../policy/file.ts';
import { openOpaPolicy } from '../policy/opa.ts';
import { plainly } from '../slack/render/escape.ts';
import { explainedLines } from '../slack/render/explain.ts';
import { refusalText } from '../slack/render/refusal-text.ts';
import { en } from '../slack/words/en.ts';
import { findAccess } from '../usecases/ask.ts';
import { explain } from '../usecases/explain.ts';
import { withLinks } from '../usecases/linked-directory.ts';
import type { Policy } from '../usecases/policy-port.ts';
import { accountIn, identityIn } from './keycloak-identity.ts';
import { openRecord } from './read-record.ts';
import type { ExitCode, Terminal } from './terminal.ts';

type Asked = { readonly name: string; readonly access: string; readonly duration: string };

const NO_METRICS = { keycloakCall: () => undefined, keycloakLimit: () => undefined };

/**
 * What would become of a person's own request now. Touches nothing. 0: given or waiting for approval; 1: refused; 2: there
 * is no such person or access.
 * @throws CodedError keycloak_unavailable, keycloak_forbidden, policy_invalid
 */
export async function policyExplain(asked: Asked, terminal: Terminal): Promise<ExitCode> {
  const { env } = terminal;
  if (asked.duration !== '' && parseDuration(asked.duration) === null) {
    terminal.complain(`The duration ${asked.duration} cannot be read; write it as 30m, 4h or 2d.`);
    return 2;
  }
  const [realm, place, database] = [readKeycloakConfig(env), readPolicyConfig(env), readDatabaseConfig(env)];
  if (!realm.ok || !place.ok || !database.ok) {
    for (const read of [realm, place, database]) if (!read.ok) read.problems.forEach(terminal.complain);
    return 2;
  }
  const log = createLog({ level: 'silent', secrets: [] });
  const options = { ...realm.keycloak, adminGroup: realm.adminGroup, minSeconds: realm.minSeconds };
  const policy = await openPolicy(place.policy);
  const keycloak = connectKeycloak({ ...options, metrics: NO_METRICS, log, now: Date.now });
  try {
    const user = await onlyUser(keycloak, asked.name, terminal);
    if (user === null) return 2;
    const record = await openRecord(database.database, log);
    try {
      if (record.problem !== null)
        terminal.say(`No record was read (${record.problem}); leases and requests so far count as none.`);
      const directory = withLinks(keycloak.interactive.directory, record.store);
      const { catalogue } = keycloak.interactive;
      const settings = { minSeconds: realm.minSeconds, stepUpAcr: place.stepUpAcr };
      const ports = { catalogue, directory, policy, store: record.store, clock: { now: Date.now }, settings };
      return await tell(ports, (await directory.person(user.userId)) ?? user, asked, terminal);
    } finally {
      await record.close();
    }
  } finally {
    await keycloak.close();
    await policy?.close();
  }
}

async function tell(
  ports: Parameters<typeof explain>[0],
  user: DirectoryUser,
  { access, duration }: Asked,
  { say, complain }: Terminal,
): Promise<ExitCode> {
  const found = findAccess(await ports.catalogue.list(), { by: 'text', text: access });
  if (!found.ok) {
    complain(plainly(refusalText(en, found.refusal, null), user.username));
    return found.refusal.refusal === 'not_requestable' ? 1 : 2;
  }
  const trusted = await ports.directory.slackIdIsTrusted();
  const person: Person = { userId: user.userId, username: user.username, slack: accountIn(user, trusted) };
  const checks = {
    identity: (need: Parameters<typeof identityIn>[1]) => Promise.resolve(identityIn(user, need, trusted)),
    reach: () => Promise.resolve(null),
  };
  const explained = await explain(ports, checks, person, found.entitlement, duration);
  for (const line of explainedLines(en, explained)) say(plainly(line, user.username));
  say('Slack was not asked: whether the person is known there, and whether approvers can be told');
  return explained.verdict === 'refused' ? 1 : 0;
}

async function onlyUser(keycloak: Keycloak, name: string, { complain }: Terminal): Promise<DirectoryUser | null> {
  const [user, second] = name.trim() === '' ? [] : await keycloak.named(name);
  if (user === undefined) complain(`Keycloak knows no user with the username or e-mail ${name}.`);
  else if (second !== undefined) complain(`Keycloak knows more than one user with the username or e-mail ${name}.`);
  return second === undefined ? (user ?? null) : null;
}

/** As it is now; nobody is told that it is wrong but who asks. */
async function openPolicy(place: PolicyConfig | null): Promise<Policy | null> {
  if (place === null) return null;
  return place.engine === 'opa'
    ? openOpaPolicy({ url: place.url, now: Date.now })
    : openFilePolicy({ file: place.file, now: Date.now });
}
