import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PersonSeed } from '../../sandbox/slack/options.ts';
import { startSlackSandbox } from '../../sandbox/slack/server.ts';
import { actsOn } from '../doubles/e2e-acts.ts';
import { startBotProcess } from '../doubles/e2e-bot.ts';
import type { BotProcess } from '../doubles/e2e-bot.ts';
import { castRealm, castWorkspace, offer } from '../doubles/e2e-cast.ts';
import type { CastName, Offer } from '../doubles/e2e-cast.ts';
import type { PermissionSet } from '../doubles/keycloak-realm-json.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';
import { sharedKeycloak } from '../doubles/keycloak-server.ts';
import { postgresUrlVariable } from '../doubles/postgres-server.ts';
import { LeftOut } from './left-out.ts';
import type { Plan, Skew } from './plan.ts';
import { postgresRecord } from './record-postgres.ts';
import { sqliteRecord } from './record.ts';
import type { RecordReader, StoreKind } from './record.ts';

const entry = path.join(import.meta.dirname, 'bot.ts');

/** A realm with people in it; several rows may use the same one. */
export type Peopled = { readonly realm: TestRealm; readonly users: Readonly<Record<CastName, string>> };

export async function peopledRealm(permissions: PermissionSet = 'classic'): Promise<Peopled> {
  const realm = await sharedKeycloak().createRealm({ permissions });
  return { realm, users: await castRealm(realm) };
}

export type FieldOptions = {
  readonly store: StoreKind;
  readonly peopled: Peopled;
  readonly env?: Readonly<Record<string, string>>;
  /** Another way to Keycloak, such as through a proxy. */
  readonly keycloakUrl?: string;
  readonly slack?: Parameters<typeof startSlackSandbox>[0];
  /** In Slack beside the cast. */
  readonly morePeople?: readonly PersonSeed[];
  /** Where the database lies; a folder of its own unless told. */
  readonly folder?: string;
};

export type Field = Awaited<ReturnType<typeof openField>>;

/** One row's Slack, database and bots, in a realm. Bots are processes of their own, started and killed by the row. */
export async function openField({ store, peopled, env = {}, keycloakUrl, folder: given, ...seeds }: FieldOptions) {
  const { realm, users } = peopled;
  const slack = await startSlackSandbox({ ...castWorkspace(), ...seeds.slack });
  for (const person of seeds.morePeople ?? []) slack.workspace.addPerson(person);
  const { workspace } = slack;
  const scratch = await mkdtemp(path.join(tmpdir(), 'leasehold-faults-'));
  const record = await recordIn(store, given ?? scratch);
  const clock = path.join(scratch, 'clock.json');
  const bots: BotProcess[] = [];
  const offers: Offer[] = [];
  let skew: Skew = { wallMs: 0, monotonicMs: 0 };
  const setClock = async (): Promise<void> => {
    await record.setClock(skew.wallMs);
    await writeFile(`${clock}.new`, JSON.stringify(skew));
    await rename(`${clock}.new`, clock);
  };
  await setClock();

  const acts = actsOn({
    ...{ realm, users, workspace },
    tables: () => record.tables(),
    isQuiet: async () => {
      const { inbox, outbox, nextLook } = await record.waiting();
      return inbox + outbox === 0 && (nextLook === null || nextLook > Date.now() + skew.wallMs);
    },
  });

  const launch = async (plan: Plan = {}): Promise<BotProcess> => {
    const bot = await startBotProcess(
      {
        SLACK_BOT_TOKEN: workspace.app.botToken,
        SLACK_APP_TOKEN: workspace.app.appToken,
        SLACK_API_URL: slack.apiUrl,
        SLACK_AUDIT_CHANNEL: 'access-audit',
        KEYCLOAK_URL: keycloakUrl ?? realm.keycloakUrl,
        KEYCLOAK_REALM: realm.name,
        KEYCLOAK_CLIENT_ID: realm.bot.clientId,
        KEYCLOAK_CLIENT_SECRET: realm.bot.clientSecret,
        DATABASE_URL: record.url,
        HTTP_PORT: '0',
        MIN_DURATION_SECONDS: '1',
        QUARANTINE_SECONDS: '1',
        FAULTS_PLAN: JSON.stringify({ clock, ...plan }),
        NODE_COMPILE_CACHE: compiled,
        ...env,
      },
      entry,
    );
    bots.push(bot);
    return bot;
  };

  return {
    ...acts,
    ...{ realm, users, slack, workspace, record, scratch, bots, offers, launch },
    /** Puts something into the catalogue that the soundness check will look at. */
    offer: async (name: string, options: Parameters<typeof offer>[2] = {}): Promise<Offer> => {
      const offered = await offer(realm, name, options);
      offers.push(offered);
      return offered;
    },
    /** Starts a bot and waits until it is ready for people. */
    start: async (plan: Plan = {}): Promise<BotProcess> => {
      const bot = await launch(plan);
      await ready(bot, acts.until);
      return bot;
    },
    /** The bot's present time, epoch ms. */
    now: () => Date.now() + skew.wallMs,
    /** Hours go by, for the bots at least; with `wallOnly` somebody sets the clock. */
    pass: async (seconds: number, { wallOnly = false } = {}): Promise<void> => {
      const ms = seconds * 1000;
      skew = { wallMs: skew.wallMs + ms, monotonicMs: skew.monotonicMs + (wallOnly ? 0 : ms) };
      await setClock();
    },
    close: async (): Promise<void> => {
      await Promise.all(bots.map((bot) => bot.kill()));
      await slack.stop();
      for (const { kind, id } of offers) if (kind === 'group') await realm.asAdmin('DELETE', `/groups/${id}`);
      await record.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

/** Node keeps what it compiled here, so that the hundredth start is quicker than the first. */
const compiled = path.join(tmpdir(), 'leasehold-faults-compiled');

/** Resolves when the bot answers `/readyz`, rejects when it ended. */
export async function ready(bot: BotProcess, until: Field['until']): Promise<void> {
  let ended: number | null = null;
  void bot.exited.then((code) => (ended = code));
  await until(
    () => `the bot is ready: ${bot.said().slice(-1000)}`,
    async () => {
      if (ended !== null) throw new Error(`the bot ended with code ${ended}: ${bot.said().slice(-1000)}`);
      const url = bot.started()?.url;
      return (
        url !== undefined &&
        (await fetch(`${url}/readyz`)
          .then(({ ok }) => ok)
          .catch(() => false))
      );
    },
  );
}

async function recordIn(store: StoreKind, folder: string): Promise<RecordReader> {
  if (store === 'sqlite') return sqliteRecord(path.join(folder, 'leasehold.db'));
  const url = process.env[postgresUrlVariable];
  if (url === undefined) throw new LeftOut('there is no PostgreSQL here');
  return postgresRecord(url);
}
