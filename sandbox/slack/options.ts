import type { Exhibit } from './exhibit.ts';
import type { Channel, Command, Person, Shortcut, SlackApp, Team, Usergroup } from './model.ts';

export type PersonSeed = Pick<Person, 'id' | 'name'> & Partial<Person>;

export type ChannelSeed = Pick<Channel, 'id' | 'name'> & {
  readonly kind?: 'public' | 'private';
  readonly topic?: string;
  readonly isArchived?: boolean;
  readonly isExtShared?: boolean;
  /** Ids of people; the app's bot user counts as a member only when it is listed. */
  readonly members?: readonly string[];
};

export type AppSeed = Partial<Omit<SlackApp, 'commands' | 'shortcuts'>> & {
  readonly commands?: readonly Command[];
  readonly shortcuts?: readonly Shortcut[];
};

export type SandboxOptions = {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly host?: string;
  readonly team?: Partial<Team>;
  readonly people?: readonly PersonSeed[];
  readonly channels?: readonly ChannelSeed[];
  readonly usergroups?: readonly Usergroup[];
  readonly app?: AppSeed;
  /** What `/gallery` shows; asked for each time the page is opened. */
  readonly gallery?: () => readonly Exhibit[];
  /** How long a person waits for an ack. Slack: 3000. */
  readonly ackTimeoutMs?: number;
  /** Slack: 3000. */
  readonly triggerLifetimeMs?: number;
  /** Slack: 30 minutes. */
  readonly responseUrlLifetimeMs?: number;
  /** When an event that was not acked comes again. Slack: at once, after 1 and after 5 minutes. */
  readonly eventRetryDelaysMs?: readonly number[];
  /** How often the socket is pinged. */
  readonly pingIntervalMs?: number;
  /** Enforce Slack's calls per minute per method. Off by default, so that tests may be quick. */
  readonly tierLimits?: boolean;
};

export type Settings = {
  readonly ackTimeoutMs: number;
  readonly triggerLifetimeMs: number;
  readonly responseUrlLifetimeMs: number;
  readonly eventRetryDelaysMs: readonly number[];
  readonly pingIntervalMs: number;
  readonly tierLimits: boolean;
};

export function settingsOf(options: SandboxOptions): Settings {
  return {
    ackTimeoutMs: options.ackTimeoutMs ?? 3000,
    triggerLifetimeMs: options.triggerLifetimeMs ?? 3000,
    responseUrlLifetimeMs: options.responseUrlLifetimeMs ?? 30 * 60_000,
    eventRetryDelaysMs: options.eventRetryDelaysMs ?? [0, 60_000, 300_000],
    pingIntervalMs: options.pingIntervalMs ?? 10_000,
    tierLimits: options.tierLimits ?? false,
  };
}

export function personOf(seed: PersonSeed, homeTeamId: string): Person {
  return {
    teamId: homeTeamId,
    realName: seed.name,
    tz: 'Etc/UTC',
    locale: 'en-US',
    isEmailConfirmed: true,
    deleted: false,
    isBot: false,
    isAdmin: false,
    isRestricted: false,
    isUltraRestricted: false,
    ...seed,
  };
}

export function appOf(seed: AppSeed = {}): SlackApp {
  return {
    id: 'A0LEASEHOLD',
    name: 'Leasehold',
    botUserId: 'U0LEASEBOT',
    botId: 'B0LEASEBOT',
    botToken: 'xoxb-sandbox-bot-token',
    appToken: 'xapp-1-A0LEASEHOLD-sandbox',
    signingSecret: 'sandbox-signing-secret',
    events: ['app_home_opened', 'user_change', 'channel_shared'],
    commands: [],
    shortcuts: [],
    homeTab: true,
    messagesTab: 'open',
    ...seed,
  };
}

export const defaultTeam: Team = { id: 'T0SANDBOX', name: 'Sandbox', domain: 'sandbox' };

export const defaultPeople: readonly PersonSeed[] = [
  { id: 'U0ANN', name: 'ann', realName: 'Ann Baker', email: 'ann@example.com', tz: 'Europe/London' },
  { id: 'U0BOB', name: 'bob', realName: 'Bob Ortiz', email: 'bob@example.com', tz: 'America/New_York' },
  { id: 'U0CHEN', name: 'chen', realName: 'Chen Li', email: 'chen@example.com', tz: 'Asia/Shanghai' },
  { id: 'U0DANA', name: 'dana', realName: 'Dana Fox', email: 'dana@example.com', tz: 'Europe/Berlin', isAdmin: true },
];
