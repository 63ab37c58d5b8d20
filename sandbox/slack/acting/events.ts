import { userJson } from '../directory.ts';
import { addMessage, messageJson } from '../messages.ts';
import type { JsonObject } from '../json.ts';
import type { Ack, Channel, Message, Person } from '../model.ts';
import { issueResponseUrl, issueTrigger } from '../tickets.ts';
import { viewJson } from '../views.ts';
import { composedText } from './command.ts';
import { channelNameFor, identityFields, outcomeOf, type Outcome, type Stage } from './stage.ts';

/** What an event needs besides the subscription (docs.slack.dev/reference/events). */
const SCOPES: Readonly<Record<string, string>> = {
  app_mention: 'app_mentions:read',
  channel_shared: 'channels:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  user_change: 'users:read',
};

/** Sends an event when the app is subscribed to it and has its scope. Undefined when it is not. */
export async function emit(stage: Stage, event: JsonObject & { readonly type: string }): Promise<Ack | undefined> {
  const { world } = stage;
  const name = subscription(event);
  const scope = SCOPES[name];
  const isGranted = scope === undefined || (world.app.scopes?.includes(scope) ?? true);
  if (!world.app.events.includes(name) || !isGranted) return undefined;
  return stage.delivery.event({
    token: 'sandbox-verification-token',
    team_id: world.team.id,
    context_team_id: world.team.id,
    context_enterprise_id: null,
    api_app_id: world.app.id,
    event,
    type: 'event_callback',
    event_id: world.ids.id('Ev'),
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: world.team.id,
        user_id: world.app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  });
}

function subscription(event: JsonObject & { readonly type: string }): string {
  if (event.type !== 'message') return event.type;
  const kinds: Readonly<Record<string, string>> = {
    channel: 'message.channels',
    group: 'message.groups',
    im: 'message.im',
  };
  return kinds[String(event['channel_type'])] ?? event.type;
}

export async function openHome(stage: Stage, person: Person, tab: 'home' | 'messages'): Promise<Ack | undefined> {
  const { world } = stage;
  const home = world.homes.get(person.id);
  return emit(stage, {
    type: 'app_home_opened',
    user: person.id,
    channel: `D${person.id.slice(1)}`,
    tab,
    ...(tab === 'home' && home !== undefined ? { view: viewJson(world, home) } : {}),
    event_ts: world.ids.ts(),
  });
}

export function changePerson(stage: Stage, person: Person): Promise<Ack | undefined> {
  const { world } = stage;
  world.people.set(person.id, person);
  world.bus.changed();
  const nowSeconds = Math.floor(Date.now() / 1000);
  return emit(stage, {
    type: 'user_change',
    user: userJson(world, person),
    cache_ts: nowSeconds,
    event_ts: world.ids.ts(),
  });
}

/** Another organisation joins the channel. */
export function shareChannel(stage: Stage, channel: Channel, connectedTeamId: string): Promise<Ack | undefined> {
  channel.isExtShared = true;
  stage.world.bus.changed();
  return emit(stage, {
    type: 'channel_shared',
    connected_team_id: connectedTeamId,
    channel: channel.id,
    event_ts: stage.world.ids.ts(),
  });
}

/** Writes a plain message; a reply when `threadTs` is given. Events go out in the background. */
export function say(stage: Stage, person: Person, channel: Channel, typed: string, threadTs?: string): Message {
  const { world } = stage;
  if (!channel.members.has(person.id)) throw new Error(`${person.name} is not in #${channel.name}`);
  if (channel.kind === 'im' && world.app.messagesTab === 'read_only') {
    throw new Error(`sending messages to ${world.app.name} is turned off (messages_tab_read_only_enabled)`);
  }
  const text = composedText(world, typed);
  const message = addMessage(world, channel, {
    userId: person.id,
    text,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  const types = { public: 'channel', private: 'group', im: 'im' } as const;
  const common = { ...messageJson(world, message), channel: channel.id, event_ts: message.ts };
  void emit(stage, { ...common, type: 'message', channel_type: types[channel.kind] });
  if (text.includes(`<@${world.app.botUserId}>`)) void emit(stage, { ...common, type: 'app_mention' });
  return message;
}

/** Runs a shortcut: a message shortcut when a message is given, else a global one. */
export async function runShortcut(stage: Stage, person: Person, callbackId: string, on?: Message): Promise<Outcome> {
  const { world } = stage;
  const type = on === undefined ? 'global' : 'message';
  if (!world.app.shortcuts.some((shortcut) => shortcut.callbackId === callbackId && shortcut.type === type)) {
    throw new Error(`the app has no ${type} shortcut ${callbackId}`);
  }
  const common = {
    ...identityFields(world, person),
    action_ts: world.ids.ts(),
    callback_id: callbackId,
    trigger_id: issueTrigger(world, person.id),
  };
  if (on === undefined) return outcomeOf(await stage.delivery.send('interactive', { type: 'shortcut', ...common }));
  const channel = world.channels.get(on.channelId);
  const response_url = issueResponseUrl(world, {
    userId: person.id,
    channelId: on.channelId,
    source: { ts: on.ts, isEphemeral: false },
  });
  return outcomeOf(
    await stage.delivery.send('interactive', {
      type: 'message_action',
      ...common,
      response_url,
      message_ts: on.ts,
      channel: { id: on.channelId, name: channel === undefined ? '' : channelNameFor(channel) },
      message: messageJson(world, on),
    }),
  );
}
