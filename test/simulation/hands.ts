import { holdingKey } from '../../src/domain/grant.ts';
import { slackAttribute } from '../../src/domain/people.ts';
import { furnish, PLATFORM } from '../doubles/fake-cast.ts';
import type { FakeKeycloak } from '../doubles/fake-keycloak.ts';
import { TEAM } from '../doubles/fake-slack.ts';
import type { FakeSlack } from '../doubles/fake-slack.ts';
import { ASKERS, GLASS, MANAGED, MANAGERS, PAIR, PATHS } from './people.ts';
import { isThere } from './scene.ts';
import type { Scene } from './scene.ts';
import { pairOf, seatOf } from './truth.ts';

const GROUPS = {
  '/approvers/platform': ['chen', 'dana'],
  '/approvers/security': ['erin', 'fay'],
  '/access-admins': ['root'],
};

/** The people, groups and resources at the start, a few more than the unit tests have. */
export function furnishScene(keycloak: FakeKeycloak, slack: FakeSlack): void {
  furnish(keycloak, slack);
  keycloak.thing('group', PAIR, {
    requestable: 'true',
    risk: 'low',
    'approver-group': '/approvers/platform',
    'approvals-required': '2',
  });
  keycloak.thing('group', GLASS, {
    requestable: 'true',
    risk: 'low',
    'approver-group': '/approvers/platform',
    'break-glass': 'true',
  });
  for (const name of [...ASKERS, 'chen', 'dana'])
    keycloak.user(name, { slackIds: [slackAttribute({ teamId: TEAM, userId: `U${name.toUpperCase()}` })] });
  slack.channel(PLATFORM);
  for (const name of MANAGERS) {
    keycloak.user(name);
    slack.person(name);
  }
  keycloak.thing('group', MANAGED, { requestable: 'true', risk: 'low', 'approver-group': 'manager' });
  for (const name of ASKERS) keycloak.manage(name, MANAGERS[0]);
  keycloak.thing('group', '/approvers/platform', {
    'slack-channel': PLATFORM,
    'escalate-to': '/approvers/security',
    'escalate-after': '4m',
  });
}

