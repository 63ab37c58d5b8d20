import { appDm, canSee } from './conversations.ts';
import type { Exhibit } from './exhibit.ts';
import type { JsonObject } from './json.ts';
import { fileJson } from './messages.ts';
import type { Channel, Message, Person, View } from './model.ts';
import { openViews, viewJson } from './views.ts';
import type { World } from './world.ts';

/** Messages of one channel that the page is given. */
const MOST_MESSAGES = 200;

/** Everything one person sees, for the page to draw. */
export function snapshotFor(world: World, person: Person): JsonObject {
  const dm = appDm(world, person.id);
  const channels = [...world.channels.values()].filter(
    (channel) => channel === dm || (channel.kind !== 'im' && canSee(channel, person, world.team.id)),
  );
  return {
    me: personJson(person),
    team: world.team,
    app: {
      name: world.app.name,
      botUserId: world.app.botUserId,
      commands: world.app.commands,
      shortcuts: world.app.shortcuts,
      homeTab: world.app.homeTab,
      messagesTab: world.app.messagesTab,
      dmId: dm.id,
    },
    people: [...world.people.values()].map(personJson),
    channels: channels.map((channel) => channelSnapshot(world, channel, person)),
    ephemerals: world.ephemerals.filter((one) => one.toUserId === person.id).slice(-MOST_MESSAGES),
    modals: openViews(world, person.id).map((view) => viewSnapshot(world, view)),
    home: world.homes.has(person.id) ? viewSnapshot(world, world.homes.get(person.id) as View) : null,
  };
}

/** For the page on which one chooses who to be. */
export function castOf(world: World): JsonObject {
  return {
    team: world.team,
    app: { name: world.app.name },
    people: [...world.people.values()].filter((person) => !person.isBot).map(personJson),
  };
}

/** For the gallery, which is looked at by nobody in particular. */
export function galleryOf(world: World, exhibits: readonly Exhibit[]): JsonObject {
  return {
    app: { name: world.app.name, botUserId: world.app.botUserId },
    people: [...world.people.values()].map(personJson),
    exhibits,
  };
}

function personJson(person: Person): JsonObject {
  const { id, name, realName, title, tz, locale, teamId, isBot, deleted, isRestricted, isUltraRestricted } = person;
  return { id, name, realName, title, tz, locale, teamId, isBot, deleted, isGuest: isRestricted || isUltraRestricted };
}

function channelSnapshot(world: World, channel: Channel, person: Person): JsonObject {
  return {
    id: channel.id,
    name: channel.name,
    kind: channel.kind,
    topic: channel.topic,
    isArchived: channel.isArchived,
    isExtShared: channel.isExtShared,
    isMember: channel.members.has(person.id),
    memberCount: channel.members.size,
    messages: channel.messages.slice(-MOST_MESSAGES).map((message) => messageSnapshot(world, message)),
  };
}

function messageSnapshot(world: World, message: Message): JsonObject {
  const { ts, userId, text, blocks, threadTs, editedTs } = message;
  return { ts, userId, text, blocks, threadTs, editedTs, files: message.files.map((id) => fileJson(world, id)) };
}

function viewSnapshot(world: World, view: View): JsonObject {
  return { ...viewJson(world, view), errors: view.errors };
}
