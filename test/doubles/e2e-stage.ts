import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startApp } from '../../src/app.ts';
import type { App, Overrides } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { startSlackSandbox } from '../../sandbox/slack/server.ts';
import { castRealm, castWorkspace } from './e2e-cast.ts';
import { actsOn } from './e2e-acts.ts';
import { readTables } from './e2e-record.ts';
import { freePort } from './free-port.ts';
import { sharedKeycloak } from './keycloak-server.ts';
import { addStepUp, signInClient } from './keycloak-step-up.ts';
import type { PermissionSet } from './keycloak-realm-json.ts';
import type { TestRealm } from './keycloak-realm.ts';
import { recordedLog } from './log.ts';

export type StageOptions<Seeded> = {
  readonly permissions?: PermissionSet;
  /** Merged over the realm's JSON. */
  readonly realmJson?: Readonly<Record<string, unknown>>;
  /** Fills the catalogue before the bot looks at it. */
  readonly seed: (realm: TestRealm) => Promise<Seeded>;
  readonly env?: Readonly<Record<string, string>>;
  /** Another way to Keycloak, such as through a proxy. */
  readonly via?: (keycloakUrl: string) => Promise<{ readonly url: string; stop(): Promise<void> }>;
  readonly slack?: Parameters<typeof startSlackSandbox>[0];
  /** Slack posts signed HTTP requests instead of using sockets. */
  readonly http?: boolean;
  /** People can sign in by their browsers. */
  readonly signIn?: boolean;
  readonly overrides?: Pick<Overrides, 'wrap' | 'log'>;
  /** False: the test starts the bot itself. */
  readonly start?: boolean;
};

export type Stage<Seeded = unknown> = Awaited<ReturnType<typeof aStage<Seeded>>>;

/** A realm with people in it, a Slack workspace with the same people, and Leasehold between them with a database of its own. */
export async function aStage<Seeded>(options: StageOptions<Seeded>) {
  const { url } = sharedKeycloak();
  const isSignedInTo = options.signIn === true;
  const realm = await sharedKeycloak().createRealm({
    permissions: options.permissions ?? 'classic',
    json: { ...(isSignedInTo && { attributes: { frontendUrl: publicOf(url) } }), ...options.realmJson },
  });
  const signIn = isSignedInTo ? await prepareSignIn(realm) : {};
  const users = await castRealm(realm);
  const seeded = await options.seed(realm);
  if (options.permissions === 'fine-grained') await permitEverything(realm);
  const slack = await startSlackSandbox({ ...castWorkspace(), ...options.slack });
  const folder = await mkdtemp(path.join(tmpdir(), 'leasehold-e2e-'));
  const file = path.join(folder, 'leasehold.db');
  const way = (await options.via?.(url)) ?? null;
  const log = recordedLog();
  const skew = { wallMs: 0, monotonicMs: 0 };
  let app: App | null = null;

  const env = {
    SLACK_BOT_TOKEN: slack.workspace.app.botToken,
    ...(options.http === true
      ? { SLACK_SIGNING_SECRET: slack.workspace.app.signingSecret }
      : { SLACK_APP_TOKEN: slack.workspace.app.appToken }),
    SLACK_API_URL: slack.apiUrl,
    SLACK_AUDIT_CHANNEL: 'access-audit',
    KEYCLOAK_URL: way?.url ?? url,
    KEYCLOAK_REALM: realm.name,
    KEYCLOAK_CLIENT_ID: realm.bot.clientId,
    KEYCLOAK_CLIENT_SECRET: realm.bot.clientSecret,
    DATABASE_URL: `file:${file}`,
    HTTP_PORT: '0',
    MIN_DURATION_SECONDS: '1',
    ...signIn,
    ...options.env,
  };

  const begin = async (): Promise<App> => {
    const read = readConfig(env);
    if (!read.ok) throw new Error(read.problems.join(' '));
    const started = await startApp(read.config, {
      log,
      wall: () => Date.now() + skew.wallMs,
      monotonic: () => performance.now() + skew.monotonicMs,
      ...options.overrides,
    });
    app = started;
    if (options.http === true) slack.workspace.changeApp({ requestUrl: `${started.url}/slack/events` });
    return started;
  };
  const end = async (): Promise<void> => {
    const running = app;
    app = null;
    await running?.stop();
  };
  const running = (): App => {
    if (app === null) throw new Error('the bot is not running');
    return app;
  };
  const acts = actsOn({
    ...{ realm, users, workspace: slack.workspace },
    tables: () => Promise.resolve(readTables(file)),
    isQuiet: async () => {
      const { store, clock } = running().ports;
      const waiting = (await store.countUnfinished()) + (await store.countUnsent());
      const next = await store.nextLook();
      return waiting === 0 && (next === null || next > clock.now());
    },
  });
  const stage = {
    ...acts,
    tables: () => readTables(file),
    ...{ realm, users, seeded, slack, workspace: slack.workspace, env, file, log },
    app: running,
    begin,
    end,
    /** Hours go by, for the bot at least; with `wallOnly` somebody sets the clock. */
    pass: (seconds: number, { wallOnly = false } = {}): void => {
      skew.wallMs += seconds * 1000;
      if (!wallOnly) skew.monotonicMs += seconds * 1000;
    },
    stop: async (): Promise<void> => {
      await end();
      await slack.stop();
      await way?.stop();
      await realm.asAdmin('DELETE', '');
      await rm(folder, { recursive: true, force: true });
    },
  };
  if (options.start !== false) {
    try {
      await begin();
      let said = '';
      await acts.until(
        () => `the bot is ready: ${said}`,
        async () => {
          const answer = await fetch(`${running().url}/readyz`);
          said = await answer.text();
          return answer.ok;
        },
      );
    } catch (error) {
      await stage.stop();
      throw error;
    }
  }
  return stage;
}

/** Where browsers see Keycloak. A passkey belongs to a name, never to an address. */
const publicOf = (keycloakUrl: string): string => keycloakUrl.replace('127.0.0.1', 'localhost');

/** A port of its own for the bot, as its address has to be known before it listens. */
async function prepareSignIn(realm: TestRealm): Promise<Readonly<Record<string, string>>> {
  await addStepUp(realm, 'http://127.0.0.1/sign-in/callback');
  const port = `${await freePort()}`;
  return {
    HTTP_PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    KEYCLOAK_PUBLIC_URL: publicOf(realm.keycloakUrl),
    OIDC_CLIENT_ID: signInClient.clientId,
    OIDC_CLIENT_SECRET: signInClient.clientSecret,
  };
}

/** Fine-grained rights on all that was seeded, the dangerous parts too, so that only the bot's own guard can refuse those. */
async function permitEverything(realm: TestRealm): Promise<void> {
  const ids = (rows: readonly { readonly id: string }[]): readonly string[] => rows.map(({ id }) => id);
  const clients = (await realm.list('/clients')).filter(({ clientId }) => String(clientId).startsWith('demo-'));
  const clientRoles = await Promise.all(clients.map(({ id }) => realm.list(`/clients/${id}/roles`)));
  await realm.permit({
    groups: await groupsBelow(realm, '/groups?max=1000'),
    roles: [...ids(await realm.list('/roles')), ...ids(clientRoles.flat())],
    clients: ids(clients),
  });
}

async function groupsBelow(realm: TestRealm, path: string): Promise<readonly string[]> {
  const groups = await realm.list(path);
  const below = await Promise.all(groups.map(({ id }) => groupsBelow(realm, `/groups/${id}/children?max=1000`)));
  return [...groups.map(({ id }) => id), ...below.flat()];
}
