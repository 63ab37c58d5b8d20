import type { JsonObject } from './json.ts';
import type { Channel, Person } from './model.ts';
import { refuse } from './refusal.ts';
import { channelOf, type World } from './world.ts';

/** The direct messages between the app and a person; made on first use. */
export function appDm(world: World, userId: string): Channel {
  const id = dmId(userId);
  const existing = world.channels.get(id);
  if (existing !== undefined) return existing;
  const dm: Channel = {
    ...channelOf({ id, name: 'directmessage', members: [userId, world.app.botUserId] }),
    kind: 'im',
  };
  world.channels.set(id, dm);
  world.bus.changed();
  return dm;
}

function dmId(userId: string): string {
  return `D${userId.slice(1)}`;
}

/** The person at the other end of a direct message channel. */
function dmPartner(world: World, channel: Channel): string | undefined {
  return [...channel.members].find((member) => member !== world.app.botUserId);
}

/** A channel the app may see: public, or one it is a member of. Everything else does not exist for it. */
export function visibleToApp(world: World, channelId: string): Channel {
  const channel = world.channels.get(channelId);
  if (channel === undefined) throw refuse('channel_not_found');
  if (channel.kind !== 'public' && !channel.members.has(world.app.botUserId)) throw refuse('channel_not_found');
  return channel;
}

/** A channel the app may write to. Takes a C, G or D id, a person's id (opens the direct messages) or a channel's name. */
export function writableByApp(world: World, target: string): Channel {
  const person = world.people.get(target);
  const channel =
    person === undefined ? visibleToApp(world, idOfName(world, target)) : appDm(world, openable(world, person.id).id);
  if (channel.kind === 'im' && isGone(world, dmPartner(world, channel))) throw refuse('channel_not_found');
  if (channel.isArchived) throw refuse('is_archived');
  if (!channel.members.has(world.app.botUserId) && !mayPostAnywhere(world)) throw refuse('not_in_channel');
  return channel;
}

/** A person the app can open direct messages with. */
export function openable(world: World, userId: string): Person {
  const person = world.people.get(userId);
  if (person === undefined) throw refuse('user_not_found');
  if (person.isBot) throw refuse('cannot_dm_bot');
  if (person.deleted) throw refuse('user_disabled');
  return person;
}

function isGone(world: World, userId: string | undefined): boolean {
  return userId === undefined || world.people.get(userId)?.deleted !== false;
}

function mayPostAnywhere(world: World): boolean {
  return world.app.scopes?.includes('chat:write.public') ?? false;
}

function idOfName(world: World, target: string): string {
  if (world.channels.has(target)) return target;
  const name = target.replace(/^#/, '');
  return (
    [...world.channels.values()].find((channel) => channel.kind === 'public' && channel.name === name)?.id ?? target
  );
}

/** True when this person sees the channel in the sidebar. */
export function canSee(channel: Channel, person: Person, homeTeamId: string): boolean {
  if (channel.members.has(person.id)) return true;
  const isGuest = person.isRestricted || person.isUltraRestricted || person.teamId !== homeTeamId;
  return channel.kind === 'public' && !isGuest;
}

export function channelJson(world: World, channel: Channel): JsonObject {
  const common = {
    id: channel.id,
    created: 1_700_000_000,
    is_archived: channel.isArchived,
    is_im: channel.kind === 'im',
    is_mpim: false,
    is_private: channel.kind !== 'public',
    is_org_shared: false,
    context_team_id: world.team.id,
  };
  if (channel.kind === 'im')
    return { ...common, user: dmPartner(world, channel), is_user_deleted: isGone(world, dmPartner(world, channel)) };
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: channel.kind === 'private',
    is_general: channel.name === 'general',
    is_shared: channel.isExtShared,
    is_ext_shared: channel.isExtShared,
    is_pending_ext_shared: false,
    is_member: channel.members.has(world.app.botUserId),
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    num_members: channel.members.size,
  };
}
