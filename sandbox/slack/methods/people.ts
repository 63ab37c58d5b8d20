import { flag, page, requiredText, type Args } from '../args.ts';
import { userJson } from '../directory.ts';
import type { JsonObject } from '../json.ts';
import type { Person } from '../model.ts';
import { refuse } from '../refusal.ts';
import type { World } from '../world.ts';
import type { Methods } from './method.ts';

/** Outsiders are seen once they share a channel with the app. */
function visiblePeople(world: World): readonly Person[] {
  const shared = [...world.channels.values()].filter((channel) => channel.isExtShared);
  return [...world.people.values()].filter(
    (person) => person.teamId === world.team.id || shared.some((channel) => channel.members.has(person.id)),
  );
}

function info(world: World, args: Args): JsonObject {
  const person = world.people.get(requiredText(args, 'user'));
  if (person === undefined) throw refuse('user_not_found');
  if (!visiblePeople(world).includes(person)) throw refuse('user_not_visible');
  return { user: { ...userJson(world, person), ...localeOf(person, args) } };
}

/** Told to those alone who ask for it. */
const localeOf = (person: Person, args: Args): JsonObject =>
  flag(args, 'include_locale') ? { locale: person.locale } : {};

function list(world: World, args: Args): JsonObject {
  const { items, metadata } = page(args, visiblePeople(world), 1000);
  return {
    members: items.map((person) => ({ ...userJson(world, person), ...localeOf(person, args) })),
    cache_ts: 0,
    response_metadata: metadata,
  };
}

/** Deactivated people and bots are not found by address; an outsider may carry the same address as a colleague. */
function lookupByEmail(world: World, args: Args): JsonObject {
  const email = requiredText(args, 'email').toLowerCase();
  const found = visiblePeople(world).filter(
    (person) => !person.deleted && !person.isBot && person.email?.toLowerCase() === email,
  );
  const person = found.find((candidate) => candidate.teamId === world.team.id) ?? found[0];
  if (person === undefined) throw refuse('users_not_found');
  return { user: userJson(world, person) };
}

function usergroups(world: World, args: Args): JsonObject {
  const withUsers = flag(args, 'include_users');
  return {
    usergroups: world.usergroups.map(({ users, ...group }) => ({
      ...group,
      team_id: world.team.id,
      is_usergroup: true,
      date_delete: 0,
      user_count: users.length,
      ...(withUsers ? { users } : {}),
    })),
  };
}

function usergroupUsers(world: World, args: Args): JsonObject {
  const group = world.usergroups.find((candidate) => candidate.id === requiredText(args, 'usergroup'));
  if (group === undefined) throw refuse('no_such_subteam');
  return { users: group.users };
}

export const peopleMethods: Methods = {
  'users.info': { token: 'bot', scope: 'users:read', tier: 4, run: info },
  'users.list': { token: 'bot', scope: 'users:read', tier: 2, run: list },
  'users.lookupByEmail': { token: 'bot', scope: 'users:read.email', tier: 3, run: lookupByEmail },
  'usergroups.list': { token: 'bot', scope: 'usergroups:read', tier: 2, run: usergroups },
  'usergroups.users.list': { token: 'bot', scope: 'usergroups:read', tier: 2, run: usergroupUsers },
};