/** What administrators do in Keycloak behind Leasehold's back. Each knows what it means for the promises. */
export function createHands(scene: Scene) {
  const { chance, keycloak, truth, timeline, record, realm, story } = scene;
  const tell = (what: string): void => story.tell('an admin', what);
  const now = (): number => timeline.now();
  const userOf = (name: string) => keycloak.users.get(name);
  const thingAt = (path: string) => keycloak.things.get(path);
  const someone = () => ({ name: chance.pick(ASKERS), path: chance.pick(PATHS) });
  const loseSeat = (name: string, path: string): void => {
    const [user, group] = [userOf(name), thingAt(path)];
    if (user !== undefined && group !== undefined) truth.lostSeats.set(seatOf(user.userId, group.resource.id), now());
  };
  const loseAllSeats = (name: string): void => {
    for (const path of Object.keys(GROUPS)) loseSeat(name, path);
  };
  /** Nothing of ours is on its way to this access, so that a hand and Leasehold can be told apart. */
  const isQuiet = (
    userId: string,
    resourceId: string,
    kind: 'group' | 'realm-role' | 'client-role',
    path: string,
  ): boolean => {
    const key = holdingKey(realm, userId as never, { kind, id: resourceId as never, path, clientUuid: null });
    const row = record.tables.holdings.get(key);
    if (row === undefined) return true;
    return row.puts + row.deletes === 0 && (row.rowLease === null || row.rowLease.until <= scene.latest());
  };

  const gives = (name: string, path: string): void => {
    const [user, thing] = [userOf(name), thingAt(path)];
    if (user === undefined || thing === undefined || isThere(scene, user.userId, thing.resource.id)) return;
    const { kind, id } = thing.resource;
    const key = holdingKey(realm, user.userId, thing.resource);
    tell(`gives ${name} ${path}`);
    keycloak.join(name, path);
    if (isQuiet(user.userId, id, kind, path) && record.tables.openOn(key).every((grant) => grant.state === 'planned'))
      truth.before.add(pairOf(user.userId, id));
  };

  const acts = {
    gives: () => {
      const { name, path } = someone();
      gives(name, path);
    },
    takes: () => {
      const { name, path } = someone();
      const [user, thing] = [userOf(name), thingAt(path)];
      if (user === undefined || thing === undefined || !isThere(scene, user.userId, thing.resource.id)) return;
      const { kind, id } = thing.resource;
      if (!isQuiet(user.userId, id, kind, path)) return;
      const key = holdingKey(realm, user.userId, thing.resource);
      const leases = record.tables.openOn(key).filter((grant) => grant.state === 'live');
      tell(`takes ${path} from ${name}`);
      keycloak.leave(name, path);
      const pair = pairOf(user.userId, id);
      truth.before.delete(pair);
      truth.takenByHand.set(pair, { at: now(), leases: leases.map((grant) => grant.id) });
      for (const grant of record.tables.openOn(key)) truth.firstPut.delete(grant.id);
    },
    disables: () => {
      const name = chance.pick([...ASKERS, 'chen', 'erin'] as const);
      const user = userOf(name);
      if (user === undefined) return;
      const enabled = !user.enabled;
      tell(`${enabled ? 'enables' : 'disables'} ${name}`);
      keycloak.user(name, { enabled });
      if (!enabled) {
        truth.goneAt.set(user.userId, now());
        loseAllSeats(name);
      }
    },
    deletes: () => {
      const name = chance.pick(ASKERS);
      const user = userOf(name);
      if (user === undefined) return;
      tell(`deletes ${name} and makes another ${name}`);
      truth.goneAt.set(user.userId, now());
      for (const pair of truth.before) if (pair.startsWith(user.userId)) truth.before.delete(pair);
      keycloak.dropUser(name);
      keycloak.user(name);
      keycloak.manage(name, chance.pick(MANAGERS));
    },
    recreates: () => {
      const path = chance.pick([...PATHS, '/approvers/platform'] as const);
      const thing = thingAt(path);
      if (thing === undefined) return;
      tell(`deletes ${path} and makes another ${path}`);
      const { id, kind } = thing.resource;
      truth.droppedAt.set(id, now());
      truth.forbiddenSince.set(id, now());
      for (const pair of truth.before) if (pair.endsWith(id)) truth.before.delete(pair);
      for (const name of keycloak.users.keys()) loseSeat(name, path);
      keycloak.dropThing(path);
      keycloak.thing(kind, path, thing.attributes);
      if (path === '/approvers/platform') for (const name of GROUPS[path]) keycloak.join(name, path);
    },
    unseats: () => {
      const path = chance.pick(['/approvers/platform', '/approvers/security'] as const);
      const name = chance.pick(GROUPS[path]);
      tell(`takes ${name} out of ${path}`);
      loseSeat(name, path);
      keycloak.leave(name, path);
    },
    /** Somebody else manages one of the askers from now on. */
    remanages: () => {
      const name = chance.pick(ASKERS);
      const user = userOf(name);
      if (user === undefined) return;
      const before = keycloak.managerOf(user.userId);
      const after = MANAGERS.find((one) => one !== before) ?? MANAGERS[0];
      tell(`has ${after} manage ${name}`);
      const former = userOf(before ?? '');
      if (former !== undefined) truth.lostSeats.set(seatOf(former.userId, `manager of ${user.userId}`), now());
      keycloak.manage(name, after);
    },
    seats: () => {
      for (const [path, names] of Object.entries(GROUPS)) for (const name of names) keycloak.join(name, path);
      tell('gives all approvers their seats');
    },
    empowers: () => {
      const path = chance.pick(PATHS);
      const thing = thingAt(path);
      if (thing === undefined) return;
      const isForbidden = thing.gives.length > 0 || thing.unreadable !== null;
      tell(`${isForbidden ? 'mends' : 'spoils'} what ${path} gives`);
      thing.unreadable = null;
      thing.gives = [];
      truth.forbiddenSince.delete(thing.resource.id);
      if (isForbidden) return;
      truth.forbiddenSince.set(thing.resource.id, now());
      if (chance.happens(0.5)) thing.unreadable = { flaw: 'composite_hidden', role: 'all' };
      else thing.gives = [{ id: chance.uuid(), name: 'manage-users', client: 'realm-management' }];
    },
    widens: () => {
      const path = chance.pick(PATHS);
      tell(`lets ${path} give one more harmless role`);
      thingAt(path)?.gives.push({ id: chance.uuid(), name: 'reader', client: null });
    },
    doubles: () => {
      const name = chance.pick([...ASKERS, 'chen'] as const);
      const twin = `${name}-twin`;
      const slack = slackAttribute({ teamId: TEAM, userId: `U${name.toUpperCase()}` });
      if (keycloak.users.has(twin)) {
        tell(`deletes ${twin}`);
        keycloak.dropUser(twin);
        truth.ambiguousSince.delete(slack);
      } else {
        tell(`makes ${twin} with the e-mail of ${name}`);
        keycloak.user(twin, { email: `${name}@acme.example` });
        truth.ambiguousSince.set(slack, now());
      }
    },
    restores: () => {
      const { name, path } = someone();
      const [user, thing] = [userOf(name), thingAt(path)];
      if (user === undefined || thing === undefined || isThere(scene, user.userId, thing.resource.id)) return;
      const row = record.tables.holdings.get(holdingKey(realm, user.userId, thing.resource));
      const isResting = row?.nextLookAt === null && row.owned !== false && row.held === null;
      if (!isResting || record.tables.openOn(row.key).length > 0) return;
      if (
        record.tables.pendingTwin({
          beneficiary: { ...user, slack: { teamId: TEAM, userId: '' } },
          resource: thing.resource,
        })
      )
        return;
      tell(`restores a backup in which we had given ${name} ${path}`);
      keycloak.join(name, path, 'leasehold');
      const pair = pairOf(user.userId, thing.resource.id);
      truth.orphans.set(pair, now());
      truth.touched.set(pair, { userId: user.userId, resource: thing.resource });
    },
  };
  return { ...acts, gives };
}

export type Hands = ReturnType<typeof createHands>;
