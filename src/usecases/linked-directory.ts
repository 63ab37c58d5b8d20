import { slackAttribute } from '../domain/people.ts';
import type { DirectoryUser } from '../domain/people.ts';
import type { ApproverGroup, Directory, KeycloakDirectory } from './keycloak-port.ts';
import type { Store } from './store-port.ts';

/**
 * The directory with what the record knows: each user carries the Slack account that he is linked to, and a Slack account
 * finds the user that it is linked to as it finds one by the attribute.
 */
export function withLinks(directory: KeycloakDirectory, store: Pick<Store, 'linkOf' | 'linksTo'>): Directory {
  const linked = async (users: readonly DirectoryUser[]): Promise<readonly DirectoryUser[]> => {
    if (users.length === 0) return users;
    const links = await store.linksTo(users.map(({ userId }) => userId));
    if (links.length === 0) return users;
    const accounts = new Map(links.map(({ person }) => [person.userId, slackAttribute(person.slack)]));
    return users.map((user) => {
      const link = accounts.get(user.userId);
      return link === undefined ? user : { ...user, link };
    });
  };
  const one = async (user: DirectoryUser): Promise<DirectoryUser> => (await linked([user]))[0] ?? user;
  const group = async <Found>(found: Found | ApproverGroup): Promise<Found | ApproverGroup> =>
    isGroup(found) ? { ...found, members: await linked(found.members) } : found;
  return {
    ...directory,
    person: async (userId) => {
      const user = await directory.person(userId);
      return user === null ? null : one(user);
    },
    byLink: async (slack) => {
      const link = await store.linkOf(slack);
      if (link === null) return null;
      const user = await directory.person(link.person.userId);
      return user === null ? 'gone' : { ...user, link: slackAttribute(slack) };
    },
    bySlackId: async (slack) => linked(await directory.bySlackId(slack)),
    byEmail: async (email) => linked(await directory.byEmail(email)),
    group: async (pathOrName) => group(await directory.group(pathOrName)),
    groupById: async (id) => group(await directory.groupById(id)),
    smallGroup: async (id, most) => group(await directory.smallGroup(id, most)),
    managerOf: async (userId) => {
      const found = await directory.managerOf(userId);
      return typeof found === 'string' ? found : one(found);
    },
  };
}

const isGroup = (found: unknown): found is ApproverGroup =>
  typeof found === 'object' && found !== null && 'members' in found;
