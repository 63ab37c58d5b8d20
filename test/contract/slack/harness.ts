import { randomUUID } from 'node:crypto';
import type { SandboxOptions } from '../../../sandbox/slack/options.ts';
import { startSlackSandbox } from '../../../sandbox/slack/server.ts';
import type { SlackSandbox } from '../../../sandbox/slack/server.ts';
import type { Workspace } from '../../../sandbox/slack/workspace.ts';
import { connectSlack } from '../../../src/slack/connect.ts';
import type { Slack, SlackOptions } from '../../../src/slack/connect.ts';
import type { Desk } from '../../../src/usecases/desk.ts';
import type { InboxItem } from '../../../src/usecases/intent.ts';
import type { Log } from '../../../src/usecases/ports.ts';
import type { Conversation } from '../../../src/usecases/slack-port.ts';

export type LogLine = {
  readonly level: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** A desk that remembers what it received; a test replaces what it needs. */
export type FakeDesk = { -readonly [K in keyof Desk]: Desk[K] } & {
  readonly items: InboxItem[];
  readonly works: () => number;
  /** Resolves when the desk was told to work this often. */
  readonly worked: (times: number) => Promise<void>;
};

function fakeDesk(): FakeDesk {
  const items: InboxItem[] = [];
  let works = 0;
  const waiting: { readonly times: number; readonly done: () => void }[] = [];
  return {
    items,
    works: () => works,
    worked: (times) => new Promise((done) => (works >= times ? done() : waiting.push({ times, done }))),
    receive(item) {
      const known = items.some((one) => one.key === item.key);
      items.push(item);
      return Promise.resolve(known ? 'known' : 'new');
    },
    work() {
      works += 1;
      for (const { times, done } of waiting) if (works >= times) done();
    },
    formOpened: () => undefined,
    suggest: () => Promise.resolve([]),
    again: () => Promise.resolve({ ok: false, refusal: { refusal: 'not_yours' } }),
    preview: () => Promise.resolve({ ok: false, refusal: { refusal: 'unknown_access', asked: 'x' } }),
    check: () => Promise.resolve([]),
    dialog: () => Promise.resolve({ ok: false, refusal: { refusal: 'old_message', link: null } }),
    suggestMarked: () => Promise.resolve([]),
    breakGlass: () => Promise.resolve({ ok: false, refusal: { refusal: 'unknown_access', asked: 'x' } }),
    review: () => Promise.resolve({ ok: false, refusal: { refusal: 'old_message', link: null } }),
    revocation: () =>
      Promise.resolve({ ok: false, refusal: { refusal: 'may_not_revoke', adminGroup: '/access-admins' } }),
    question: () => Promise.resolve({ ok: false, refusal: { refusal: 'not_yours' } }),
  };
}

export type Rig = {
  readonly sandbox: SlackSandbox;
  readonly workspace: Workspace;
  /** A minute of the bot's time passes before each message, so that none has to wait for its turn. */
  readonly slack: Slack;
  /** The same, as fast as it goes. */
  readonly hurried: Conversation;
  readonly desk: FakeDesk;
  readonly lines: LogLine[];
  /** Slack calls as the metrics counted them: `method result`. */
  readonly counted: string[];
  /** Advances the bot's clock, ms. */
  readonly pass: (ms: number) => void;
  /** Begins to listen and waits until every connection stands. */
  readonly up: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const COMMANDS = ['/request-access', '/access', '/access-audit'].map((command) => ({
  command,
  description: command,
  shouldEscape: true,
}));

export async function rig(seed: SandboxOptions = {}, change: Partial<SlackOptions> = {}): Promise<Rig> {
  const sandbox = await startSlackSandbox({
    ...seed,
    app: {
      commands: COMMANDS,
      shortcuts: [{ callbackId: 'request_access', name: 'Request access', type: 'global' }],
      events: [],
      ...seed.app,
    },
  });
  const { workspace } = sandbox;
  const desk = fakeDesk();
  const lines: LogLine[] = [];
  const counted: string[] = [];
  let passed = 0;
  const slack = connectSlack({
    botToken: workspace.app.botToken,
    appToken: workspace.app.appToken,
    signingSecret: null,
    apiUrl: sandbox.apiUrl,
    approvalsChannel: null,
    auditChannel: null,
    channelLanguage: 'en',
    clock: { now: () => Date.now() + passed },
    ids: { uuid: () => randomUUID() },
    log: recorder(lines),
    metrics: { ...noMetrics, slackCall: (method, result) => void counted.push(`${method} ${result}`) },
    ...change,
  });
  const pass = (ms: number): void => void (passed += ms);
  return {
    sandbox,
    workspace,
    slack: { ...slack, conversation: unhurried(slack.conversation, () => pass(60_000)) },
    hurried: slack.conversation,
    desk,
    lines,
    counted,
    pass,
    up: () => slack.listen(desk),
    async stop() {
      await slack.stop();
      await sandbox.stop();
    },
  };
}

function unhurried(conversation: Conversation, pause: () => void): Conversation {
  return new Proxy(conversation, {
    get(target, name, receiver): unknown {
      if (name !== 'resolveChannel' && name !== 'timeoutMs') pause();
      return Reflect.get(target, name, receiver);
    },
  });
}

function recorder(lines: LogLine[]): Log {
  const at =
    (level: string) =>
    (event: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      void lines.push({ level, event, fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const nothing = (): void => undefined;
export const noMetrics = {
  requestEnded: nothing,
  liveGrants: nothing,
  revoked: nothing,
  overdue: nothing,
  unsentMessages: nothing,
  unfinishedEnvelopes: nothing,
  openReviews: nothing,
  keycloakCall: nothing,
  keycloakLimit: nothing,
  slackCall: nothing,
  policyDecided: nothing,
  gateAsked: nothing,
  gateRefused: nothing,
  tokenAsked: nothing,
  gateClosed: nothing,
  gateCallRefused: nothing,
  waitingGates: nothing,
};
