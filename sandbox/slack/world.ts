import { createBus, type Bus } from './bus.ts';
import { createFaults, type Faults } from './faults.ts';
import { createIds, type Ids } from './ids.ts';
import type {
  AckRecord,
  ApiCall,
  Channel,
  Ephemeral,
  Person,
  ResponseUrl,
  SlackApp,
  StoredFile,
  Team,
  Trigger,
  Usergroup,
  View,
  Violation,
} from './model.ts';
import {
  appOf,
  defaultPeople,
  defaultTeam,
  personOf,
  settingsOf,
  type ChannelSeed,
  type SandboxOptions,
  type Settings,
} from './options.ts';

/** Everything the workspace knows, in memory. */
export type World = {
  readonly settings: Settings;
  readonly team: Team;
  app: SlackApp;
  /** Address of the server, without a final slash; known once it listens. */
  baseUrl: string;
  readonly ids: Ids;
  readonly bus: Bus;
  readonly faults: Faults;
  readonly people: Map<string, Person>;
  readonly channels: Map<string, Channel>;
  readonly usergroups: readonly Usergroup[];
  readonly views: Map<string, View>;
  /** Ids of a person's open modals, the top one last. */
  readonly stacks: Map<string, readonly string[]>;
  readonly homes: Map<string, View>;
  readonly ephemerals: Ephemeral[];
  readonly files: Map<string, StoredFile>;
  readonly triggers: Map<string, Trigger>;
  readonly responseUrls: Map<string, ResponseUrl>;
  readonly calls: ApiCall[];
  readonly acks: AckRecord[];
  readonly violations: Violation[];
};

export function createWorld(options: SandboxOptions): World {
  const team = { ...defaultTeam, ...options.team };
  const app = appOf(options.app);
  const bot = personOf({ id: app.botUserId, name: app.name.toLowerCase(), realName: app.name, isBot: true }, team.id);
  const people = [bot, ...(options.people ?? defaultPeople).map((seed) => personOf(seed, team.id))];
  const channels = (options.channels ?? defaultChannels(app.botUserId)).map(channelOf);
  return {
    settings: settingsOf(options),
    team,
    app,
    baseUrl: '',
    ids: createIds(),
    bus: createBus(),
    faults: createFaults(),
    people: new Map(people.map((person) => [person.id, person])),
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    usergroups: options.usergroups ?? [],
    views: new Map(),
    stacks: new Map(),
    homes: new Map(),
    ephemerals: [],
    files: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    calls: [],
    acks: [],
    violations: [],
  };
}

export function channelOf(seed: ChannelSeed): Channel {
  return {
    id: seed.id,
    name: seed.name,
    kind: seed.kind ?? 'public',
    topic: seed.topic ?? '',
    isArchived: seed.isArchived ?? false,
    isExtShared: seed.isExtShared ?? false,
    members: new Set(seed.members ?? []),
    messages: [],
    byTs: new Map(),
  };
}

/** Records what real Slack would punish or silently tolerate; tests ask for an empty list. */
export function violate(world: World, rule: string, detail: string): void {
  world.violations.push({ rule, detail, atMs: Date.now() });
  world.bus.changed();
}

function defaultChannels(botUserId: string): readonly ChannelSeed[] {
  const everybody = defaultPeople.map((person) => person.id);
  return [
    { id: 'C0GENERAL', name: 'general', members: everybody },
    { id: 'C0APPROVALS', name: 'approvals', members: [...everybody, botUserId] },
  ];
}
