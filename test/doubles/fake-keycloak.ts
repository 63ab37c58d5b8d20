import { randomUUID } from 'node:crypto';
import { readEntitlement, isRequestable } from '../../src/domain/entitlement.ts';
import type { Attributes, CatalogueItem } from '../../src/domain/entitlement.ts';
import { readEscalation } from '../../src/domain/escalation.ts';
import type { Unreadable } from '../../src/domain/flaw.ts';
import { groupId, keycloakUserId, resourceId } from '../../src/domain/ids.ts';
import type { DirectoryUser } from '../../src/domain/people.ts';
import type { EffectiveRole, Resource } from '../../src/domain/resource.ts';
import { CodedError } from '../../src/lib/errors.ts';
import type {
  Access,
  ApproverGroup,
  CallOutcome,
  Catalogue,
  KeycloakDirectory,
  Target,
} from '../../src/usecases/keycloak-port.ts';
import type { Clock } from '../../src/usecases/ports.ts';
import { createFaults } from './fake-faults.ts';
import type { Faults } from './fake-faults.ts';

/** How long after it was sent a `late` call still lands; well within the quarantine. */
const LATE_MS = 40_000;
const TOKEN_SECONDS = 300;

type Thing = {
  readonly resource: Resource;
  readonly parent: Thing | null;
  attributes: Readonly<Record<string, string>>;
  gives: EffectiveRole[];
  unreadable: Unreadable | null;
};
type Made = { readonly call: string; readonly userId?: string; readonly path?: string };

export type FakeKeycloak = {
  readonly faults: Faults;
  /** Every call of the ports, in order. */
  readonly calls: readonly Made[];
  readonly catalogue: Catalogue;
  readonly directory: KeycloakDirectory;
  readonly access: Access;
  readonly bot: DirectoryUser;
  readonly users: ReadonlyMap<string, DirectoryUser>;
  readonly things: ReadonlyMap<string, Thing>;
  /** How often each person's sessions were ended, and whether the access was still there then. */
  /** Ids of sessions that were ended by themselves, in order. */
  readonly endedSessions: readonly string[];
  readonly logouts: readonly { readonly userId: string; readonly heldThen: boolean }[];
  /** Two calls about the same access were on their way at once. */
  readonly collisions: number;
  user(username: string, facts?: Partial<Omit<DirectoryUser, 'userId' | 'username'>>): DirectoryUser;
  /** Somebody's attribute `manager`, as it is written. */
  manage(username: string, manager: string | null): void;
  /** Whether no user may write that attribute. */
  trustManagers(yes: boolean): void;
  managerOf(userId: string): string | null;
  /** Gives a user attributes that no user may write. */
  describe(username: string, attributes: Attributes): void;
  /** Whether some groups of people may not be viewed. */
  hideGroups(yes: boolean): void;
  dropUser(username: string): void;
  /** A group (path), realm role (name) or client role (`client/role`); the same path again changes its attributes. */
  thing(kind: Resource['kind'], path: string, attributes?: Readonly<Record<string, string>>): Thing;
  dropThing(path: string): void;
  join(username: string, path: string, by?: 'hand' | 'leasehold'): void;
  leave(username: string, path: string): void;
  has(username: string, path: string): boolean;
  logoutComesFirst(yes: boolean): void;
  count(call: string): number;
  /** Late calls whose time has come take effect now, not at the next look. */
  land(): void;
  /** Who gave the access that somebody has now, or null when he has none. By ids, of people and things that are gone too. */
  giver(userId: string, resourceId: string): 'hand' | 'leasehold' | null;
};

/** What a test may decide about a fake realm. */
type Make = {
  readonly uuid?: () => string;
  /** How long after it was sent a `late` call lands. */
  readonly lateMs?: () => number;
  /** Told right before a call of ours takes effect, maybe long after it was sent. */
  readonly onEffect?: (call: 'give' | 'take', target: Target) => void;
};

