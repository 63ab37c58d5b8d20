import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { startSlackSandbox } from '../../sandbox/slack/server.ts';
import type { TestRealm } from './keycloak-realm.ts';
import type { Role } from './keycloak-catalogue.ts';
import type { Attributes } from './keycloak-admin.ts';

export const TEAM = 'T0LEASE';

type CastMember = { readonly groups: readonly string[]; readonly linked: boolean };

/** Who plays. Everybody has the e-mail `<name>@example.com` on both sides; `linked` adds the attribute `slack-user-id`. */
const CAST = {
  ann: { groups: ['/teams/engineering'], linked: true },
  bob: { groups: ['/teams/engineering'], linked: false },
  chen: { groups: ['/approvers/platform'], linked: true },
  dana: { groups: ['/approvers/platform', '/approvers/security'], linked: true },
  eve: { groups: ['/approvers/security', '/access-admins'], linked: true },
} as const satisfies Record<string, CastMember>;
export type CastName = keyof typeof CAST;
const CAST_NAMES = Object.keys(CAST) as readonly CastName[];

export const slackIdOf = (name: string): string => `U0${name.toUpperCase()}`;
export const emailOf = (name: string): string => `${name}@example.com`;

/** Something in the catalogue of a test realm, as Keycloak knows it. */
export type Offer = {
  readonly kind: 'group' | 'realm-role' | 'client-role';
  readonly id: string;
  readonly path: string;
  readonly clientUuid?: string;
};

/** Creates an entitlement: a group by path (`/…`), a client role (`client/role`) or a realm role. Platform approves it. */
export async function offer(
  realm: TestRealm,
  name: string,
  { roles = [], attributes = {} }: { readonly roles?: readonly Role[]; readonly attributes?: Attributes } = {},
): Promise<Offer> {
  const all = { requestable: 'true', risk: 'low', 'approver-group': '/approvers/platform', ...attributes };
  if (name.startsWith('/')) {
    return { kind: 'group', path: name, id: await realm.createGroup(name, { attributes: all, roles }) };
  }
  const [client = '', role] = name.split('/');
  const options = { attributes: all, composites: roles };
  if (role === undefined)
    return { kind: 'realm-role', path: name, id: (await realm.createRealmRole(name, options)).id };
  const { id, clientUuid = '' } = await realm.createClientRole(client, role, options);
  return { kind: 'client-role', path: name, id, clientUuid };
}

/** People, approver groups and admins of a test realm; answers the users' ids by name. */
export async function castRealm(realm: TestRealm): Promise<Readonly<Record<CastName, string>>> {
  await realm.createGroup('/teams/engineering');
  await realm.createGroup('/access-admins');
  await realm.createGroup('/approvers/platform', { attributes: { 'slack-channel': 'C0PLATFORM' } });
  await realm.createGroup('/approvers/security', { attributes: { 'slack-channel': 'security-approvals' } });
  const ids = await Promise.all(
    CAST_NAMES.map(async (name) => {
      const { groups, linked } = CAST[name];
      const attributes = linked ? { 'slack-user-id': `${TEAM}/${slackIdOf(name)}` } : {};
      const user = { email: emailOf(name), emailVerified: true, groups, attributes };
      return [name, await realm.createUser(name, user)] as const;
    }),
  );
  return Object.fromEntries(ids) as Record<CastName, string>;
}

/** The part of manifest.yml (Slack's manifest, version 2) that the sandbox needs. */
type Manifest = {
  readonly features: {
    readonly app_home: { readonly home_tab_enabled: boolean; readonly messages_tab_read_only_enabled: boolean };
    readonly slash_commands: readonly { readonly command: string; readonly should_escape: boolean }[];
  };
  readonly settings: { readonly event_subscriptions: { readonly bot_events: readonly string[] } };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
};

/** The workspace that manifest.yml describes, with the cast in it. */
export function castWorkspace(): NonNullable<Parameters<typeof startSlackSandbox>[0]> {
  const file = path.join(import.meta.dirname, '..', '..', 'manifest.yml');
  const { features, settings, oauth_config: oauth } = parse(readFileSync(file, 'utf8')) as Manifest;
  const everybody = CAST_NAMES.map(slackIdOf);
  const members = ['U0LEASEBOT', ...everybody];
  return {
    team: { id: TEAM, name: 'Example Company', domain: 'example' },
    people: CAST_NAMES.map((name) => ({ id: slackIdOf(name), name, realName: name, email: emailOf(name) })),
    channels: [
      { id: 'C0GENERAL', name: 'general', members: everybody },
      { id: 'C0PLATFORM', name: 'platform-approvals', members },
      { id: 'C0SECURITY', name: 'security-approvals', members, kind: 'private' },
      { id: 'C0AUDIT', name: 'access-audit', members },
    ],
    app: {
      commands: features.slash_commands.map(({ command, should_escape: shouldEscape }) => ({
        command,
        description: command,
        shouldEscape,
      })),
      shortcuts: [{ name: 'Request access', type: 'global', callbackId: 'request_access' }],
      scopes: oauth.scopes.bot,
      events: settings.event_subscriptions.bot_events,
      homeTab: features.app_home.home_tab_enabled,
      messagesTab: features.app_home.messages_tab_read_only_enabled ? 'read_only' : 'open',
    },
  };
}
