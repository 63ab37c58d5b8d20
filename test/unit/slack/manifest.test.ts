import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { KNOWN_ACTIONS } from '../../../src/slack/listeners/actions/unknown.ts';
import { registerListeners } from '../../../src/slack/listeners/register.ts';

// Slack's limits: slackapi/manifest-schema, manifest.schema.2.0.0.json.
const command = z.strictObject({
  command: z.string().regex(/^\/[a-z0-9_-]{1,31}$/),
  description: z.string().min(1).max(2000),
  usage_hint: z.string().max(1000).optional(),
  should_escape: z.literal(true),
});
const shortcut = z.strictObject({
  name: z.string().min(1).max(24),
  type: z.literal('global'),
  callback_id: z.string().min(1).max(255),
  description: z.string().min(1).max(150),
});
const manifestShape = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(2) }),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    bot_user: z.strictObject({ display_name: z.string().min(1).max(80), always_online: z.boolean() }),
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    shortcuts: z.array(shortcut).max(10),
    slash_commands: z.array(command).max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.strictObject({
    interactivity: z.strictObject({ is_enabled: z.literal(true) }),
    event_subscriptions: z.strictObject({ bot_events: z.array(z.string()).max(100) }).optional(),
    org_deploy_enabled: z.literal(false),
    socket_mode_enabled: z.literal(true),
    token_rotation_enabled: z.literal(false),
  }),
});
const manifest = manifestShape.parse(parse(readFileSync('manifest.yml', 'utf8')));

/** Which scopes each method that we call needs (docs.slack.dev/reference/methods). */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'users.conversations': ['channels:read', 'groups:read'],
  'users.info': ['users:read', 'users:read.email'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
};

type Registered = { commands: string[]; shortcuts: unknown[]; actions: unknown[]; events: string[] };

/** What the listeners ask Bolt for, recorded instead of registered. */
function registered(): Registered {
  const seen: Registered = { commands: [], shortcuts: [], actions: [], events: [] };
  const app = {
    command: (name: string) => seen.commands.push(name),
    shortcut: ({ callback_id }: { callback_id: string }) => seen.shortcuts.push(callback_id),
    action: ({ action_id }: { action_id: unknown }) => seen.actions.push(action_id),
    event: (name: string) => seen.events.push(name),
    options: () => undefined,
    view: () => undefined,
  };
  registerListeners(app as never, {} as never);
  return seen;
}

/** Every method of the Web API that src/slack calls. */
function calledMethods(): string[] {
  const files = readdirSync('src/slack', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const sources = files.map((file) => readFileSync(path.join('src/slack', file), 'utf8')).join('\n');
  const named = Array.from(sources.matchAll(/\bclient\.([a-z]+\.[a-zA-Z.]+)\(/g), ([, method]) => method ?? '');
  return [...new Set(named)].sort();
}

describe('manifest.yml', () => {
  it('declares exactly the commands, shortcuts and events that have a listener', () => {
    const { commands, shortcuts, events } = registered();
    expect(manifest.features.slash_commands.map((one) => one.command).sort()).toEqual(commands.sort());
    expect(manifest.features.shortcuts.map((one) => one.callback_id)).toEqual(shortcuts);
    const subscribed = events.map((name) => (name === 'message' ? 'message.im' : name));
    expect(manifest.settings.event_subscriptions?.bot_events ?? []).toEqual(subscribed.sort());
  });

  it('asks for exactly the scopes of the methods that are called', () => {
    const methods = calledMethods();
    expect(methods).toEqual(Object.keys(SCOPES).sort());
    // `im:history`: to be told what people write to the bot (docs.slack.dev/reference/events/message.im).
    const used = new Set(['commands', 'im:history', ...methods.flatMap((method) => SCOPES[method] ?? [])]);
    expect(manifest.oauth_config.scopes.bot).toEqual([...used].sort());
  });

  it('every action is either known by name or acknowledged by the listener for all others, never by both', () => {
    const { actions } = registered();
    const others = actions.filter((id): id is RegExp => id instanceof RegExp);
    expect(actions.filter((id) => typeof id === 'string').sort()).toEqual([...KNOWN_ACTIONS].sort());
    expect(others).toHaveLength(1);
    for (const known of KNOWN_ACTIONS) expect(others[0]?.test(known)).toBe(false);
    for (const unknown of ['open_link', 'duration', 'request_approve_2']) expect(others[0]?.test(unknown)).toBe(true);
  });
});
