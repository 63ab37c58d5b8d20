import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSlackSandbox } from '../sandbox/slack/server.ts';
import type { SlackSandbox } from '../sandbox/slack/server.ts';
import { readConfig } from '../src/config.ts';
import type { Config } from '../src/config.ts';
import type { Log } from '../src/usecases/ports.ts';
import { sharedKeycloak } from '../test/doubles/keycloak-server.ts';

export type BenchRealm = Awaited<ReturnType<ReturnType<typeof sharedKeycloak>['createRealm']>>;

const IMPORT_AT_ONCE = 1000;
const nothing = (): void => undefined;
export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A fresh realm in which the bot has the classic permissions, with one approver group and one approver. */
export async function benchRealm(json: Readonly<Record<string, unknown>> = {}): Promise<BenchRealm> {
  const realm = await sharedKeycloak().createRealm({ permissions: 'classic', json });
  await realm.createGroup('/access-admins');
  await realm.createGroup('/approvers', { attributes: { 'slack-channel': 'C0APPROVERS' } });
  await realm.createUser('chen', { groups: ['/approvers'] });
  return realm;
}

export const entitlement = { requestable: 'true', 'approver-group': '/approvers', risk: 'low', 'max-duration': '8h' };

/** Creates `count` users, all of them in the groups. @returns their ids by username `u0`, `u1`, … */
export async function createUsers(
  realm: BenchRealm,
  count: number,
  groups: readonly string[],
): Promise<readonly string[]> {
  const users = Array.from({ length: count }, (_, index) => ({
    username: `u${index}`,
    email: `u${index}@example.com`,
    firstName: 'U',
    lastName: String(index),
    emailVerified: true,
    enabled: true,
    groups,
  }));
  for (let from = 0; from < users.length; from += IMPORT_AT_ONCE) {
    await realm.send('POST', '/partialImport', {
      ifResourceExists: 'FAIL',
      users: users.slice(from, from + IMPORT_AT_ONCE),
    });
  }
  const found = (await realm.list(`/users?max=${count + 10}&briefRepresentation=true`)) as unknown as readonly {
    readonly id: string;
    readonly username: string;
  }[];
  const ids = new Map(found.map((user) => [user.username, user.id]));
  return users.map((user) => ids.get(user.username) ?? '');
}

/** The Slack of the bench: `people` with the ids U0, U1, … and the approver U0CHEN. */
export function benchSlack(people: number): Promise<SlackSandbox> {
  const seeds = Array.from({ length: people }, (_, index) => ({
    id: `U${index}`,
    name: `u${index}`,
    email: `u${index}@example.com`,
  }));
  return startSlackSandbox({
    people: [...seeds, { id: 'U0CHEN', name: 'chen', email: 'chen@example.com' }],
    channels: [{ id: 'C0APPROVERS', name: 'approvers', members: ['U0LEASEBOT', 'U0CHEN'] }],
    app: {
      commands: ['/request-access', '/access', '/access-audit'].map((command) => ({
        command,
        description: command,
        shouldEscape: true,
      })),
    },
  });
}

export type Environment = Readonly<Record<string, string>>;

/** The bot's environment between this Slack and this realm, with its database in a folder of its own. */
export async function benchEnvironment(
  slack: SlackSandbox,
  realm: BenchRealm,
): Promise<{ readonly env: Environment; readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'leasehold-bench-'));
  return {
    folder,
    env: {
      SLACK_BOT_TOKEN: slack.workspace.app.botToken,
      SLACK_APP_TOKEN: slack.workspace.app.appToken,
      SLACK_API_URL: slack.apiUrl,
      KEYCLOAK_URL: realm.keycloakUrl,
      KEYCLOAK_REALM: realm.name,
      KEYCLOAK_CLIENT_ID: realm.bot.clientId,
      KEYCLOAK_CLIENT_SECRET: realm.bot.clientSecret,
      DATABASE_URL: `file:${folder}/leasehold.db`,
      HTTP_PORT: '0',
      MIN_DURATION_SECONDS: '1',
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export function benchConfig(env: Environment): Config {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.problems.join(' '));
  return read.config;
}
