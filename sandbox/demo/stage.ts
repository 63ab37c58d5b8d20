import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { parse } from 'yaml';
import { readFile } from 'node:fs/promises';
import { startKeycloak, type KeycloakServer } from '../../keycloak/server.js';
import { exhibits } from '../gallery/exhibits.ts';
import { channels, oneTimeSecret, people, teamId } from '../people.ts';
import { startSlackSandbox, type SlackSandbox } from '../slack/server.ts';
import { startBot, type Bot } from './bot.ts';
import { startApplications, type Applications } from './applications.ts';
import { gateSecret, prepareRealm } from './gates.ts';
import { startCodePage, type CodePage } from './one-time-code.ts';

const root = path.dirname(path.dirname(import.meta.dirname));

const CIBA_OPTION = '--spi-ciba-auth-channel--ciba-http-auth-channel--http-authentication-channel-uri';

/** Everything the demo runs: a real Keycloak, the local Slack, and Leasehold between them. */
export type DemoStage = {
  readonly keycloak: KeycloakServer;
  readonly slack: SlackSandbox;
  readonly bot: Bot;
  readonly databaseFile: string;
  /** Where the one-time code is shown that Keycloak asks approvers and admins for. */
  readonly codes: CodePage;
  /** What people sign in to, through the gate. */
  readonly applications: Applications;
  stop(): Promise<void>;
};

/** Starts all three, each as soon as what it needs is there; whatever was started is stopped again when one fails. */
export async function startStage(onProgress: (line: string) => void): Promise<DemoStage> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.reverse()) await one();
  };
  try {
    const slack = await startSlackSandbox(await workspaceOptions());
    stops.push(() => slack.stop());
    // Known before anything starts, since Keycloak, its gate and the links in messages name it.
    const port = await freePort();
    const leasehold = `http://127.0.0.1:${port}`;
    const keycloak = await startKeycloak({ options: [`${CIBA_OPTION}=${leasehold}/ciba`], onProgress });
    stops.push(() => keycloak.stop());
    await mkdir(path.join(root, '.cache'), { recursive: true });
    const folder = await mkdtemp(path.join(root, '.cache', 'demo-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const databaseFile = path.join(folder, 'leasehold.db');
    const codes = await startCodePage(oneTimeSecret);
    stops.push(codes.stop);
    const applications = await startApplications(keycloak.url);
    stops.push(applications.stop);
    await prepareRealm(keycloak, leasehold, applications.url);
    onProgress('Starting Leasehold …');
    const bot = await startBot({
      SLACK_BOT_TOKEN: slack.workspace.app.botToken,
      SLACK_APP_TOKEN: slack.workspace.app.appToken,
      SLACK_API_URL: slack.apiUrl,
      SLACK_AUDIT_CHANNEL: 'C0AUDIT',
      KEYCLOAK_URL: keycloak.url,
      KEYCLOAK_REALM: 'leasehold',
      KEYCLOAK_CLIENT_ID: 'leasehold',
      KEYCLOAK_CLIENT_SECRET: 'leasehold-secret',
      DATABASE_URL: `file:${databaseFile}`,
      HTTP_PORT: `${port}`,
      PUBLIC_URL: leasehold,
      OIDC_CLIENT_ID: 'leasehold-sign-in',
      OIDC_CLIENT_SECRET: 'leasehold-sign-in-secret',
      POLICY_FILE: path.join(root, 'sandbox/policy.yaml'),
      GATE_SECRET: gateSecret,
      // Short leases can be tried without waiting; the rest is as shipped.
      MIN_DURATION_SECONDS: '10',
    });
    stops.push(() => bot.stop());
    return { keycloak, slack, bot, databaseFile, codes, applications, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The workspace that manifest.yml describes, with the demo's people in it. */
async function workspaceOptions(): Promise<Parameters<typeof startSlackSandbox>[0]> {
  const manifest = parse(await readFile(path.join(root, 'manifest.yml'), 'utf8')) as Manifest;
  const { slash_commands: commands, shortcuts = [] } = manifest.features;
  return {
    team: { id: teamId, name: 'Example Company', domain: 'example' },
    gallery: exhibits,
    people: people.map(({ slackId, username, email, name, tz, locale, about }) => ({
      id: slackId,
      name: username,
      realName: name,
      email,
      tz,
      locale,
      title: about,
    })),
    channels: channels.map(({ id, name }) => ({
      id,
      name,
      members: [
        'U0LEASEBOT',
        ...people.filter((person) => isMember(name, person.groups)).map((person) => person.slackId),
      ],
    })),
    app: {
      name: manifest.features.bot_user.display_name,
      commands: commands.map(({ command, description, usage_hint: usageHint, should_escape: shouldEscape }) => ({
        command,
        description,
        ...(usageHint !== undefined && { usageHint }),
        ...(shouldEscape !== undefined && { shouldEscape }),
      })),
      shortcuts: shortcuts.map(({ name, type, callback_id: callbackId, description }) => ({
        name,
        type,
        callbackId,
        description,
      })),
      scopes: manifest.oauth_config.scopes.bot,
      events: manifest.settings.event_subscriptions.bot_events,
      homeTab: manifest.features.app_home.home_tab_enabled,
      messagesTab: manifest.features.app_home.messages_tab_read_only_enabled ? 'read_only' : 'open',
    },
  };
}

function isMember(channel: string, groups: readonly string[]): boolean {
  if (channel === 'general') return true;
  if (channel === 'access-audit') return groups.includes('/access-admins');
  return groups.includes(`/approvers/${channel.replace('-approvals', '')}`);
}

/** The part of manifest.yml (Slack's manifest, version 2) that the sandbox needs. */
type Manifest = {
  readonly features: {
    readonly app_home: { readonly home_tab_enabled: boolean; readonly messages_tab_read_only_enabled: boolean };
    readonly bot_user: { readonly display_name: string };
    readonly slash_commands: readonly {
      readonly command: string;
      readonly description: string;
      readonly usage_hint?: string;
      readonly should_escape?: boolean;
    }[];
    readonly shortcuts?: readonly {
      readonly name: string;
      readonly type: 'global' | 'message';
      readonly callback_id: string;
      readonly description: string;
    }[];
  };
  readonly settings: { readonly event_subscriptions: { readonly bot_events: readonly string[] } };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
};
