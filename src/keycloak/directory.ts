import { z } from 'zod';
import type { KeycloakUserId } from '../domain/ids.ts';
import { readEscalation } from '../domain/escalation.ts';
import { groupId as toGroupId } from '../domain/ids.ts';
import { slackAttribute } from '../domain/people.ts';
import type { DirectoryUser } from '../domain/people.ts';
import { CodedError } from '../lib/errors.ts';
import type { ApproverGroup, KeycloakDirectory } from '../usecases/keycloak-port.ts';
import type { Lane } from './connection.ts';
import { present, presentId } from './guard.ts';
import { readKeptRoles } from './kept-roles.ts';
import { readManager } from './manager.ts';
import { groupsNamed } from './named-groups.ts';
import { everyPage } from './pages.ts';
import { readFacts } from './person-facts.ts';
import { createReader, orNull } from './reader.ts';
import { idsSchema, parsed, userSchema } from './representations.ts';
import type { Group } from './representations.ts';

const USERS_PER_PAGE = 200;

/**
 * @param quiet for what nobody waits for
 * @param trust tells whether no user may write an attribute; shared by both lanes and cached there
 */
export function createDirectory(
  lane: Lane,
  quiet: Lane,
  trust: () => Promise<(attribute: string) => boolean>,
): KeycloakDirectory {
  return {
    person: (userId) => readPerson(lane, userId),
    bySlackId: async (slack) => {
      const attribute = `${presentId(slack.teamId, 'Slack team id')}/${presentId(slack.userId, 'Slack user id')}`;
      // Keycloak compares without case, we do not.
      const users = await findUsers(lane, { q: `slack-user-id:"${attribute}"` });
      return users.filter((user) => user.slackIds.includes(slackAttribute(slack)));
    },
    byEmail: async (email) => {
      const wanted = present(email, 'e-mail').trim().toLowerCase();
      // Without `exact` it would be a LIKE, in which % and _ match other people.
      const users = await findUsers(lane, { email: wanted, exact: true });
      return users.filter(
        (user) => user.email?.toLowerCase() === wanted && !user.username.startsWith('service-account-'),
      );
    },
    group: async (pathOrName) => {
      const [group, ...others] = await groupsNamed(lane, pathOrName);
      if (group === undefined) return 'missing';
      if (others.length > 0) return 'ambiguous';
      return (await orNull(withMembers(lane, group))) ?? 'missing';
    },
    groupById: async (id) =>
      orNull(
        createReader(lane)
          .group(id)
          .then((group) => withMembers(lane, group)),
      ),
    smallGroup: async (id, most) =>
      orNull(
        createReader(lane)
          .group(id)
          .then(async (group) => {
            const members = await membersPage(lane, group.id, { first: 0, max: most + 1 });
            return members.length > most ? null : approverGroup(group, members);
          }),
      ),
    groupsOf: async (userId) => ((await orNull(readGroupIds(lane, userId))) ?? []).map(toGroupId),
    keptRoles: (userId, roles, limit) => readKeptRoles(quiet, userId, roles, limit),
    managerOf: async (userId) => ((await trust())('manager') ? readManager(lane, userId) : 'untrusted'),
    factsOf: async (userId) => orNull(readFacts(lane, userId, await trust())),
    defaultScopes: (client) => readDefaultScopes(lane, client),
    slackIdIsTrusted: async () => (await trust())('slack-user-id'),
    self: async () => (await lane.token()).userId,
  };
}

const clientsSchema = z.array(z.object({ clientId: z.string(), defaultClientScopes: z.array(z.string()).default([]) }));

async function readDefaultScopes(lane: Lane, client: string): Promise<readonly string[]> {
  const clientId = present(client, 'client id');
  const found = await lane.read('clients.find', async (keycloak) =>
    parsed(clientsSchema, 'clients', await keycloak.clients.find({ clientId })),
  );
  return found.find((one) => one.clientId === clientId)?.defaultClientScopes ?? [];
}

export async function readPerson(lane: Lane, userId: KeycloakUserId): Promise<DirectoryUser | null> {
  const id = presentId(userId, 'user id');
  return orNull(
    lane.read('users.get', async (client) => parsed(userSchema, 'user', await client.users.findOne({ id }))),
  );
}

/**
 * Ids of the groups whose direct member the user is; those that the service account may not view are left out.
 * @throws keycloak_not_found when the user is gone
 */
export async function readGroupIds(lane: Lane, userId: KeycloakUserId): Promise<readonly string[]> {
  const id = presentId(userId, 'user id');
  const groups = await lane.read('users.groups', (client) =>
    client.users.listGroups({ id, briefRepresentation: true }),
  );
  return parsed(idsSchema, 'groups of a user', groups).map((group) => group.id);
}

/** All direct members, disabled ones too. @throws keycloak_forbidden where they may not be seen: this list never lies */
export async function readMembers(lane: Lane, groupId: string): Promise<readonly DirectoryUser[]> {
  return everyPage(USERS_PER_PAGE, (page) => membersPage(lane, groupId, page));
}

function membersPage(
  lane: Lane,
  groupId: string,
  page: { readonly first: number; readonly max: number },
): Promise<readonly DirectoryUser[]> {
  const id = presentId(groupId, 'group id');
  return lane.read('groups.members', async (client) =>
    parsed(
      z.array(userSchema),
      'members',
      await client.groups.listMembers({ id, ...page, briefRepresentation: false }),
    ),
  );
}

async function withMembers(lane: Lane, group: Group): Promise<ApproverGroup> {
  return approverGroup(group, await readMembers(lane, group.id));
}

function approverGroup(group: Group, everybody: readonly DirectoryUser[]): ApproverGroup {
  const members = everybody.filter((user) => user.enabled);
  const slackChannel = group.attributes?.['slack-channel']?.[0]?.trim() ?? '';
  const escalation = readEscalation(group.attributes ?? {});
  return {
    id: toGroupId(group.id),
    path: group.path,
    slackChannel: slackChannel === '' ? null : slackChannel,
    escalation: escalation?.ok === true ? escalation.rule : null,
    members,
  };
}

/**
 * The user of this name, which Keycloak keeps in lower case; never a service account.
 * @throws keycloak_forbidden, keycloak_unavailable
 */
export async function readByUsername(lane: Lane, name: string): Promise<readonly DirectoryUser[]> {
  const username = present(name, 'username').trim().toLowerCase();
  const users = await findUsers(lane, { username, exact: true });
  return users.filter((user) => user.username === username && !username.startsWith('service-account-'));
}

async function findUsers(
  lane: Lane,
  query:
    | { readonly q: string }
    | { readonly exact: true; readonly email: string }
    | { readonly exact: true; readonly username: string },
) {
  const users = await everyPage(USERS_PER_PAGE, (page) => search(lane, { ...query, ...page }));
  // With query-users alone every search is an empty 200. Somebody who may see people sees at least one.
  if (users.length === 0 && (await search(lane, { max: 1 })).length === 0) {
    throw new CodedError('keycloak_forbidden', 'Keycloak shows the service account no user at all.');
  }
  return users;
}

type UserSearch = {
  readonly q?: string;
  readonly email?: string;
  readonly username?: string;
  readonly exact?: boolean;
  readonly first?: number;
  readonly max: number;
};

const search = (lane: Lane, query: UserSearch): Promise<readonly DirectoryUser[]> =>
  lane.read('users.search', async (client) =>
    parsed(z.array(userSchema), 'users', await client.users.find({ ...query, briefRepresentation: false })),
  );