/** A realm in memory behind the three ports, which goes wrong on demand. */
export function fakeKeycloak(
  clock: Clock,
  { uuid = randomUUID, lateMs = () => LATE_MS, onEffect = () => undefined }: Make = {},
): FakeKeycloak {
  const faults = createFaults();
  const calls: Made[] = [];
  const users = new Map<string, DirectoryUser>();
  const things = new Map<string, Thing>();
  const held = new Map<string, { readonly userId: string; readonly thing: Thing }>();
  const givers = new Map<string, 'hand' | 'leasehold'>();
  const underway = new Set<string>();
  const later: { readonly at: number; readonly act: () => void }[] = [];
  const logouts: { userId: string; heldThen: boolean }[] = [];
  const endedSessions: string[] = [];
  let collisions = 0;
  let logoutFirst = false;
  const managers = new Map<string, string>();
  let managersTrusted = true;
  const described = new Map<string, Attributes>();
  let groupsHidden = false;
  const bot: DirectoryUser = {
    userId: keycloakUserId(uuid()),
    username: 'service-account-leasehold',
    enabled: true,
    email: null,
    emailVerified: false,
    slackIds: [],
  };

  const land = (): void => {
    for (const call of later.splice(0)) {
      if (call.at <= clock.now()) call.act();
      else later.push(call);
    }
  };
  const named = (username: string): DirectoryUser => {
    const user = users.get(username);
    if (user === undefined) throw new Error(`no user ${username}`);
    return user;
  };
  const at = (path: string): Thing => {
    const thing = things.get(path);
    if (thing === undefined) throw new Error(`nothing at ${path}`);
    return thing;
  };
  const byId = (id: string): Thing | null => [...things.values()].find((thing) => thing.resource.id === id) ?? null;
  const userById = (id: string): DirectoryUser | null => [...users.values()].find((user) => user.userId === id) ?? null;
  const place = (userId: string, id: string): string => `${userId}/${id}`;
  const join = (userId: string, thing: Thing, by: 'hand' | 'leasehold'): void => {
    const key = place(userId, thing.resource.id);
    if (!held.has(key)) givers.set(key, by);
    held.set(key, { userId, thing });
  };

  /** Notes the call, waits at its gate, and throws for a fault that a read can meet. */
  const read = async (call: string, about: Omit<Made, 'call'> = {}): Promise<void> => {
    calls.push({ call, ...about });
    const fault = await faults.meet(call);
    land();
    if (fault === 'forbidden') throw new CodedError('keycloak_forbidden', `${call} is refused`);
    if (fault !== null) throw new CodedError('keycloak_unavailable', `${call} was not answered`);
  };
  const change = async (call: 'give' | 'take', target: Target, doIt: () => void): Promise<CallOutcome> => {
    const { userId, resource } = target;
    const act = (): void => {
      onEffect(call, target);
      doIt();
    };
    calls.push({ call, userId, path: resource.path });
    const key = place(userId, resource.id);
    if (underway.has(key)) collisions += 1;
    underway.add(key);
    try {
      const fault = await faults.meet(call);
      land();
      if (fault === 'unavailable' || fault === 'limited') return 'not_sent';
      if (fault === 'forbidden') return 'refused';
      if (fault === 'never') return 'unknown';
      if (fault === 'late') {
        later.push({ at: clock.now() + lateMs(), act });
        return 'unknown';
      }
      if (userById(userId) === null || byId(resource.id) === null) return 'gone';
      act();
      return fault === 'lost' ? 'unknown' : 'done';
    } finally {
      underway.delete(key);
    }
  };

  const itemOf = (thing: Thing): CatalogueItem | null => {
    const attributes = attributesOf(thing);
    return isRequestable(attributes) ? readEntitlement(thing.resource, '', attributes, 60) : null;
  };
  const members = (thing: Thing): readonly DirectoryUser[] =>
    [...users.values()].filter((user) => user.enabled && held.has(place(user.userId, thing.resource.id)));
  const groupOf = (thing: Thing): ApproverGroup => ({
    id: groupId(thing.resource.id),
    escalation: escalationRule(attributesOf(thing)),
    path: thing.resource.path,
    slackChannel: thing.attributes['slack-channel'] ?? null,
    members: members(thing),
  });

  let lastRead: readonly CatalogueItem[] | null = null;
  const catalogue: Catalogue = {
    list: async () => {
      await read('list');
      lastRead = [...things.values()].flatMap((thing) => itemOf(thing) ?? []);
      return lastRead;
    },
    latest: async () => (lastRead ??= await catalogue.list()),
    read: async ({ id }) => {
      await read('read');
      const thing = byId(id);
      return thing === null ? null : itemOf(thing);
    },
    effectiveRoles: async ({ id }) => {
      await read('effectiveRoles');
      const roles: EffectiveRole[] = [];
      for (let thing = byId(id); thing !== null; thing = thing.parent) {
        if (thing.unreadable !== null) return { known: false, because: thing.unreadable };
        roles.push(...thing.gives);
      }
      return { known: true, roles };
    },
  };
  const directory: KeycloakDirectory = {
    person: async (userId) => {
      await read('person');
      return userById(userId);
    },
    bySlackId: async (slack) => {
      await read('bySlackId');
      return [...users.values()].filter((user) => user.slackIds.includes(`${slack.teamId}/${slack.userId}`));
    },
    byEmail: async (email) => {
      await read('byEmail');
      return [...users.values()].filter((user) => user.email === email);
    },
    group: async (word) => {
      await read('group');
      const found = [...things.values()].filter(({ resource: { kind, path } }) =>
        kind === 'group' && word.startsWith('/') ? path === word : path.endsWith(`/${word}`),
      );
      const [first, second] = found;
      if (first === undefined) return 'missing';
      return second === undefined ? groupOf(first) : 'ambiguous';
    },
    groupById: async (id) => {
      await read('groupById');
      const thing = byId(id);
      return thing === null ? null : groupOf(thing);
    },
    smallGroup: async (id, most) => {
      await read('smallGroup');
      const thing = byId(id);
      const group = thing === null ? null : groupOf(thing);
      return group === null || group.members.length > most ? null : group;
    },
    managerOf: async (userId) => {
      await read('managerOf');
      if (!managersTrusted) return 'untrusted';
      const written = managers.get(userId);
      if (written === undefined) return 'not_set';
      const found = [...users.values()].filter((user) => user.username === written || user.userId === written);
      const [first, second] = found;
      if (first === undefined) return 'unknown';
      if (second !== undefined) return 'ambiguous';
      return first.enabled ? first : 'disabled';
    },
    defaultScopes: async (client) => {
      await read('defaultScopes');
      return client === 'nobody' ? [] : ['basic', 'profile'];
    },
    factsOf: async (userId) => {
      await read('factsOf');
      if (userById(userId) === null) return null;
      const groups = [...things.values()]
        .filter(({ resource }) => resource.kind === 'group' && held.has(place(userId, resource.id)))
        .map(({ resource }) => resource.path);
      return { groups: groupsHidden ? null : groups, attributes: described.get(userId) ?? {} };
    },
    groupsOf: async (userId) => {
      await read('groupsOf');
      return [...things.values()]
        .filter(({ resource }) => resource.kind === 'group' && held.has(place(userId, resource.id)))
        .map(({ resource }) => groupId(resource.id));
    },
    keptRoles: async (userId, roles, limit) => {
      await read('keptRoles', { userId });
      const kept = [...held.values()].flatMap(({ userId: holder, thing }) => {
        const through = thing.resource.kind === 'group' ? thing.resource.path : null;
        const given: EffectiveRole[] = [];
        for (let one: Thing | null = thing; one !== null; one = one.parent) given.push(...one.gives);
        return holder === userId
          ? roles.flatMap((role) => (given.some(({ id }) => id === role.id) ? [{ role, through }] : []))
          : [];
      });
      return kept.slice(0, limit);
    },
    slackIdIsTrusted: () => read('slackIdIsTrusted').then(() => true),
    self: async () => {
      await read('self');
      return bot.userId;
    },
  };
  const access: Access = {
    timeoutMs: 5000,
    look: async ({ userId, resource }) => {
      await read('look', { userId, path: resource.path });
      const user = userById(userId);
      return {
        present:
          resource.inToken === true ||
          (held.has(place(userId, resource.id)) && user !== null && byId(resource.id) !== null),
        user: user === null ? 'gone' : user.enabled ? 'enabled' : 'disabled',
        resource: byId(resource.id) === null ? 'gone' : 'there',
      };
    },
    give: (target) =>
      change('give', target, () => {
        const thing = byId(target.resource.id);
        if (thing !== null) join(target.userId, thing, 'leasehold');
      }),
    take: (target) => change('take', target, () => void held.delete(place(target.userId, target.resource.id))),
    endSessions: async (userId) => {
      await read('endSessions', { userId });
      logouts.push({ userId, heldThen: [...held.values()].some((one) => one.userId === userId) });
    },
    endSession: async (userId, session) => {
      await read('endSession', { userId, path: session });
      endedSessions.push(session);
    },
    endsSessionsFirst: () => logoutFirst,
    holders: async (resource) => {
      await read('holders', { path: resource.path });
      if (byId(resource.id) === null) throw new CodedError('keycloak_not_found', 'holders: no such resource');
      return [...users.values()]
        .filter((user) => held.has(place(user.userId, resource.id)))
        .map(({ userId, enabled }) => ({ userId, enabled }));
    },
    givenByUs: async ({ userId, resource }) => {
      await read('givenByUs');
      return givers.get(place(userId, resource.id)) === 'leasehold';
    },
    tokenSeconds: async () => {
      await read('tokenSeconds');
      return TOKEN_SECONDS;
    },
    probe: () => Promise.resolve(faults.stands('probe') === null),
  };

  return {
    faults,
    calls,
    catalogue,
    directory,
    access,
    bot,
    users,
    things,
    logouts,
    endedSessions,
    get collisions() {
      return collisions;
    },
    user: (username, facts = {}) => {
      const known = users.get(username);
      const user: DirectoryUser = {
        userId: known?.userId ?? keycloakUserId(uuid()),
        username,
        enabled: true,
        email: `${username}@acme.example`,
        emailVerified: true,
        slackIds: [],
        ...known,
        ...facts,
      };
      users.set(username, user);
      return user;
    },
    manage: (username, manager) => {
      if (manager === null) managers.delete(named(username).userId);
      else managers.set(named(username).userId, manager);
    },
    trustManagers: (yes) => {
      managersTrusted = yes;
    },
    managerOf: (userId) => managers.get(userId) ?? null,
    describe: (username, written) => void described.set(named(username).userId, written),
    hideGroups: (yes) => {
      groupsHidden = yes;
    },
    dropUser: (username) => void users.delete(username),
    thing: (kind, path, attributes = {}) => {
      const known = things.get(path);
      if (known !== undefined) {
        known.attributes = attributes;
        return known;
      }
      const parent = kind === 'group' ? (things.get(path.slice(0, path.lastIndexOf('/'))) ?? null) : null;
      const clientUuid = kind === 'client-role' ? uuid() : null;
      const resource: Resource = { kind, id: resourceId(uuid()), path, clientUuid };
      const thing: Thing = { resource, parent, attributes, gives: [], unreadable: null };
      things.set(path, thing);
      return thing;
    },
    dropThing: (path) => void things.delete(path),
    join: (username, path, by = 'hand') => join(named(username).userId, at(path), by),
    leave: (username, path) => void held.delete(place(named(username).userId, at(path).resource.id)),
    has: (username, path) => {
      land();
      return held.has(place(named(username).userId, at(path).resource.id));
    },
    logoutComesFirst: (yes) => {
      logoutFirst = yes;
    },
    count: (call) => calls.filter((made) => made.call === call).length,
    land,
    giver: (userId, id) => (held.has(place(userId, id)) ? (givers.get(place(userId, id)) ?? null) : null),
  };
}

const attributesOf = (thing: Thing): Attributes =>
  Object.fromEntries(Object.entries(thing.attributes).map(([name, value]) => [name, [value]]));

function escalationRule(attributes: Attributes): ApproverGroup['escalation'] {
  const read = readEscalation(attributes);
  return read?.ok === true ? read.rule : null;
}
